import type { DataDomain } from "#app/data-domains.ts";

/** What became of an event. `processing` is a state of its job, never stored. */
export const eventStatuses = ["received", "applied", "superseded", "ignored", "dead"] as const;
export type EventStatus = (typeof eventStatuses)[number];

/** Who told us. */
export const eventSources = ["webhook", "poll", "reconciliation", "system", "replay"] as const;
export type EventSource = (typeof eventSources)[number];

/** One event as lists show it. Times are RFC 3339 in UTC. */
export interface EventSummary {
  readonly id: string;
  readonly shop: string;
  readonly topic: string;
  readonly domain: DataDomain | null;
  readonly type: string | null;
  readonly source: EventSource;
  readonly status: EventStatus;
  readonly reason: string | null;
  readonly correlationId: string;
  readonly webhookId: string;
  readonly eventId: string | null;
  readonly resource: {
    readonly type: string;
    readonly id: string;
    readonly version: string | null;
    readonly sku: string | null;
  } | null;
  readonly occurredAt: string;
  readonly receivedAt: string;
  readonly duplicates: number;
}

/** One event with all that its page shows, its body apart. */
export interface EventDetail extends EventSummary {
  readonly transport: string;
  readonly apiVersion: string | null;
  readonly subscription: string | null;
  readonly traceparent: string;
  readonly triggeredAt: string | null;
  readonly startedAt: string | null;
  readonly processedAt: string | null;
  readonly lastDuplicateAt: string | null;
  readonly bodyBytes: number;
}

/** The raw body of an event, opened. `masked`: personal data replaced by dots. */
export interface EventBodyView {
  readonly text: string;
  readonly truncated: boolean;
  readonly masked: boolean;
  readonly headers: Readonly<Record<string, string>>;
}

/** What a list of events is filtered by; absent means any. */
export interface EventFilter {
  readonly status?: EventStatus;
  readonly topic?: string;
  readonly domain?: DataDomain;
  readonly source?: EventSource;
  readonly resource?: string;
  /** Known of an event once it was processed. */
  readonly sku?: string;
  readonly correlationId?: string;
  readonly webhookId?: string;
  readonly from?: string;
  readonly to?: string;
}

/** A page of a list, newest first; `next` is the cursor of the following page. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

/** Events per span of time, by outcome (applied, duplicate, superseded, ignored, dead). */
export interface OutcomePoint {
  /** Start of the span, RFC 3339. */
  readonly at: string;
  readonly counts: Readonly<Record<string, number>>;
}
