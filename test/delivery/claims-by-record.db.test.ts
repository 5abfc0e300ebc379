import { afterAll, beforeAll, expect, it } from "vitest";
import { type Database, openDatabase, type Queryable } from "#app/db.server.ts";
import { claimDue } from "#app/delivery/claim-store.ts";
import { recordAttempts } from "#app/delivery/delivery-store.ts";
import { deliveriesOfEvent } from "#app/delivery/read-store.ts";
import { neverHandedOver } from "#app/delivery/replay-store.ts";
import { createRig, type Rig } from "#test/worker/rig.ts";
import { connectSystem, floodWith } from "./publish.ts";

const waiting = 400;

let rig: Rig;
/** Plans as lanes do. */
let lanes: Database;

beforeAll(async () => {
  rig = await createRig();
  lanes = openDatabase(rig.database.url, { applicationName: "lanes", lookupsOnly: true });
});
afterAll(async () => {
  await lanes.close();
  await rig.close();
});

/** Runs a statement, and keeps how many rows of the table each part of its plan read. */
function watching(db: Queryable, reads: number[]): Queryable {
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
      const explained = await db.query<{ "QUERY PLAN": { Plan: Plan }[] }>(
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
  await claimDue(watching(rig.db, reads), system.id, 16, Date.now(), how);
  expect(Math.max(...reads)).toBeGreaterThanOrEqual(16);
  // Each of the sixteen looks at its own record; a join would read 16 x 400 rows.
  expect(Math.max(...reads)).toBeLessThan(waiting);
});

it("writes down what landed without reading what else is in flight", async () => {
  const shop = await rig.installedShop();
  const other = await connectSystem(rig, shop, "http://127.0.0.1:1/hook");
  await floodWith(rig, shop, waiting);
  const how = { latestOnly: false, probe: false };
  await claimDue(rig.db, other.id, waiting, Date.now(), how);
  const system = await connectSystem(rig, shop, "http://127.0.0.1:2/hook");
  await floodWith(rig, shop, 16);
  const { deliveries } = await claimDue(rig.db, system.id, 16, Date.now(), how);
  expect(deliveries).toHaveLength(16);
  const reads: number[] = [];
  const results = deliveries.map(({ id, attempts }) => ({
    id,
    attempt: attempts,
    status: "delivered" as const,
    atMs: Date.now(),
    durationMs: 1,
    httpStatus: 200,
    error: null,
    response: null,
    nextAttemptAtMs: null,
  }));
  await recordAttempts(watching(lanes, reads), results);
  // Known to be so few, they tempt the planner to read all of them once, whatever is asked for.
  await rig.db.query("ANALYZE deliveries");
  await recordAttempts(watching(lanes, reads), results);
  expect(Math.max(...reads)).toBeGreaterThanOrEqual(16);
  expect(Math.max(...reads)).toBeLessThan(waiting);
});

it("finds what became of an event without reading what else its store has", async () => {
  const shop = await rig.installedShop();
  const system = await connectSystem(rig, shop, "http://127.0.0.1:1/hook");
  await floodWith(rig, shop, waiting);
  await rig.db.query("ANALYZE deliveries");
  const { rows } = await rig.db.query<{ id: string; eventId: string }>(
    `SELECT change_id AS id, event_id AS "eventId" FROM deliveries WHERE shop = $1 LIMIT 1`,
    [shop],
  );
  const known = rows[0] ?? { id: "", eventId: "" };
  expect(await deliveriesOfEvent(lanes, shop, known.eventId)).toHaveLength(1);
  const never = { id: `${known.id}.9`, eventId: known.eventId };
  expect(await neverHandedOver(lanes, system.id, [known, never])).toEqual([never.id]);
  const reads: number[] = [];
  await deliveriesOfEvent(watching(lanes, reads), shop, known.eventId);
  await neverHandedOver(watching(lanes, reads), system.id, [known, never]);
  expect(Math.max(...reads)).toBeLessThan(waiting);
});
