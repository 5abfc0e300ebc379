import pg from "pg";
import { expect, onTestFinished, test } from "vitest";
import path from "node:path";
import { ensureDatabase } from "#app/start/embedded-postgres.ts";
import { migrate, pendingMigrations } from "#app/start/migrate.ts";
import { temporaryFolder } from "./processes.ts";

/** A server without the app's database. */
async function freshServer(): Promise<string> {
  const folder = path.join(await temporaryFolder(), "postgres");
  const database = await ensureDatabase({}, { folder });
  onTestFinished(() => database.release());
  return database.url;
}

test("creates a missing database, and several at once do the work once", async () => {
  const url = await freshServer();
  const runs = await Promise.all([migrate(url), migrate(url), migrate(url)]);
  const applied = runs.filter((names) => names.length > 0);
  expect(applied).toHaveLength(1);
  expect(applied[0]?.[0]).toMatch(/^\d{14}_/);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  expect(await pendingMigrations(client)).toEqual([]);
  const { rows } = await client.query("SELECT to_regclass('pgboss.job') IS NOT NULL AS there");
  expect(rows).toEqual([{ there: true }]);
  await client.end();
});

test("a server that cannot be reached is one sentence that does not show the password", async () => {
  const url = "postgresql://app:hidden@127.0.0.1:1/converge";
  const failure = await migrate(url).catch((error: unknown) => String(error));
  expect(failure).toMatch(/The database app@127\.0\.0\.1:1\/converge cannot be reached/);
  expect(failure).toMatch(/check DATABASE_URL/);
  expect(failure).not.toContain("hidden");
});
