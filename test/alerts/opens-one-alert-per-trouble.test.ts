import { describe, expect, it } from "vitest";
import type { ShopFacts } from "#app/alerts/judge.ts";
import { planIncidents, type StandingAlert } from "#app/alerts/plan-incidents.ts";
import { healthy, simulate, stock, stockOf, type Told, warehouse } from "./simulated-shop.ts";

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** Numbers that look random and are the same every time. */
function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

describe("a healthy shop", () => {
  it("has no alert in a month of everyday life", () => {
    const random = noise(7);
    let outageEnds = 0;
    let outageBegan = 0;
    const told = simulate(30 * day, (second) => {
      // Twice a day the warehouse is away for less than five minutes; a few records differ at night.
      if (second > outageEnds && random() < (2 * 15) / day) {
        outageBegan = second;
        outageEnds = second + Math.floor(random() * 280);
      }
      const away = second < outageEnds;
      return {
        ...warehouse({
          notAnsweringSinceMs: away ? outageBegan * 1000 : null,
          waiting: away ? 20 : 2,
          oldestWaitingSeconds: away ? second - outageBegan : random() * 5,
        }),
        // Between two reads data is as old as the last one, now and then older than the warning.
        flows: [
          away
            ? stockOf(Math.min(second - outageBegan, 40), "retrying")
            : stockOf(random() * 55, null),
        ],
        discrepancies: { open: Math.floor(random() * 5), usual: null },
      };
    });
    expect(told).toEqual([]);
  });
});

/** One trouble: how the shop is, from its beginning on, and which alert it has to be within how long. */
interface Trouble {
  readonly name: string;
  readonly alert: string;
  readonly withinSeconds: number;
  readonly during: (sinceSeconds: number, beganMs: number) => ShopFacts;
}

const silentOrders = ["orders/create", "orders/updated"].map((topic) => ({
  topic,
  domain: "orders" as const,
  sinceMs: 0,
  upToMs: 1,
  changes: 3,
}));

const troubles: readonly Trouble[] = [
  {
    name: "the store lets nobody in any more",
    alert: "reconnect ",
    withinSeconds: 15,
    during: (since) => ({
      ...healthy,
      reconnectNeeded: true,
      // Too old after a minute; that reading it again is overdue shows later.
      flows: [stockOf(since, since > 90 ? "poll_overdue" : null)],
    }),
  },
  {
    name: "a subscription is removed",
    alert: "subscription orders/updated",
    withinSeconds: 15,
    during: () => ({
      ...healthy,
      topics: [{ topic: "orders/updated", state: "removed", substituted: true }],
    }),
  },
  {
    name: "Shopify falls silent about orders",
    alert: "silence orders",
    withinSeconds: 15,
    during: () => ({ ...healthy, silences: silentOrders }),
  },
  {
    name: "the warehouse stops answering",
    alert: "system_failing wms",
    withinSeconds: 6 * minute,
    during: (since, beganMs) =>
      warehouse({
        notAnsweringSinceMs: beganMs,
        waiting: Math.floor(since / 10),
        oldestWaitingSeconds: since,
      }),
  },
  {
    name: "the warehouse stops answering, and stock has to be fresh",
    alert: "sla_breach inventory wms",
    withinSeconds: 75,
    during: (since, beganMs) => ({
      ...warehouse({
        notAnsweringSinceMs: beganMs,
        waiting: Math.floor(since / 10),
        oldestWaitingSeconds: since,
      }),
      // Burning and a warning of another kind of data are parts of it.
      flows: [
        { ...stockOf(since, "circuit_open"), burning: since > 600 ? "fast" : null },
        stock({ domain: "products" }),
      ],
    }),
  },
  {
    name: "Shopify cannot be read",
    alert: "sla_breach inventory",
    withinSeconds: 75,
    during: (since) => ({
      ...healthy,
      flows: [
        { ...stockOf(since, "poll_overdue"), system: null, systemName: null },
        stockOf(since, "poll_overdue"),
      ],
    }),
  },
  {
    name: "the budget is used too fast in many short breaches",
    alert: "sla_burn inventory wms",
    withinSeconds: 15,
    during: () => ({ ...healthy, flows: [stock({ burning: "fast", burn: 16, leftMinutes: 216 })] }),
  },
  {
    name: "the warehouse says it is gone",
    alert: "system_disabled wms",
    withinSeconds: 15,
    during: (since) => ({
      ...warehouse({ status: "disabled", oldestWaitingSeconds: since }),
      flows: [stockOf(since, "disabled")],
    }),
  },
  {
    name: "one change never gets through, others do",
    alert: "oldest_job wms",
    withinSeconds: 31 * minute,
    during: (since) => warehouse({ waiting: 1, oldestWaitingSeconds: since }),
  },
  {
    name: "a change is given up",
    alert: "dead_letters wms",
    withinSeconds: 15,
    during: (since) => ({ ...warehouse({ dead: 1 }), flows: [stockOf(since, "dead")] }),
  },
  {
    name: "a message cannot be read",
    alert: "dead_letters events",
    withinSeconds: 15,
    during: () => ({ ...healthy, deadEvents: 1 }),
  },
  {
    name: "an import changes a thousand stock levels",
    alert: "discrepancies ",
    withinSeconds: 15,
    during: () => ({ ...healthy, discrepancies: { open: 1_000, usual: null } }),
  },
  {
    name: "a system refuses an order of high value",
    alert: "order_holds ",
    withinSeconds: 15,
    during: () => ({ ...healthy, undecidedOrders: 1 }),
  },
];

describe.each(troubles)("when $name", ({ alert, withinSeconds, during }) => {
  const begins = 2 * day;
  const ends = begins + 2 * hour;
  const told = simulate(3 * day, (second) =>
    second >= begins && second < ends
      ? during(second - begins, begins * 1000)
      : { ...healthy, discrepancies: { open: 3, usual: null } },
  );

  it("there is exactly one alert, within its window, and it closes by itself", () => {
    // A warning that became a breach is the same incident: it ends in silence.
    const warned = new Set(
      told.filter(({ what }) => what === "worse").map(({ subject }) => subject),
    );
    const opened = told.filter(
      (one) => one.what === "opened" && !(one.kind === "sla_warn" && warned.has(one.subject)),
    );
    expect(opened.map((one) => `${one.kind} ${one.subject}`)).toEqual([alert]);
    expect(opened[0]?.at).toBeGreaterThanOrEqual(begins);
    expect(opened[0]?.at).toBeLessThanOrEqual(begins + withinSeconds);
    const closed = told.filter((one) => one.what === "over");
    expect(closed.map((one) => `${one.kind} ${one.subject}`)).toEqual([alert]);
    expect(closed[0]?.at).toBeGreaterThanOrEqual(ends);
    expect(closed[0]?.at).toBeLessThanOrEqual(ends + 16 * minute);
  });
});

const words = (told: readonly Told[]) => told.map(({ kind, what }) => `${kind} ${what}`);

describe("what comes and goes", () => {
  it("is one incident while it does", () => {
    const told = simulate(3 * hour, (second) => {
      const flapping = second >= hour && second < 2 * hour;
      const stuck = flapping && Math.floor(second / 60) % 2 === 0;
      return warehouse({ oldestWaitingSeconds: stuck ? 40 * minute : 0, waiting: 1 });
    });
    expect(words(told)).toEqual(["oldest_job opened", "oldest_job over"]);
  });

  it("is told again with each order of magnitude, and not when it falls and rises below that", () => {
    const counts = [1, 4, 12, 8, 15, 99, 100, 40, 0];
    const told = simulate((counts.length - 1) * 15, (second) =>
      warehouse({ dead: counts[second / 15] ?? 0 }),
    );
    expect(words(told)).toEqual([
      "dead_letters opened",
      "dead_letters worse",
      "dead_letters worse",
      "dead_letters over",
    ]);
  });

  it("a system that fails and is then switched off goes on as the worse of the two", () => {
    const told = simulate(hour, (second) =>
      warehouse({
        status: second < 30 * minute ? "active" : "disabled",
        notAnsweringSinceMs: 0,
        oldestWaitingSeconds: second,
      }),
    );
    expect(words(told)).toEqual([
      "system_failing opened",
      "system_failing worse",
      "system_disabled opened",
    ]);
  });

  it("a silence whose subscription turns out to be gone goes on as that", () => {
    const told = simulate(hour, (second) => ({
      ...healthy,
      silences: silentOrders,
      topics: [
        {
          topic: "orders/create",
          state: second < 30 * minute ? "active" : "removed",
          substituted: true,
        },
      ],
    }));
    expect(words(told)).toEqual(["silence opened", "silence worse", "subscription opened"]);
  });

  it("a breach goes on until data is fresh again, and says so once", () => {
    const ages = (second: number) => (second < 120 ? second : second < 600 ? 50 : 10);
    const told = simulate(1_200, (second) => ({
      ...healthy,
      flows: [stockOf(ages(second), second < 600 ? "retrying" : null)],
    }));
    expect(words(told)).toEqual([
      "sla_warn opened",
      "sla_warn worse",
      "sla_breach opened",
      "sla_breach over",
    ]);
    expect(told.at(-1)?.at).toBeGreaterThanOrEqual(700);
  });

  it("a breach is over once data is only as old as the last read of Shopify, however close that is", () => {
    const told = simulate(1_200, (second) => ({
      ...healthy,
      flows: [second < 120 ? stockOf(second, "retrying") : stockOf(30 + (second % 28), null)],
    }));
    expect(words(told).at(-1)).toBe("sla_breach over");
    expect(told.at(-1)?.at).toBeLessThan(300);
  });

  it("a warning needs something in the way", () => {
    const told = simulate(600, () => ({ ...healthy, flows: [stockOf(50, null)] }));
    expect(told).toEqual([]);
  });

  it("a breach inside a maintenance window wakes nobody", () => {
    const told = simulate(1_200, (second) => ({
      ...healthy,
      flows: [{ ...stockOf(second, "paused"), excluded: second < 900 }],
    }));
    expect(told.every(({ at }) => at >= 900)).toBe(true);
    expect(words(told)).toContain("sla_breach opened");
  });

  it("many discrepancies that stay are usual after some days", () => {
    const told = simulate(14 * day, (second) => ({
      ...healthy,
      discrepancies: { open: second < day ? 2 : 60, usual: null },
    }));
    expect(words(told)).toEqual(["discrepancies opened", "discrepancies over"]);
    expect(told[1]?.at).toBeGreaterThan(2 * day);
  });
});

describe("an alert that somebody has seen", () => {
  const standing = (change: Partial<StandingAlert>): StandingAlert => ({
    id: "1",
    kind: "dead_letters",
    subject: "wms",
    state: "acknowledged",
    level: 1,
    lastSeenMs: 0,
    snoozedUntilMs: null,
    ...change,
  });
  const finding = (level: number) => ({
    kind: "dead_letters" as const,
    subject: "wms",
    domain: null,
    systemId: "wms",
    severity: "caution" as const,
    level,
    detail: {},
  });
  const look = (alert: StandingAlert, level: number, nowMs: number) =>
    planIncidents([alert], { findings: [finding(level)], explained: new Map() }, nowMs).seen[0];

  it("is not told again while it is the same", () => {
    expect(look(standing({}), 1, 1_000)).toMatchObject({ state: "acknowledged", tell: null });
  });

  it("is open again when it gets worse", () => {
    expect(look(standing({}), 2, 1_000)).toMatchObject({ state: "open", tell: "worse" });
    const put = standing({ state: "open", snoozedUntilMs: 5_000 });
    expect(look(put, 2, 1_000)).toMatchObject({ snoozedUntilMs: null, tell: "worse" });
  });

  it("is told again when its rest is over, and only then", () => {
    const put = standing({ state: "open", snoozedUntilMs: 5_000 });
    expect(look(put, 1, 4_999)).toMatchObject({ snoozedUntilMs: 5_000, tell: null });
    expect(look(put, 1, 5_000)).toMatchObject({ snoozedUntilMs: null, tell: "reminded" });
  });
});
