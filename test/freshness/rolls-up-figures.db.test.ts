import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addOutcomes, outcomeSeries, rollUpOutcomes } from "#app/events/index.server.ts";
import { addLags, domainLags, rollUpLags, stageLags } from "#app/freshness/index.server.ts";
import { createRig, type Rig } from "#test/worker/rig.ts";

let rig: Rig;

beforeAll(async () => {
  rig = await createRig();
});
afterAll(() => rig.close());

const hourMs = 3_600_000;
/** A full hour, so that the window of three days is cut into whole hours. */
const endMs = Date.parse("2026-11-26T12:00:00Z");
const startMs = endMs - 72 * hourMs;

const lags = (shop: string) => domainLags(rig.db, shop, startMs, endMs, 36);
const outcomes = (shop: string) => outcomeSeries(rig.db, shop, startMs, endMs, 36);

/** From and to the middle of an hour: whole hours lie between, or none. */
const ofStages = (shop: string, hours: number) =>
  stageLags(rig.db, shop, {
    fromMs: startMs + 0.4 * hourMs,
    toMs: startMs + (0.4 + hours) * hourMs,
    system: "a",
  });

async function setUntil(ms: number): Promise<void> {
  for (const table of ["lag_hours_until", "outcome_hours_until"])
    await rig.db.query(`UPDATE ${table} SET until = $1`, [new Date(ms)]);
}

async function rollUp(nowMs: number): Promise<void> {
  await Promise.all([
    rollUpLags(rig.db, nowMs),
    rollUpLags(rig.db, nowMs),
    rollUpOutcomes(rig.db, nowMs),
    rollUpOutcomes(rig.db, nowMs),
  ]);
}

/** Minutes of whole hours that are added up are no longer needed. */
async function dropMinutes(shop: string, fromMs: number, beforeMs: number): Promise<void> {
  for (const table of ["lag_buckets", "event_outcomes"])
    await rig.db.query(`DELETE FROM ${table} WHERE shop = $1 AND minute >= $2 AND minute < $3`, [
      shop,
      new Date(fromMs),
      new Date(beforeMs),
    ]);
}

describe("the figures of whole hours", () => {
  it("say exactly what those of the minutes said, wherever adding them up has come to", async () => {
    const sample = fc.record({
      atMs: fc.integer({ min: startMs, max: endMs - 1 }),
      lagMs: fc.integer({ min: 1, max: 200_000 }),
      domain: fc.constantFrom("inventory", "orders"),
      outcome: fc.constantFrom("applied", "dead"),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(sample, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 0, max: 72 }),
        fc.double({ min: 0, max: 71, noNaN: true }),
        async (samples, hoursAgo, hours) => {
          const figures = async (shop: string) => [
            await lags(shop),
            await outcomes(shop),
            await ofStages(shop, hours),
          ];
          const shop = await rig.installedShop();
          await setUntil(startMs);
          await rig.db.transaction(async (tx) => {
            for (const { atMs, lagMs, domain, outcome } of samples) {
              await addLags(tx, [{ shop, domain, stage: "total", systemId: "a", lagMs }], atMs);
              await addLags(tx, [{ shop, domain, stage: "queue", lagMs }], atMs);
              await addLags(tx, [{ shop, domain, stage: "delivery", systemId: "b", lagMs }], atMs);
              await addOutcomes(tx, [{ shop, outcome, count: 1 }], atMs);
            }
          });
          const before = await figures(shop);
          const nowMs = endMs - hoursAgo * hourMs;
          await rollUp(nowMs);
          expect(await figures(shop)).toEqual(before);
          const lastWholeMs = startMs + Math.floor(0.4 + hours) * hourMs;
          await dropMinutes(shop, startMs + hourMs, Math.min(nowMs - hourMs, lastWholeMs));
          expect(await figures(shop)).toEqual(before);
        },
      ),
      { numRuns: 12 },
    );
  });

  it("leave an hour alone until nothing is added to it any more", async () => {
    const shop = await rig.installedShop();
    await setUntil(startMs);
    const add = (atMs: number) =>
      rig.db.transaction((tx) => addOutcomes(tx, [{ shop, outcome: "applied", count: 1 }], atMs));
    const total = async () =>
      (await outcomes(shop)).reduce((sum, { counts }) => sum + (counts["applied"] ?? 0), 0);
    await add(endMs - 61_000);
    await rollUp(endMs);
    // It began before the hour was over, and commits after it was looked at.
    await add(endMs - 61_000);
    expect(await total()).toBe(2);
    await rollUp(endMs + hourMs);
    expect(await total()).toBe(2);
  });
});
