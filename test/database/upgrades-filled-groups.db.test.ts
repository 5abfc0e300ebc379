import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readBuffers } from "#app/coordination/buffer-store.ts";
import { levelsOfPools } from "#app/coordination/level-store.ts";
import { placesOf, poolLocationsOf } from "#app/coordination/pool-location-store.ts";
import { poolsOfArticle } from "#app/coordination/pool-store.ts";
import { defaultPoolLocation, whereMost } from "#app/coordination/types.ts";
import { projectRoot } from "#app/start/embedded-postgres.ts";
import { type TestDatabase, testDatabase } from "#test/support/database.ts";

/** A group that sold from one pool per article before it could have several, upgraded in mid-sale. */

const lastBefore = "20261127102000_a_row_per_hour";
const folder = path.join(projectRoot, "prisma", "migrations");
const migrations = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)
  .sort();
const poolId = uuidv7();
let database: TestDatabase;

const apply = async (names: readonly string[]) => {
  for (const name of names)
    await database.pool.query(readFileSync(path.join(folder, name, "migration.sql"), "utf8"));
};

beforeAll(async () => {
  database = await testDatabase();
  await database.pool.query("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
  await apply(migrations.filter((name) => name <= lastBefore));
  await database.pool.query(`
    INSERT INTO store_groups (id, name, created_at) VALUES ('grp_1', 'Outdoor', now());
    INSERT INTO store_group_members (group_id, shop, joined_at, location_id)
      VALUES ('grp_1', 'north.example', now(), NULL), ('grp_1', 'south.example', now(), 'gid://shopify/Location/7');
    BEGIN;
    INSERT INTO pools (id, group_id, sku) VALUES ('${poolId}', 'grp_1', 'CAP');
    INSERT INTO pool_ledger (pool_id, seq, kind, delta, after, source, at)
      VALUES ('${poolId}', 1, 'set', 12, 12, 'first', now());
    UPDATE pools SET seq = 1, quantity = 12, buffer = 2 WHERE id = '${poolId}';
    COMMIT;
    INSERT INTO pool_levels (shop, level_id, pool_id, item_id, location_id, seen)
      VALUES ('south.example', 'level 1', '${poolId}', 'item 1', 'gid://shopify/Location/7', 10);
    INSERT INTO inventory_buffers (group_id, sku, position, mode, value, peak_windows)
      VALUES ('grp_1', '', 0, 'percent', 10, '[]'),
        ('grp_1', 'CAP', 1, 'fixed', 2,
         '[{"from": "2026-11-27T00:00:00+01:00", "to": "2026-11-28T00:00:00+01:00", "factor": 3}]')`);
  await apply(migrations.filter((name) => name > lastBefore));
});
afterAll(() => database.close());

it("keeps its pools, at the default pool location", async () => {
  const { db } = database;
  expect(await poolsOfArticle(db, "grp_1", "CAP")).toMatchObject([
    { id: poolId, poolLocationId: defaultPoolLocation, quantity: 12, buffer: 2 },
  ]);
  expect((await levelsOfPools(db, [poolId])).get(poolId)).toMatchObject([
    { shop: "south.example", seen: 10, buffer: null, leaving: false },
  ]);
  expect(await poolLocationsOf(db, "grp_1")).toMatchObject([{ id: defaultPoolLocation }]);
});

it("keeps where its stores show them", async () => {
  const { db } = database;
  expect(await placesOf(db, "north.example")).toEqual(new Map([[defaultPoolLocation, whereMost]]));
  expect(await placesOf(db, "south.example")).toEqual(
    new Map([[defaultPoolLocation, "gid://shopify/Location/7"]]),
  );
});

it("keeps its rules in their order, and as somebody would send them today", async () => {
  const rules = (await readBuffers(database.db, ["grp_1"])).get("grp_1") ?? [];
  expect(rules).toEqual([
    { groupId: "grp_1", sku: null, mode: "percent", value: 10, peakWindows: [] },
    {
      groupId: "grp_1",
      sku: "CAP",
      mode: "fixed",
      value: 2,
      peakWindows: [
        { from: "2026-11-26T23:00:00.000Z", to: "2026-11-27T23:00:00.000Z", factor: 3 },
      ],
    },
  ]);
});
