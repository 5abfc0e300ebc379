import { expect, it } from "vitest";
import { isExcluded } from "#app/freshness/index.server.ts";
import type { FreshnessExclusion } from "#app/freshness/types.ts";

const place = { domain: "inventory", system: "sys_1" };
const at = (time: string) => Date.parse(time);

it("maintenance is a time, of everything or of one system or kind of data", () => {
  const rule: FreshnessExclusion = {
    kind: "maintenance",
    from: "2026-11-26T10:00:00Z",
    to: "2026-11-26T11:00:00+01:00",
  };
  const until: FreshnessExclusion = { ...rule, to: "2026-11-26T12:00:00+01:00" };
  expect(isExcluded([rule], place, at("2026-11-26T10:00:00Z"), null)).toBe(false);
  expect(isExcluded([until], place, at("2026-11-26T10:59:59Z"), null)).toBe(true);
  expect(isExcluded([until], place, at("2026-11-26T11:00:00Z"), null)).toBe(false);
  const now = at("2026-11-26T10:30:00Z");
  expect(isExcluded([{ ...until, system: "sys_1" }], place, now, null)).toBe(true);
  expect(isExcluded([{ ...until, system: "sys_2" }], place, now, null)).toBe(false);
  expect(isExcluded([{ ...until, system: "sys_1" }], { ...place, system: null }, now, null)).toBe(
    false,
  );
  expect(isExcluded([{ ...until, domain: "orders" }], place, now, null)).toBe(false);
});

it("quiet hours go by the store's clocks and belong to the day on which they begin", () => {
  const friday: FreshnessExclusion = {
    kind: "quiet_hours",
    fromTime: "22:00",
    toTime: "06:00",
    weekdays: [5],
  };
  const quiet = (time: string, zone: string) => isExcluded([friday], place, at(time), zone);
  // 27 November 2026 is a Friday.
  expect(quiet("2026-11-27T21:00:00Z", "Europe/Berlin")).toBe(true);
  expect(quiet("2026-11-27T20:59:00Z", "Europe/Berlin")).toBe(false);
  expect(quiet("2026-11-28T04:59:00Z", "Europe/Berlin")).toBe(true);
  expect(quiet("2026-11-28T05:00:00Z", "Europe/Berlin")).toBe(false);
  expect(quiet("2026-11-28T22:00:00Z", "Europe/Berlin")).toBe(false);
  expect(quiet("2026-11-27T04:00:00Z", "Europe/Berlin")).toBe(false);
  expect(quiet("2026-11-27T22:00:00Z", "Nowhere/Atall")).toBe(true);
  const lunch: FreshnessExclusion = { kind: "quiet_hours", fromTime: "12:00", toTime: "13:00" };
  expect(isExcluded([lunch], place, at("2026-11-26T12:30:00Z"), "UTC")).toBe(true);
  expect(isExcluded([lunch], place, at("2026-11-26T13:00:00Z"), "UTC")).toBe(false);
});
