import { afterAll, beforeAll, expect, it } from "vitest";
import type { Queryable } from "#app/db.server.ts";
import { claimDue } from "#app/delivery/claim-store.ts";
import { createRig, type Rig } from "#test/worker/rig.ts";
import { connectSystem, floodWith } from "./publish.ts";

const waiting = 400;

let rig: Rig;

beforeAll(async () => {
  rig = await createRig();
});
afterAll(() => rig.close());

/** Runs a statement, and keeps how many rows of the table each part of its plan read. */
function watching(reads: number[]): Queryable {
  interface Plan {
    "Relation Name"?: string;
    "Actual Rows": number;
    "Rows Removed by Filter"?: number;
    "Rows Removed by Join Filter"?: number;
    "Actual Loops": number;
    Plans?: Plan[];
  }
  const walk = (plan: Plan) => {
    const removed =
      (plan["Rows Removed by Filter"] ?? 0) + (plan["Rows Removed by Join Filter"] ?? 0);
    reads.push((plan["Actual Rows"] + removed) * plan["Actual Loops"]);
    for (const part of plan.Plans ?? []) walk(part);
  };
  return {
    query: async (text, values) => {
      const explained = await rig.db.query<{ "QUERY PLAN": { Plan: Plan }[] }>(
        `EXPLAIN (ANALYZE, FORMAT JSON) ${text}`,
        values,
      );
      for (const { Plan: plan } of explained.rows[0]?.["QUERY PLAN"] ?? []) walk(plan);
      return { rows: [] };
    },
  };
}

it("takes from a backlog without reading it, before the table was ever analysed", async () => {
  const shop = await rig.installedShop();
  const system = await connectSystem(rig, shop, "http://127.0.0.1:1/hook");
  await floodWith(rig, shop, waiting);
  const reads: number[] = [];
  const how = { latestOnly: false, probe: false };
  await claimDue(watching(reads), system.id, 16, Date.now(), how);
  expect(Math.max(...reads)).toBeGreaterThanOrEqual(16);
  // Each of the sixteen looks at its own record; a join would read 16 x 400 rows.
  expect(Math.max(...reads)).toBeLessThan(waiting);
});
