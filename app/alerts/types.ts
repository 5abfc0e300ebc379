import type { DataDomain } from "#app/data-domains.ts";

/** What can be wrong. DESIGN "Alerts". */
export const alertKinds = [
  "sla_warn",
  "sla_breach",
  "sla_burn",
  "dead_letters",
  "oldest_job",
  "subscription",
  "silence",
  "reconnect",
  "discrepancies",
  "system_failing",
  "system_disabled",
  "order_holds",
] as const;
export type AlertKind = (typeof alertKinds)[number];

/** acknowledged: somebody looks after it. closed: it is over. */
export const alertStates = ["open", "acknowledged", "closed"] as const;
export type AlertState = (typeof alertStates)[number];

/** caution: can wait until the morning. critical: a promise to the merchant is broken right now. */
export const severities = ["caution", "critical"] as const;
export type Severity = (typeof severities)[number];

/**
 * Why an alert closed. over: what it told of is no longer so. worse: another alert, which tells of the
 * same and more, took its place.
 */
export const closeReasons = ["over", "worse"] as const;
export type CloseReason = (typeof closeReasons)[number];

/** Figures and names an alert's sentences are made of. No personal data. */
export type AlertDetail = Readonly<Record<string, string | number | null>>;

/** One incident. Times RFC 3339 in UTC. */
export interface AlertView {
  readonly id: string;
  readonly kind: AlertKind;
  readonly domain: DataDomain | null;
  /** A system's id. */
  readonly system: string | null;
  readonly state: AlertState;
  readonly severity: Severity;
  /** What is wrong, in one sentence. */
  readonly summary: string;
  /** What to do about it, in one sentence. */
  readonly advice: string;
  /** Where in Converge: the screen that helps. */
  readonly place: { readonly content: string; readonly to: string };
  readonly openedAt: string;
  readonly lastSeenAt: string;
  readonly acknowledgedAt: string | null;
  /** Nobody is reminded until then. */
  readonly snoozedUntil: string | null;
  readonly closedAt: string | null;
  readonly closedBecause: CloseReason | null;
}

/** Ways to tell people who are not looking at Converge. */
export const channelKinds = ["email", "slack", "webhook", "flow"] as const;
export type ChannelKind = (typeof channelKinds)[number];

/** active: is told. disabled: it said that it is gone for good (410). */
export const channelStatuses = ["active", "disabled"] as const;
export type ChannelStatus = (typeof channelStatuses)[number];

/** From then to then, "22:00" to "07:00", in the store's time zone. */
export interface QuietHours {
  readonly from: string;
  readonly to: string;
}

/** A way to tell people. Never its signing secret; of a Slack address only its start. */
export interface ChannelView {
  readonly id: string;
  readonly kind: ChannelKind;
  readonly name: string;
  /** The address mails go to; null unless it is e-mail. */
  readonly to: string | null;
  /** Where messages are posted; null for e-mail and Flow. */
  readonly url: string | null;
  /** The least that is told there. */
  readonly severity: Severity;
  /** What is not critical waits until they are over; null: never. */
  readonly quietHours: QuietHours | null;
  readonly status: ChannelStatus;
  /** Why the last message did not arrive; null: it did. */
  readonly problem: string | null;
  readonly lastSentAt: string | null;
  /** What waits to be sent. */
  readonly waiting: number;
}
