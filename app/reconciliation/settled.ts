import type { FoundDiscrepancy } from "#app/discrepancies/index.server.ts";
import type { FindingRow } from "./finding-store.ts";
import type { FindingState, SideFields } from "./types.ts";

/** What came of looking at a difference again. */
export interface Settled {
  readonly finding: FindingRow;
  readonly state: Exclude<FindingState, "suspected">;
  /** The first of the fields that differ; null: all of it. */
  readonly field: string | null;
  readonly shopify: SideFields;
  /** The mirror's, or the system's. */
  readonly other: SideFields;
  readonly cause: string;
  /** When Shopify's record last changed, RFC 3339; null: it has none. */
  readonly changedAt: string | null;
}

const nothing = { field: null, shopify: null, other: null, changedAt: null };

/** It was none, or is none any more. */
export function untrue(finding: FindingRow): Settled {
  return { finding, state: "gone", ...nothing, cause: "" };
}

/** It is about to be none. */
export function inFlight(finding: FindingRow, cause: string): Settled {
  return { finding, state: "in_flight", ...nothing, cause };
}

/** A confirmed difference of a system, with what is to be done about it. */
export interface SettledSystem extends Settled {
  readonly discrepancy?: FoundDiscrepancy;
  /** Records whose present state the system is to be sent. */
  readonly tell: readonly string[];
  /** The owner's value, to be written to Shopify. */
  readonly write: SideFields;
}

/** Nobody is told, nothing is written. */
export const quiet = { tell: [], write: null };
