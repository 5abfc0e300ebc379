import { afterAll, beforeAll, expect, it } from "vitest";
import { addMinute, noteBreaches, type Place, windowTotals } from "#app/freshness/index.server.ts";
import { previewSla, readFreshnessDetail } from "#app/staleness/index.server.ts";
import { createRig, type Rig } from "#test/worker/rig.ts";
import { plantPass } from "./plant.ts";

let rig: Rig;

beforeAll(async () => {
  rig = await createRig();
});
afterAll(() => rig.close());

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** Three hours of a place: an hour ago it was over its SLA for ten minutes, and nobody looked for five. */
async function plantHistory(place: Place, nowMs: number): Promise<void> {
  for (let ago = 180; ago > 0; ago -= 1) {
    const bad = ago <= 60 && ago > 50;
    if (ago <= 30 && ago > 25) continue;
    const minute = { ageSeconds: bad ? (61 - ago) * 60 : 20, knownSeconds: 60, warnSeconds: 0 };
    await rig.db.transaction((tx) =>
      addMinute(tx, nowMs - ago * minuteMs, [{ ...place, ...minute, breachSeconds: bad ? 60 : 0 }]),
    );
  }
  const seen = { ...place, heldUpBy: "paused" as const, eventId: null };
  for (const [ago, ageSeconds] of [
    [60, 61],
    [59, 120],
    [58, 180],
    [57, 240],
    [56, 300],
    [55, 360],
    [54, 420],
    [53, 480],
    [52, 540],
    [51, 600],
  ] as const)
    await rig.db.transaction((tx) =>
      noteBreaches(tx, nowMs - ago * minuteMs, [
        { ...seen, ageSeconds, sentence: `${String(ageSeconds)} s old` },
      ]),
    );
  await rig.db.transaction((tx) => noteBreaches(tx, nowMs - 50 * minuteMs, []));
}

it("a flow's history is told minute by minute, with what its breaches cost and what is left", async () => {
  const nowMs = Math.floor(Date.now() / minuteMs) * minuteMs;
  const shop = await rig.installedShop();
  const place = { shop, domain: "inventory" as const, system: null };
  await plantHistory(place, nowMs);
  await plantPass(rig, shop, "inventory", nowMs - 2 * minuteMs);
  const deps = { db: rig.db, clock: { now: () => nowMs } };
  const range = { fromMs: nowMs - 3 * hourMs, toMs: nowMs };
  const detail = await readFreshnessDetail(deps, shop, "inventory", null, range);
  expect(detail?.ages).toHaveLength(180);
  expect(detail?.ages.filter((one) => one.ageSeconds === null)).toHaveLength(5);
  expect(Math.max(...(detail?.ages ?? []).map((one) => one.ageSeconds ?? 0))).toBe(600);
  expect(detail).toMatchObject({
    breachSeconds: 600,
    longestBreachSeconds: 600,
    budget: { knownSeconds: 175 * 60, breachSeconds: 600 },
    breaches: [{ seconds: 600, worstAgeSeconds: 600, sentence: "600 s old", heldUpBy: "paused" }],
  });
  expect(detail?.loads).toEqual([new Date(nowMs - 2 * minuteMs + 1_000).toISOString()]);
  // 30 days at 99 %: 432 minutes may go wrong.
  expect(detail?.consumers[0]?.budgetPercent).toBeCloseTo(1_000 / 432);
  expect(detail?.burnDown).toHaveLength(90);
  expect(detail?.burnDown[0]).toMatchObject({ leftPercent: 100, evenPercent: 100 });
  expect(detail?.burnDown.at(-1)).toMatchObject({ evenPercent: 0 });
  expect(detail?.burnDown.at(-1)?.leftPercent).toBeCloseTo(detail?.budget.leftPercent ?? 0);
  const later = { fromMs: nowMs - 55 * minuteMs, toMs: nowMs };
  const half = await readFreshnessDetail(deps, shop, "inventory", null, later);
  expect(half).toMatchObject({ breachSeconds: 300, breaches: [{ seconds: 300 }] });
  expect(await readFreshnessDetail(deps, shop, "inventory", "sys_1", range)).toBeNull();
});

it("a breach under way counts up to now, before its minutes are written down", async () => {
  const nowMs = Math.floor(Date.now() / minuteMs) * minuteMs + 50_000;
  const shop = await rig.installedShop();
  const place = { shop, domain: "inventory" as const, system: null };
  await plantPass(rig, shop, "inventory", nowMs - 5 * minuteMs);
  for (const ago of [78_000, 1_000])
    await rig.db.transaction((tx) =>
      noteBreaches(tx, nowMs - ago, [
        { ...place, heldUpBy: "paused", eventId: null, ageSeconds: 90, sentence: "old" },
      ]),
    );
  const deps = { db: rig.db, clock: { now: () => nowMs } };
  const range = { fromMs: nowMs - hourMs, toMs: nowMs };
  const detail = await readFreshnessDetail(deps, shop, "inventory", null, range);
  expect(detail).toMatchObject({ breachSeconds: 78, longestBreachSeconds: 78 });
});

it("a window that begins within an hour counts that hour's minutes from then on", async () => {
  const shop = await rig.installedShop();
  const place = { shop, domain: "orders" as const, system: null };
  const at = (time: string) => Date.parse(`2026-10-31T${time}:00Z`);
  const bad = { ageSeconds: 90, knownSeconds: 60, warnSeconds: 0, breachSeconds: 60 };
  for (const time of ["18:29", "18:30", "18:59", "19:00"])
    await rig.db.transaction((tx) => addMinute(tx, at(time), [{ ...place, ...bad }]));
  const since = async (time: string) => {
    const window = { domain: "orders", system: null, fromMs: at(time) };
    return [...(await windowTotals(rig.db, shop, [window])).values()];
  };
  const minutes = (count: number) => [{ knownSeconds: count * 60, breachSeconds: count * 60 }];
  expect(await since("18:00")).toEqual(minutes(4));
  // Midnight in India.
  expect(await since("18:30")).toEqual(minutes(3));
  expect(await since("19:00")).toEqual(minutes(1));
  expect(await since("19:01")).toEqual(minutes(0));
});

it("another SLA is tried on what was", async () => {
  const nowMs = Math.floor(Date.now() / minuteMs) * minuteMs;
  const shop = await rig.installedShop();
  await plantHistory({ shop, domain: "inventory", system: null }, nowMs);
  const deps = { db: rig.db, clock: { now: () => nowMs } };
  const sla = {
    domain: "inventory" as const,
    warnAfterSeconds: 10,
    breachAfterSeconds: 300,
    targetPercent: 99,
    windowDays: 30,
    syncMethod: "webhook_and_polling" as const,
    pollEverySeconds: 30,
  };
  const preview = await previewSla(deps, shop, sla);
  // 360 to 600 seconds; before and after the five minutes nobody knows of, more than ten.
  expect(preview).toMatchObject({ breaches: 1, warnings: 1, knownSeconds: 175 * 60 });
  expect(preview.sentence).toBe(
    "Would have breached once in the last 30 days (2.9 hours of them are known), for 5 minutes in all.",
  );
  const tight = await previewSla(deps, shop, { ...sla, breachAfterSeconds: 15 });
  expect(tight.breaches).toBe(2);
  const other = await previewSla(deps, shop, { ...sla, domain: "orders" });
  expect(other).toMatchObject({ knownSeconds: 0, sliPercent: null, breaches: 0 });
});
