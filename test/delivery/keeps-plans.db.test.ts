import { afterAll, beforeAll, expect, it } from "vitest";
import { type Database, openDatabase } from "#app/db.server.ts";
import { systemsWithWork } from "#app/delivery/claim-store.ts";
import { createRig, type Rig } from "#test/worker/rig.ts";
import { connectSystem, floodWith } from "./publish.ts";

let rig: Rig;

beforeAll(async () => {
  rig = await createRig();
});
afterAll(() => rig.close());

/** From the sixth on Postgres keeps one plan for all values. */
const untilKept = 7;

function openLanes(): Database {
  return openDatabase(rig.database.url, {
    applicationName: "kept plans",
    maxConnections: 1,
    prepareStatements: true,
    lookupsOnly: true,
  });
}

/** The plan that a connection has kept of a statement, for these values (SQL). */
async function keptPlan(lanes: Database, like: string, values: string): Promise<string> {
  const { rows: kept } = await lanes.pool.query<{ name: string; generic_plans: string }>(
    "SELECT name, generic_plans FROM pg_prepared_statements WHERE statement LIKE $1",
    [like],
  );
  expect(Number(kept[0]?.generic_plans)).toBeGreaterThan(0);
  const { rows: plan } = await lanes.pool.query<{ "QUERY PLAN": string }>(
    `EXPLAIN EXECUTE "${kept[0]?.name ?? ""}"(${values})`,
  );
  return plan.map((row) => row["QUERY PLAN"]).join("\n");
}

it("a plan that lanes keep goes by the index, made when the table had one row or not", async () => {
  const shop = await rig.installedShop();
  const system = await connectSystem(rig, shop, "http://127.0.0.1:1/hook");
  await floodWith(rig, shop, 1);
  await rig.db.query("ANALYZE deliveries");
  const lanes = openLanes();
  try {
    const sql = "SELECT id FROM deliveries WHERE shop = $1 AND system_id = $2";
    for (let time = 0; time < untilKept; time += 1) await lanes.query(sql, [shop, system.id]);
    expect(await keptPlan(lanes, sql, `'${shop}', '${system.id}'`)).toMatch(/^Index Scan/);
  } finally {
    await lanes.close();
  }
});

it("each sweep looks for work of the systems it asks about, not of all that wait", async () => {
  const lanes = openLanes();
  try {
    for (let time = 0; time < untilKept; time += 1)
      await systemsWithWork(lanes, ["sys_1", "sys_2"], Date.now());
    const plan = await keptPlan(lanes, "SELECT s.id FROM unnest%", "'{sys_1,sys_2}', now()");
    // A hashed subplan reads the backlog of every system there is, with each sweep.
    expect(plan).not.toMatch(/hashed/);
    expect(plan.match(/Index Cond: \(+system_id = s\.id/g)).toHaveLength(3);
  } finally {
    await lanes.close();
  }
});
