import { afterAll, beforeAll, expect, it } from "vitest";
import { checkReadiness } from "#app/observability/health.ts";
import { pendingMigrations } from "#app/start/migrate.ts";
import { createRig, type Rig } from "#test/worker/rig.ts";

let rig: Rig;

beforeAll(async () => {
  rig = await createRig();
});
afterAll(() => rig.close());

it("a process is ready once every migration of its version is applied, and says which is not", async () => {
  expect(await checkReadiness(rig.db, pendingMigrations)).toEqual({ ready: true });
  const { rows } = await rig.db.query<{ name: string }>(
    `DELETE FROM _prisma_migrations WHERE migration_name =
       (SELECT max(migration_name) FROM _prisma_migrations) RETURNING migration_name AS name`,
  );
  expect(await checkReadiness(rig.db, pendingMigrations)).toEqual({
    ready: false,
    cause: `The database lacks migrations (${rows[0]?.name ?? ""}). Run: npm run migrate`,
  });
});
