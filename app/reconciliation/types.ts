import type { DataDomain } from "#app/data-domains.ts";

/** A line of a snapshot that could not be used. */
export interface RejectedLine {
  /** Counted from 1, over all pages. */
  readonly line: number;
  /** Empty when the line as a whole is wrong. */
  readonly field: string;
  readonly message: string;
}

/** A full state that a system told us. Times are RFC 3339 in UTC. */
export interface SnapshotView {
  readonly id: string;
  readonly system: string;
  readonly domain: DataDomain;
  readonly source: "pushed" | "pulled";
  readonly rows: number;
  readonly rejected: number;
  /** The first few of the rejected lines. */
  readonly errors: readonly RejectedLine[];
  /** Fields that Converge does not compare and left out. */
  readonly ignoredFields: readonly string[];
  readonly completedAt: string;
}

export const runStatuses = ["running", "completed", "failed", "cancelled"] as const;
export type RunStatus = (typeof runStatuses)[number];

/** What a running comparison is busy with, in this order. */
export const runPhases = ["query", "download", "compare", "repair"] as const;
export type RunPhase = (typeof runPhases)[number];

export const runTriggers = ["manual", "schedule", "install", "outage"] as const;
export type RunTrigger = (typeof runTriggers)[number];

/** repair: what differs is put right by the rules of ownership. report: it is only told. */
export const runModes = ["repair", "report"] as const;
export type RunMode = (typeof runModes)[number];

/** One comparison. Times are RFC 3339 in UTC. */
export interface RunView {
  readonly id: string;
  readonly domain: DataDomain;
  /** `shopify`, or the system that was compared too. */
  readonly system: string;
  readonly trigger: RunTrigger;
  readonly mode: RunMode;
  readonly status: RunStatus;
  /** Null once it is over. */
  readonly phase: RunPhase | null;
  readonly compared: number;
  readonly found: number;
  readonly repaired: number;
  /** Differences that are on their way to be none; not part of `found`. */
  readonly inFlight: number;
  /** Shopify gave only part of its data. */
  readonly partial: boolean;
  readonly note: string | null;
  readonly progress: {
    readonly read: number;
    /** Rows there will be, as far as it is known. */
    readonly expected: number;
    readonly downloadedBytes: number;
    readonly resultBytes: number | null;
  };
  readonly startedAt: string;
  readonly finishedAt: string | null;
}

/** What a comparison will probably take of the store's API budget. */
export interface RunEstimate {
  /** Points, by what the last one of the same found. */
  readonly points: number;
  /** For how long all of the budget would be used up by it; null: the budget is not known. */
  readonly budgetSeconds: number | null;
  /** What the last one of the same compared, and how long it took; null: there was none. */
  readonly last: { readonly compared: number; readonly seconds: number } | null;
}

/** Something that differs again and again. */
export interface RunPattern {
  readonly system: string;
  readonly kind: FindingKind;
  /** Null: the whole record. */
  readonly field: string | null;
  readonly count: number;
  /**
   * In which hour of the shop's day (0 to 23) at least half of the records last changed, and how many
   * of them; null: at any hour.
   */
  readonly hour: { readonly of: number; readonly count: number } | null;
}

/** With what Shopify was compared. */
export const findingSides = ["mirror", "system"] as const;
export type FindingSide = (typeof findingSides)[number];

export const findingKinds = [
  "value",
  "missing_in_mirror",
  "missing_in_system",
  "missing_in_shopify",
] as const;
export type FindingKind = (typeof findingKinds)[number];

/**
 * suspected: not read again yet. repaired: put right. open: a person decides. in_flight: about to
 * agree. gone: a read by its id did not confirm it.
 */
export const findingStates = ["suspected", "repaired", "open", "in_flight", "gone"] as const;
export type FindingState = (typeof findingStates)[number];

/** A value on one side; null: nothing of the kind. */
export type SideFields = Readonly<Record<string, string | number | boolean | null>> | null;

/** One difference as screens show it. */
export interface FindingView {
  readonly key: string;
  readonly side: FindingSide;
  readonly kind: FindingKind;
  readonly resourceId: string | null;
  readonly sku: string | null;
  readonly locationId: string | null;
  readonly state: FindingState;
  readonly shopifyValue: SideFields;
  readonly otherValue: SideFields;
  /** Null: nobody had to be asked, since it does not count. */
  readonly owner: string | null;
  readonly cause: string;
  readonly settledAt: string | null;
}
