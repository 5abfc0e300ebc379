import type { Silence } from "#app/silence/types.ts";
import type { SubscriptionState } from "#app/subscriptions/types.ts";
import type { Finding } from "./finding.ts";

/** Only the merchant can let Converge in again. Pure. */
export function judgeConnection(reconnectNeeded: boolean): Finding[] {
  if (!reconnectNeeded) return [];
  const detail = {};
  const whole = { subject: "", domain: null, systemId: null, level: 1, detail };
  return [{ ...whole, kind: "reconnect", severity: "critical" }];
}

/** How the subscription of a topic stands. */
export interface TopicFacts {
  readonly topic: string;
  readonly state: SubscriptionState;
  /** Converge has put another one in its place. */
  readonly substituted: boolean;
}

/** Topics that Shopify no longer tells of as it was asked to. Pure. */
export function judgeSubscriptions(topics: readonly TopicFacts[]): Finding[] {
  return topics
    .filter(({ state }) => state !== "active")
    .map(({ topic, state, substituted }) => ({
      kind: "subscription",
      subject: topic,
      domain: null,
      systemId: null,
      severity: state === "drifted" ? "caution" : "critical",
      level: state === "drifted" ? 1 : 2,
      detail: { topic, state, substituted: substituted ? 1 : 0 },
    }));
}

/**
 * Kinds of data of which Shopify has changes that it did not tell. Topics of one kind of data fall
 * silent together: the one that has been silent for longest speaks for them. Pure.
 */
export function judgeSilences(silences: readonly Silence[], nowMs: number): Finding[] {
  const first = new Map<string, Silence>();
  for (const silence of silences.toSorted((a, b) => a.sinceMs - b.sinceMs))
    if (!first.has(silence.domain)) first.set(silence.domain, silence);
  return [...first.values()].map(({ topic, domain, sinceMs, changes }) => ({
    kind: "silence",
    subject: domain,
    domain,
    systemId: null,
    severity: "critical",
    level: 1,
    detail: { topic, changes, quietSeconds: Math.round((nowMs - sinceMs) / 1_000) },
  }));
}

/**
 * Orders that systems did not let go, which nobody but the merchant can. One is reason enough; every
 * further order of magnitude is told again. Pure.
 */
export function judgeOrderHolds(count: number): Finding[] {
  if (count === 0) return [];
  const level = String(count).length;
  const about = { subject: "", domain: null, systemId: null, level, detail: { count } };
  return [{ ...about, kind: "order_holds", severity: "caution" }];
}

/** Open discrepancies and what is usual, for `judgeDiscrepancies`. */
export interface DiscrepancyFacts {
  readonly open: number;
  /** Of the last days; null: never looked before. */
  readonly usual: number | null;
  /** An alert about them is open. */
  readonly alerted: boolean;
}

/** Fewer are everyday business, whatever is usual. */
const leastSpike = 10;

/**
 * Far more records disagree than usual: three times as many to open, and it stays open until they
 * are less than twice as many. Pure.
 */
export function judgeDiscrepancies({ open, usual, alerted }: DiscrepancyFacts): Finding[] {
  const times = alerted ? 2 : 3;
  const least = alerted ? leastSpike / 2 : leastSpike;
  if (usual === null || open < least || open < times * usual) return [];
  return [
    {
      kind: "discrepancies",
      subject: "",
      domain: null,
      systemId: null,
      severity: "caution",
      level: 1,
      detail: { open, usual: Math.round(usual) },
    },
  ];
}

/** What is usual follows what is there within about three days. */
const usualFollowsMs = 72 * 3_600_000;

/** What is usual, after another look. The first look takes what it finds for usual. Pure. */
export function usualAfter(usual: number | null, open: number, passedMs: number): number {
  if (usual === null) return open;
  return usual + (open - usual) * (1 - Math.exp(-Math.max(0, passedMs) / usualFollowsMs));
}
