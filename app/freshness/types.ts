import type { DataDomain } from "#app/data-domains.ts";

/** Where an event's time goes. transit: Shopify to us; queue: waiting for a worker; processing; delivery: per system; total: change to acknowledgement. */
export const lagStages = ["transit", "queue", "processing", "delivery", "total"] as const;
export type LagStage = (typeof lagStages)[number];

/** Percentiles in seconds, read from a histogram (at most 20 % too high). */
export interface LagQuantiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly count: number;
}

/** The same of one stage; null where nothing happened. */
export interface StageLag {
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly count: number;
}

/** One point of a lag chart; null where nothing happened. */
export interface LagPoint {
  readonly at: string;
  readonly p95Seconds: number | null;
  readonly count: number;
}

/** Lag of one data domain over a window, with the series to draw. */
export interface DomainLag {
  readonly domain: string;
  readonly total: LagQuantiles;
  readonly series: readonly LagPoint[];
}

/**
 * How data gets from Shopify to a system in time.
 * webhook_and_polling: webhooks as they come, and Shopify is read every `pollEverySeconds`.
 * webhook_queue: the same, and every change goes out in order: none makes up for the one before.
 * scheduled_batch: the same, and what changed goes out together, every `pollEverySeconds`.
 * event_driven: Shopify's events alone; it is read when other data of the same kind of read is.
 * webhook_and_cache_invalidation: like the first, and systems are told at once, ahead of everything
 * that waits, that what they hold is old.
 * The default SLA of a kind of data, which nobody chose, neither gathers nor keeps what is outdated:
 * how each system takes its changes is then up to its own delivery policy.
 */
export const syncMethods = [
  "webhook_and_polling",
  "webhook_queue",
  "scheduled_batch",
  "event_driven",
  "webhook_and_cache_invalidation",
] as const;
export type SyncMethod = (typeof syncMethods)[number];

/** How fresh one kind of data has to be. */
export interface FreshnessSla {
  readonly domain: DataDomain;
  /** A system's id; unset: it holds for the store and for every system without one of its own. */
  readonly system?: string;
  readonly warnAfterSeconds: number;
  readonly breachAfterSeconds: number;
  /** Share of the window that has to be within `breachAfterSeconds`, above 0 and at most 100. */
  readonly targetPercent: number;
  readonly windowDays: number;
  /** The week (7 days), month (30) or quarter (90) of the store's calendar; left out: its last days. */
  readonly windowKind?: "calendar";
  readonly syncMethod: SyncMethod;
  /** How often Shopify is asked what webhooks did not bring. */
  readonly pollEverySeconds: number;
}

/** What is wrong with one field of a list of SLAs, and how to mend it. */
export interface SlaError {
  /** `items[2].warnAfterSeconds`. */
  readonly field: string;
  readonly message: string;
}

/** How the notifications of one topic fared over a window. Percentiles in seconds, at most 20 % too high. */
export interface TopicHealth {
  readonly topic: string;
  readonly received: number;
  /** Never came: a read of Converge found what they should have told. */
  readonly missed: number;
  /** Came after a read had found what they told. */
  readonly late: number;
  readonly duplicates: number;
  readonly outOfOrder: number;
  readonly delay: { readonly p50Seconds: number | null; readonly p95Seconds: number | null };
  /** From a change whose webhook was missed to the read that found it. */
  readonly detection: { readonly p95Seconds: number | null };
  readonly lastReceivedAt: string | null;
  readonly series: readonly {
    readonly at: string;
    readonly received: number;
    readonly missed: number;
  }[];
}

// What follows is read through the door of app/staleness, which knows who has unfinished work; `deps`
// is `{ db, clock }`:
//   readFreshness(deps, shop): Promise<Freshness[]>
//   readFreshnessDetail(deps, shop, domain, system | null, { fromMs, toMs }): Promise<FreshnessDetail | null>
//   previewSla(deps, shop, sla): Promise<SlaPreview>
//   costOfSla(deps, shop, slas): Promise<SlaCost>

/** A time that says nothing of an SLA, neither good nor bad. */
export type FreshnessExclusion = {
  /** Left out: every kind of data. */
  readonly domain?: DataDomain;
  /** A system's id; left out: every place. */
  readonly system?: string;
  /** For people: why. */
  readonly note?: string;
} & (
  | {
      readonly kind: "maintenance";
      /** RFC 3339. */
      readonly from: string;
      readonly to: string;
    }
  | {
      readonly kind: "quiet_hours";
      /** HH:MM by the clocks of the store; an end before the start is on the next day. */
      readonly fromTime: string;
      readonly toTime: string;
      /** The days on which they begin, 1 (Monday) to 7; left out: every day. */
      readonly weekdays?: readonly number[];
    }
);

/** Where data stands against its SLA now. */
export const freshnessStates = ["ok", "warn", "breach"] as const;
export type FreshnessState = (typeof freshnessStates)[number];

/** What keeps data from being complete up to now. */
export const holdUps = [
  "processing",
  "queued",
  "retrying",
  "circuit_open",
  "paused",
  "disabled",
  "dead",
  "poll_overdue",
  "never_read",
] as const;
export type HoldUp = (typeof holdUps)[number];

/** Why data is complete up to a moment, and not longer. */
export interface StalenessProof {
  /** Null: nothing is in the way, the next complete read of Shopify moves the moment on. */
  readonly heldUpBy: HoldUp | null;
  /** For a merchant; its times are UTC. */
  readonly sentence: string;
  /** How many changes are unfinished; counted up to 10,000. 0 where none is. */
  readonly unfinished: number;
  /** The event of the oldest unfinished change; null where it is not known. */
  readonly eventId: string | null;
  /** The last complete read of Shopify; null before the first. */
  readonly pass: {
    readonly number: number;
    /** What no webhook had brought by then. */
    readonly found: number;
    readonly completedAt: string;
  } | null;
}

/** How an SLA was kept over its window, and what is left of what may go wrong. */
export interface ErrorBudget {
  /** Start of the window, RFC 3339; what is counted ends now. */
  readonly from: string;
  /** Seconds of which the state is known; those of before, of dead workers and excluded ones are not. */
  readonly knownSeconds: number;
  readonly breachSeconds: number;
  /** Share of the known seconds within the SLA; null: nothing is known yet. */
  readonly sliPercent: number | null;
  /** All that may go wrong in a whole window. */
  readonly allowedMinutes: number;
  /** Below zero: more went wrong than may. */
  readonly leftMinutes: number;
  /** 100 to begin with; below zero: more went wrong than may. */
  readonly leftPercent: number;
  /** How many times too fast the budget is being spent; null: too little is known of that time. */
  readonly burn: {
    readonly last5Minutes: number | null;
    readonly last30Minutes: number | null;
    readonly lastHour: number | null;
    readonly last6Hours: number | null;
  };
  /** fast: gone in two days at this pace; slow: in five. */
  readonly burning: "fast" | "slow" | null;
  /**
   * no_data and learning (less than a day is known) say nothing of the SLA; trouble right now comes
   * first.
   */
  readonly standing: "no_data" | "learning" | "met" | "at_risk" | "breached" | "exhausted";
}

/** How old data was at worst around a moment; null: nothing is known. */
export interface AgePoint {
  readonly at: string;
  readonly ageSeconds: number | null;
}

/** One kind of data in one system (or in Converge itself), now. */
export interface Freshness {
  readonly domain: DataDomain;
  /** Null: from Shopify to Converge. */
  readonly system: string | null;
  readonly systemName: string | null;
  readonly stalenessSeconds: number;
  /** RFC 3339: every change up to then is known and acknowledged. */
  readonly completeUpTo: string;
  readonly state: FreshnessState;
  /** Quiet hours or maintenance: the state counts for nothing now. */
  readonly excluded: boolean;
  readonly sla: FreshnessSla;
  readonly proof: StalenessProof;
  readonly budget: ErrorBudget;
  /** The last 24 hours in 48 equal spans, oldest first. */
  readonly sparkline: readonly AgePoint[];
}

/** A stretch of time over the SLA, with what was in the way. */
export interface BreachSpan {
  readonly from: string;
  /** Null: it goes on. */
  readonly to: string | null;
  /** Of the breach within the window that is looked at. */
  readonly seconds: number;
  readonly worstAgeSeconds: number;
  readonly heldUpBy: HoldUp | null;
  /** For a merchant. */
  readonly sentence: string;
  readonly eventId: string | null;
}

/** One kind of data in one system over time. */
export interface FreshnessDetail extends Freshness {
  readonly from: string;
  readonly to: string;
  /** At most 720 points, the worst age of each equal span. */
  readonly ages: readonly AgePoint[];
  /** Newest first, at most 50. */
  readonly breaches: readonly BreachSpan[];
  /** The same, by what they cost, the dearest first, at most 10, over the SLA's own window. */
  readonly consumers: readonly (BreachSpan & { readonly budgetPercent: number })[];
  /** Over the SLA's own window, at most 90 points: what was left, and what an even pace leaves. */
  readonly burnDown: readonly {
    readonly at: string;
    readonly leftPercent: number;
    readonly evenPercent: number;
  }[];
  /** Complete reads of Shopify between `from` and `to` that are still on record. */
  readonly loads: readonly string[];
  readonly breachSeconds: number;
  readonly longestBreachSeconds: number;
}

/** What an SLA would have meant over the last 30 days. */
export interface SlaPreview {
  /** How much of the 30 days is known. */
  readonly knownSeconds: number;
  /** Stretches of time, not minutes. */
  readonly warnings: number;
  readonly breaches: number;
  readonly sliPercent: number | null;
  readonly leftPercent: number;
  /** For a merchant: "Would have breached twice in the last 30 days ..." */
  readonly sentence: string;
}

/** What the polling an SLA needs costs of the store's API budget. */
export interface SlaCost {
  /** By the reads of late; null before the first. */
  readonly pointsPerSecond: number | null;
  /** What the store's plan gives back per second; null before the first answer. */
  readonly budgetPerSecond: number | null;
  /** All feeds together; null where one of the two is not known. */
  readonly percent: number | null;
  /** no: the reads cannot keep up; tight: they take more than half of the budget. */
  readonly feasible: "yes" | "tight" | "no" | "unknown";
  /** For a merchant: "At your plan this needs 41 of 100 points per second." */
  readonly sentence: string;
}
