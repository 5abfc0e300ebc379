import { afterAll, beforeAll, expect, it } from "vitest";
import { editExclusions, readBreaches, replaceSlas } from "#app/freshness/index.server.ts";
import type { FreshnessExclusion } from "#app/freshness/types.ts";
import { defaultSla } from "#app/freshness/default-slas.ts";
import { createLook } from "#app/staleness/sampler.ts";
import { readFreshness } from "#app/staleness/index.server.ts";
import { listSystems, pauseSystem, resumeSystem } from "#app/systems/index.server.ts";
import { connectSystem } from "#test/delivery/publish.ts";
import { createRig, type Rig } from "#test/worker/rig.ts";
import { plantDeliveries, plantPass } from "./plant.ts";

let rig: Rig;

beforeAll(async () => {
  rig = await createRig();
});
afterAll(() => rig.close());

const iso = (ms: number) => new Date(ms).toISOString();

it("a system that is paused is a breach with its cause, costs budget, and is over when it goes on", async () => {
  // At the start of a minute, so that what is written down is plain.
  let nowMs = Math.ceil(Date.now() / 60_000) * 60_000;
  const clock = { now: () => nowMs };
  const shop = await rig.installedShop();
  const { id } = await connectSystem(rig, shop, "https://wms.example.com", { domains: ["orders"] });
  const slas = [{ ...defaultSla("orders"), warnAfterSeconds: 60, breachAfterSeconds: 120 }];
  await replaceSlas({ ...rig, systemsOf: listSystems }, shop, "user:1", slas);
  const place = { shop, domain: "orders" as const, system: id };
  const now = async () => {
    const found = await readFreshness({ db: rig.db, clock }, shop);
    return found.find((one) => one.domain === "orders" && one.system === id);
  };
  const look = createLook({ ...rig, clock });
  const other = createLook({ ...rig, clock });
  const minutes = async (count: number, looks = [look]) => {
    for (let tick = 0; tick < count * 6; tick += 1) {
      await plantPass(rig, shop, "orders", nowMs);
      nowMs += 10_000;
      for (const one of looks) await one.once();
    }
  };
  await plantPass(rig, shop, "orders", nowMs - 1_000);
  await look.once();
  // Two workers: one samples.
  await minutes(2, [look, other]);
  expect((await now())?.state).toBe("ok");
  await pauseSystem(rig, shop, "user:1", id);
  const changedAtMs = nowMs;
  await plantDeliveries(rig, shop, id, [{ domain: "orders", changedAtMs, status: "waiting" }]);
  await minutes(1);
  expect(await now()).toMatchObject({ state: "ok", stalenessSeconds: 60 });
  await minutes(4);
  expect(await now()).toMatchObject({
    state: "breach",
    stalenessSeconds: 300,
    completeUpTo: new Date(changedAtMs).toISOString(),
    proof: { heldUpBy: "paused", unfinished: 1 },
    budget: { knownSeconds: 420, breachSeconds: 180, standing: "breached" },
  });
  expect((await now())?.proof.sentence).toMatch(
    /^Held up since \d\d:\d\d:\d\d by 1 change to Warehouse that waits because it is paused\.$/,
  );
  // In quiet hours it is nobody's trouble.
  const quiet = { kind: "maintenance" as const, from: iso(nowMs - 1_000), to: iso(nowMs + 1_000) };
  const exclude = (rules: readonly FreshnessExclusion[]) =>
    editExclusions({ ...rig, systemsOf: listSystems }, shop, "user:1", () => rules);
  await exclude([quiet]);
  expect(await now()).toMatchObject({ excluded: true, budget: { standing: "learning" } });
  await exclude([]);
  await resumeSystem(rig, shop, "user:1", id);
  await rig.db.query("UPDATE deliveries SET status = 'delivered' WHERE shop = $1", [shop]);
  await minutes(1);
  const after = await now();
  expect(after?.proof.sentence).toMatch(
    /^Complete up to \d\d:\d\d:\d\d: all webhooks until then acknowledged by Warehouse, poll pass #\d+ found nothing missing\.$/,
  );
  expect(after).toMatchObject({
    state: "ok",
    budget: { knownSeconds: 480, breachSeconds: 180, leftMinutes: 429 },
    proof: { heldUpBy: null },
  });
  const breaches = await readBreaches(rig.db, place, nowMs - 3_600_000, nowMs, 10);
  expect(breaches).toMatchObject([{ worstAgeSeconds: 300, heldUpBy: "paused" }]);
  const [breach] = breaches;
  expect(Number(breach?.endedAt) - Number(breach?.beganAt)).toBe(180_000);
  // The worker sleeps for ten minutes: nothing is known of them.
  nowMs += 600_000;
  await look.once();
  await minutes(1);
  expect((await now())?.budget).toMatchObject({ knownSeconds: 540, breachSeconds: 180 });
});
