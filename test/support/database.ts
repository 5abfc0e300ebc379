import { randomBytes } from "node:crypto";
import type { Pool } from "pg";
import { inject } from "vitest";
import { type Database, openDatabase } from "#app/db.server.ts";
import { copyTemplate, dropCopy, onSameServer } from "./database-server.ts";

/** A migrated, empty database of one's own on a real Postgres. */
export interface TestDatabase {
  url: string;
  db: Database;
  pool: Pool;
  /**
   * Closes `db` and drops the database; call it in `afterAll`, after everything that was given the
   * URL has been stopped. Rejects when something is still connected.
   */
  close(): Promise<void>;
}

/**
 * Copies the migrated template, which takes well under a second: one per test file (`beforeAll`), or one per test
 * where tests would get in each other's way. Works in `*.db.test.ts`, journeys and crash tests.
 */
export async function testDatabase(): Promise<TestDatabase> {
  // Absent, whatever its type says, where the project has no database set-up.
  const server = inject("databaseServer") as
    | ReturnType<typeof inject<"databaseServer">>
    | undefined;
  if (server === undefined) {
    throw new Error("no database in unit tests: name the file *.db.test.ts");
  }
  const name = `${server.prefix}_${randomBytes(4).toString("hex")}`;
  await copyTemplate(server.url, server.template, name);
  const url = onSameServer(server.url, name);
  const db = openDatabase(url, { applicationName: "converge test" });
  return {
    url,
    db,
    pool: db.pool,
    close: async () => {
      await db.close();
      await dropCopy(server.url, name);
    },
  };
}
