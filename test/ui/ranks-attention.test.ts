import { describe, expect, it } from "vitest";
import type { DomainLag } from "#app/freshness/types.ts";
import {
  attentionShown,
  type AttentionFacts,
  needsAttention,
} from "#app/routes/app._index/attention.ts";
import { ranges, readRange, spansOf } from "#app/routes/app._index/ranges.ts";
import type { SystemView } from "#app/systems/types.ts";

const nowMs = Date.parse("2026-04-10T12:00:00Z");

const system = (id: string, changes: Partial<SystemView> = {}): SystemView => ({
  id,
  shop: "north.myshopify.com",
  name: id.toUpperCase(),
  kind: "wms",
  url: "https://wms.example.com/hooks",
  domains: ["inventory"],
  status: "active",
  comparison: {},
  circuitState: "closed",
  circuitSince: null,
  circuitProbeAt: null,
  snapshotUrl: null,
  oldSecretUntil: null,
  statusReason: null,
  statusSince: "2026-04-10T10:00:00Z",
  deliveryPolicy: {
    mode: "latest",
    maxAttempts: 10,
    baseDelayMs: 2_000,
    maxDelayMs: 3_600_000,
    timeoutMs: 10_000,
    concurrency: 4,
  },
  circuitPolicy: {
    minimumRequests: 10,
    failurePercent: 50,
    windowSeconds: 30,
    probeAfterMs: 30_000,
  },
  createdAt: "2026-04-01T00:00:00Z",
  ...changes,
});

const waiting = (systemId: string, count: number, oldestWaitingSeconds: number | null) => ({
  systemId,
  delivered: 0,
  failed: 0,
  waiting: count,
  dead: 0,
  oldestWaitingSeconds,
  lastDeliveredAt: null,
});

const lag = (domain: string, p95: number): DomainLag => ({
  domain,
  total: { p50: 1, p95, p99: p95, count: 5 },
  series: [],
});

const attention = (changes: Partial<AttentionFacts>) =>
  needsAttention({
    alerts: [],
    systems: [],
    health: [],
    lags: [],
    deadBySystem: [],
    deadEvents: { count: 0, newestAt: null },
    discrepancies: { count: 0, newestAt: null },
    nowMs,
    ...changes,
  });

describe("what needs attention", () => {
  it("is nothing while all is well", () => {
    expect(
      attention({
        systems: [system("wms")],
        health: [waiting("wms", 4, 59)],
        lags: [lag("inventory", 60), lag("unknown", 9_999)],
        deadBySystem: [{ systemId: "wms", count: 0, newestAt: null }],
      }),
    ).toEqual([]);
  });

  it("puts the worst first and never shows more than can be read", () => {
    const many = attention({
      systems: [
        system("off", { status: "disabled", statusReason: "It answered 410." }),
        system("few"),
        system("most"),
        system("slow"),
      ],
      health: [waiting("slow", 7, 120)],
      lags: [lag("orders", 31), lag("inventory", 90)],
      deadBySystem: [
        { systemId: "few", count: 1, newestAt: "2026-04-10T11:00:00Z" },
        { systemId: "most", count: 12, newestAt: null },
      ],
      deadEvents: { count: 2, newestAt: null },
    });
    expect(many.map(({ what }) => what)).toEqual([
      "OFF was switched off. It answered 410.",
      "12 changes could not be delivered to MOST.",
      "1 change could not be delivered to FEW.",
      "2 messages from Shopify could not be read.",
      "SLOW is behind: 7 changes wait, the oldest for 2 min.",
    ]);
    expect(many).toHaveLength(attentionShown);
    expect(many.map(({ tone }) => tone).lastIndexOf("critical")).toBe(3);
  });

  it("starts when a system is a minute behind, and says since when", () => {
    const [item] = attention({ systems: [system("wms")], health: [waiting("wms", 1, 60)] });
    expect(item).toMatchObject({
      what: "WMS is behind: 1 change waits, the oldest for 60 s.",
      since: "2026-04-10T11:59:00.000Z",
      action: { to: "/app/systems/wms" },
    });
  });

  it("does not call a paused system behind", () => {
    const [item] = attention({
      systems: [system("wms", { status: "paused" })],
      health: [waiting("wms", 3, 400)],
    });
    expect(item?.what).toBe("WMS is paused; 3 changes wait for it.");
  });

  it("names a domain only when it is over its target", () => {
    const late = attention({ lags: [lag("orders", 30), lag("pricing", 30.1)] });
    expect(late.map(({ what }) => what)).toEqual([
      "Prices: 95 % arrived within 30 s; the target is 30 s.",
    ]);
    expect(late[0]?.action.to).toBe("/app/events?domain=pricing");
  });

  it("does not lose the dead letters of a system that was removed", () => {
    const [item] = attention({ deadBySystem: [{ systemId: "a&b", count: 2, newestAt: null }] });
    expect(item?.what).toContain("a removed system");
    expect(item?.action.to).toBe("/app/dead-letters?system=a%26b");
  });
});

describe("the window of the overview", () => {
  it("is the last hour unless the URL names another one", () => {
    expect(readRange("24h")).toBe("24h");
    expect(["1 h", "toString", "", null].map(readRange)).toEqual(["1h", "1h", "1h", "1h"]);
  });

  it("holds now, and stands still until a whole span has passed", () => {
    for (const { windowMs, lagSpanMs } of Object.values(ranges)) {
      const { fromMs, toMs, points } = spansOf(nowMs, windowMs, lagSpanMs);
      expect(toMs).toBeGreaterThan(nowMs);
      expect(toMs - fromMs).toBe(points * lagSpanMs);
      expect(spansOf(nowMs + lagSpanMs - 1, windowMs, lagSpanMs).toMs).toBe(toMs);
      expect(spansOf(nowMs + lagSpanMs, windowMs, lagSpanMs).toMs).toBe(toMs + lagSpanMs);
    }
  });
});
