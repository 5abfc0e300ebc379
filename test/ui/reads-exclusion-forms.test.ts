import { describe, expect, it } from "vitest";
import { isExcluded, momentOf } from "#app/freshness/index.server.ts";
import {
  concerns,
  daysWords,
  emptyExclusion,
  type ExclusionDraft,
  postOf,
  readExclusionForm,
  ruleOfDraft,
  scopeWords,
} from "#app/routes/app.freshness.$domain.$system/exclusion-form.ts";

const zone = "Europe/Berlin";
const place = { domain: "inventory", system: "wms" } as const;

function posted(changes: Partial<ExclusionDraft>) {
  const form = new FormData();
  for (const [name, value] of Object.entries(postOf({ ...emptyExclusion, ...changes })))
    form.set(name, value);
  const wanted = readExclusionForm(form);
  if (wanted?.what !== "add") throw new Error("nothing was added");
  return ruleOfDraft(wanted.draft, place, (time) => momentOf(time, zone));
}

describe("the form of a time that does not count", () => {
  it("gives the rule that was typed, in this place or everywhere", () => {
    expect(posted({})).toEqual({
      kind: "quiet_hours",
      fromTime: "22:00",
      toTime: "06:00",
      domain: "inventory",
      system: "wms",
    });
    expect(posted({ scope: "everywhere", weekdays: ["7", "6"], note: " Stock count " })).toEqual({
      kind: "quiet_hours",
      fromTime: "22:00",
      toTime: "06:00",
      weekdays: [6, 7],
      note: "Stock count",
    });
  });

  it("takes a maintenance window by the clocks of the store, summer or winter", () => {
    const window = (from: string, to: string) => posted({ kind: "maintenance", from, to });
    expect(window("2026-07-01T22:00", "2026-12-01T02:30")).toMatchObject({
      from: "2026-07-01T20:00:00.000Z",
      to: "2026-12-01T01:30:00.000Z",
    });
    // Berlin's clocks skip 02:30 on 29 March, and show it twice on 25 October.
    expect(window("2026-03-29T02:30", "2026-10-25T02:30")).toMatchObject({
      from: "2026-03-29T01:30:00.000Z",
      to: "2026-10-25T00:30:00.000Z",
    });
    const rule = window("2026-07-01T22:00", "2026-07-01T23:00");
    const at = (text: string) => isExcluded([rule], place, Date.parse(text), zone);
    expect([at("2026-07-01T19:59:59Z"), at("2026-07-01T20:00:00Z")]).toEqual([false, true]);
  });

  it("leaves what is no time as it was typed, for the room to name", () => {
    expect(posted({ kind: "maintenance", from: "", to: "soon" })).toMatchObject({
      from: "",
      to: "soon",
    });
  });

  it("says for what and when a rule holds", () => {
    const here = { ...place, systemName: "Warehouse" };
    expect(scopeWords({}, here)).toBe("All data");
    expect(scopeWords({ domain: "inventory" }, here)).toBe("Stock levels everywhere");
    expect(scopeWords(place, here)).toBe("Stock levels in Warehouse");
    expect([daysWords(undefined), daysWords([6, 7])]).toEqual(["Every day", "Sat, Sun"]);
    const quiet = { kind: "quiet_hours", fromTime: "22:00", toTime: "06:00" } as const;
    expect(concerns({ ...quiet, system: "erp" }, place)).toBe(false);
    expect(concerns({ ...quiet, domain: "inventory" }, { ...place, system: null })).toBe(true);
  });
});
