import { afterAll, beforeAll, expect, it } from "vitest";
import { editExclusions, readExclusionsOf } from "#app/freshness/index.server.ts";
import type { FreshnessExclusion } from "#app/freshness/types.ts";
import { createRig, type Rig } from "#test/worker/rig.ts";

let rig: Rig;

beforeAll(async () => {
  rig = await createRig();
});
afterAll(() => rig.close());

const night = (fromTime: string): FreshnessExclusion & { kind: "quiet_hours" } => ({
  kind: "quiet_hours",
  fromTime,
  toTime: "06:00",
});
const deps = () => ({ db: rig.db, systemsOf: () => Promise.resolve([{ id: "wms" }]) });
const add = (shop: string, rule: FreshnessExclusion) =>
  editExclusions(deps(), shop, "user:1", (rules) => [...rules, rule]);

it("keeps what two people add at the same time", async () => {
  const shop = await rig.installedShop();
  await Promise.all([add(shop, night("20:00")), add(shop, night("21:00"))]);
  const kept = (await readExclusionsOf(rig.db, [shop])).get(shop) ?? [];
  expect(kept).toHaveLength(2);
  expect(kept).toEqual(expect.arrayContaining([night("20:00"), night("21:00")]));
});

it("refuses what is no time and changes nothing, the field named", async () => {
  const shop = await rig.installedShop();
  await add(shop, night("20:00"));
  const wrong = async (rule: FreshnessExclusion) => {
    const changed = await add(shop, rule);
    return changed.ok ? [] : changed.errors.map(({ field }) => field);
  };
  expect(await wrong(night("9 pm"))).toEqual(["items[1].fromTime"]);
  expect(await wrong(night("06:00"))).toEqual(["items[1].toTime"]);
  expect(await wrong({ ...night("20:00"), weekdays: [] })).toEqual(["items[1].weekdays"]);
  expect(await wrong({ ...night("20:00"), system: "gone" })).toEqual(["items[1].system"]);
  expect(await wrong({ kind: "maintenance", from: "", to: "2026-11-26T10:00:00Z" })).toEqual([
    "items[1].from",
  ]);
  expect((await readExclusionsOf(rig.db, [shop])).get(shop)).toEqual([night("20:00")]);
});
