import type { Arrival } from "#app/events/index.server.ts";
import type { ReadStanding } from "#app/processing/index.server.ts";

/** What a pass does with a row. */
export type RowVerdict =
  /** Known, on its way, or nothing anybody could be told. */
  | { readonly verdict: "known" }
  /** So fresh that its webhook may still be on its way: the next pass looks again. */
  | { readonly verdict: "wait" }
  /** News: it enters the corridor. `missed`: a webhook should have told of it. */
  | { readonly verdict: "news"; readonly missed: boolean };

/** A row as this rule sees it. Times in epoch milliseconds; those of Shopify by Shopify's clock. */
export interface RowOnTrial {
  readonly resourceType: string;
  readonly resourceId: string;
  readonly versionAtMs: number;
  readonly deliveryKey: string;
  readonly standing: ReadStanding;
  /** Events that tell of this version or a newer one. */
  readonly arrivals: readonly Arrival[];
  /** When it was read: by Shopify's clock, and by ours. */
  readonly shopifyNowMs: number;
  readonly readAtMs: number;
  /** What was never seen and last changed before this was no change in our time. */
  readonly baselineMs: number;
  /** It was there before the installation, and Converge has not looked at everything since. */
  readonly isOldAndUnlearned: boolean;
}

/** Shopify tells the time, and stamps its changes, in whole seconds that have begun. */
const wholeSecondMs = 1_000;

/** Webhooks take a second as a rule and seven at times; live events win while they may be coming. */
export const graceMs = 8_000;

/**
 * Types whose stamp moves without a webhook (a purchase moves its product's), or whose webhook tells
 * the value of when it is sent and not of when it was due (stock): news only if it says something new.
 */
const movesSilently: ReadonlySet<string> = new Set(["InventoryLevel", "Product"]);

/** The types among them of which a stamp that moved is no sign that something changed. */
const isTouched: ReadonlySet<string> = new Set(["Product"]);

/**
 * Whether a row that was read is news: newer than all that is known, not on its way, and old enough
 * that it should have been told. Two contents of one second are news as well, but nobody can tell
 * whether the second one's webhook is missing. Pure.
 */
export function decideNews(row: RowOnTrial): RowVerdict {
  const { standing, versionAtMs } = row;
  if (standing.version === "older") return known;
  if (standing.version === "unseen" && versionAtMs < row.baselineMs - wholeSecondMs) return known;
  if (standing.version === "same") {
    if (!standing.differs || (standing.appliedAtMs ?? 0) >= row.readAtMs) return known;
    const pending = row.arrivals.some((event) => event.status === "received" || isSame(event, row));
    return pending ? known : young(row, false);
  }
  if (!standing.differs && movesSilently.has(row.resourceType)) return known;
  if (row.arrivals.some(isUnderWay)) return known;
  // Nothing tells a change of it from a purchase that only moved its stamp, or which came first in the
  // second of the installation.
  const isDoubtful =
    standing.version === "unseen" &&
    (versionAtMs < row.baselineMs + wholeSecondMs ||
      (row.isOldAndUnlearned && isTouched.has(row.resourceType)));
  return young(row, !isDoubtful);
}

const known: RowVerdict = { verdict: "known" };

function young(row: RowOnTrial, missed: boolean): RowVerdict {
  if (row.shopifyNowMs - row.versionAtMs < graceMs) return { verdict: "wait" };
  return { verdict: "news", missed };
}

/**
 * Told of by Shopify, and not lost since: a dead webhook tells nobody, while a dead read of ours
 * stands in the dead letters. A system's own wish is no word of Shopify's.
 */
function isUnderWay(event: Arrival): boolean {
  if (event.source === "webhook") return event.status !== "dead";
  return event.source === "poll" || event.source === "reconciliation";
}

function isSame(event: Arrival, row: RowOnTrial): boolean {
  return event.deliveryKey === row.deliveryKey;
}
