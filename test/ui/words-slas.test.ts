import { describe, expect, it } from "vitest";
import type { ErrorBudget } from "#app/freshness/types.ts";
import {
  bucketOf,
  countRows,
  hrefOf,
  isWanted,
  readFilter,
} from "#app/routes/app.freshness._index/buckets.ts";
import { defaultSla } from "#app/freshness/default-slas.ts";
import { momentTicks } from "#app/ui/charts/axis.ts";
import { inHeldOrder } from "#app/ui/kit/held-order.ts";
import {
  burnWords,
  byUrgency,
  detailHref,
  promiseWords,
  remedyOf,
  slaCounts,
  sliWords,
} from "#app/ui/sla-words.ts";

function row(
  standing: ErrorBudget["standing"],
  leftPercent: number,
  sliPercent: number | null = 99,
) {
  const burn = { last5Minutes: null, last30Minutes: null, lastHour: null, last6Hours: null };
  return {
    budget: {
      from: "2026-04-01T00:00:00Z",
      knownSeconds: 1,
      breachSeconds: 0,
      sliPercent,
      allowedMinutes: 432,
      leftMinutes: 0,
      leftPercent,
      burn,
      burning: null,
      standing,
    },
  };
}

describe("the classes of error budgets", () => {
  it("hold every budget exactly once, and no budget that was never measured", () => {
    const classes = [-5, 0, 0.1, 25, 25.1, 50, 75, 75.1, 100].map((left) =>
      bucketOf(row("met", left)),
    );
    expect(classes).toEqual([
      "exhausted",
      "exhausted",
      "0-25",
      "0-25",
      "25-50",
      "25-50",
      "50-75",
      "75-100",
      "75-100",
    ]);
    expect(bucketOf(row("no_data", 100, null))).toBeNull();
  });

  it("are in the URL with the state, and nothing unknown is", () => {
    const filter = readFilter(new URLSearchParams("budget=0-25&state=at_risk"));
    expect(filter).toEqual({ bucket: "0-25", standing: "at_risk" });
    expect(readFilter(new URLSearchParams(hrefOf(filter).split("?")[1]))).toEqual(filter);
    expect(readFilter(new URLSearchParams("budget=toString&state=fine"))).toEqual({
      bucket: null,
      standing: null,
    });
    expect(hrefOf({ bucket: null, standing: null })).toBe("/app/freshness");
  });

  it("are counted within the state that is looked at, and the other way round", () => {
    const rows = [row("met", 90), row("met", 10), row("at_risk", 10)];
    const counts = countRows(rows, { bucket: "0-25", standing: "met" });
    expect(counts.buckets.find(({ key }) => key === "75-100")?.count).toBe(1);
    expect(counts.standings.find(({ standing }) => standing === "at_risk")?.count).toBe(1);
    expect(rows.filter((each) => isWanted(each, { bucket: "0-25", standing: "met" }))).toHaveLength(
      1,
    );
  });

  it("put on top what needs a person", () => {
    const sorted = byUrgency([
      row("met", 1),
      row("no_data", 2, null),
      row("breached", 3),
      row("exhausted", 4),
    ]);
    expect(sorted.map(({ budget }) => budget.standing)).toEqual([
      "exhausted",
      "breached",
      "no_data",
      "met",
    ]);
  });
});

describe("rows that are read again and again", () => {
  it("keep their places, and new ones come last", () => {
    const order = inHeldOrder(["c", "x", "a", "b"], (each) => each, ["a", "b", "c"]);
    expect(order).toEqual(["a", "b", "c", "x"]);
  });
});

describe("the words of an SLA", () => {
  it("never round a share up to a promise that was not kept", () => {
    expect([99.999, 99.95, 99.1, 100, null].map(sliWords)).toEqual([
      "99.99 %",
      "99.95 %",
      "99.1 %",
      "100 %",
      "–",
    ]);
  });

  it("say the promise and the pace", () => {
    expect(promiseWords(defaultSla("inventory"))).toBe("99 % under 1 min, 30 days");
    expect(promiseWords({ ...defaultSla("inventory"), windowKind: "calendar" })).toBe(
      "99 % under 1 min, this month",
    );
    expect([0, 0.01, 0.44, 1, 14.4, null].map(burnWords)).toEqual([
      "0×",
      "< 0.1×",
      "0.4×",
      "1×",
      "14×",
      "–",
    ]);
  });

  it("do not count as met what nothing is known of", () => {
    expect(slaCounts(["met", "no_data", "exhausted"])).toBe(
      "1 met · 0 at risk · 1 breached · 1 without data",
    );
    expect(slaCounts([])).toBe("0 met · 0 at risk · 0 breached");
  });
});

describe("what is in the way", () => {
  it("leads to where something can be done", () => {
    expect(remedyOf("dead", "a&b")?.to).toBe("/app/dead-letters?system=a%26b");
    expect(remedyOf("paused", "erp")?.to).toBe("/app/systems/erp");
    expect(remedyOf("poll_overdue", null)?.to).toBe("/app/webhook-health");
    expect(remedyOf("processing", null)).toBeNull();
    expect(remedyOf(null, "erp")).toBeNull();
    expect(detailHref({ domain: "inventory", system: null })).toBe(
      "/app/freshness/inventory/converge",
    );
  });
});

describe("the marks below a chart of moments", () => {
  const labels = (from: string, hours: number, zone = "UTC") => {
    const fromMs = Date.parse(from);
    return momentTicks(fromMs, fromMs + hours * 3_600_000, zone).map(({ label }) => label);
  };

  it("stand at round times of the shop, wherever the window begins", () => {
    expect(labels("2026-04-10T13:03:21Z", 1)).toEqual([
      "1:10pm",
      "1:20pm",
      "1:30pm",
      "1:40pm",
      "1:50pm",
      "2pm",
    ]);
    expect(labels("2026-04-10T13:03:21Z", 24)).toEqual([
      "4pm",
      "8pm",
      "12am",
      "4am",
      "8am",
      "12pm",
    ]);
    expect(labels("2026-04-10T13:03:21Z", 6, "Asia/Kolkata")[0]).toBe("7pm");
  });

  it("are days where the window is long, and never more than can be read", () => {
    expect(labels("2026-04-10T13:03:21Z", 168)[0]).toBe("Sat 11 Apr");
    expect(labels("2026-04-10T13:03:21Z", 720).length).toBeLessThan(9);
    expect(labels("2026-03-28T13:03:21Z", 60, "Europe/Berlin")).toEqual([
      "Sun 29 Mar",
      "Mon 30 Mar",
      "Tue 31 Mar",
    ]);
  });
});
