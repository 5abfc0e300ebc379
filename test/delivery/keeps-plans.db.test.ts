import { afterAll, beforeAll, expect, it } from "vitest";
import { openDatabase } from "#app/db.server.ts";
import { createRig, type Rig } from "#test/worker/rig.ts";
import { connectSystem, floodWith } from "./publish.ts";

let rig: Rig;

beforeAll(async () => {
  rig = await createRig();
});
afterAll(() => rig.close());

/** From the sixth on Postgres keeps one plan for all values. */
const untilKept = 7;

it("a plan that lanes keep goes by the index, made when the table had one row or not", async () => {
  const shop = await rig.installedShop();
  const system = await connectSystem(rig, shop, "http://127.0.0.1:1/hook");
  await floodWith(rig, shop, 1);
  await rig.db.query("ANALYZE deliveries");
  const lanes = openDatabase(rig.database.url, {
    applicationName: "kept plans",
    maxConnections: 1,
    prepareStatements: true,
    lookupsOnly: true,
  });
  try {
    const sql = "SELECT id FROM deliveries WHERE shop = $1 AND system_id = $2";
    for (let time = 0; time < untilKept; time += 1) await lanes.query(sql, [shop, system.id]);
    const { rows: kept } = await lanes.pool.query<{ name: string; generic_plans: string }>(
      "SELECT name, generic_plans FROM pg_prepared_statements WHERE statement = $1",
      [sql],
    );
    expect(Number(kept[0]?.generic_plans)).toBeGreaterThan(0);
    const { rows: plan } = await lanes.pool.query<{ "QUERY PLAN": string }>(
      `EXPLAIN EXECUTE "${kept[0]?.name ?? ""}"('${shop}', '${system.id}')`,
    );
    expect(plan[0]?.["QUERY PLAN"]).toMatch(/^Index Scan/);
  } finally {
    await lanes.close();
  }
});
