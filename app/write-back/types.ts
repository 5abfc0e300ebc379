/** What became of a write. `conflict`: Shopify's value moved on and nothing was written over it. */
export const intentStatuses = ["pending", "applied", "conflict", "dead"] as const;
export type IntentStatus = (typeof intentStatuses)[number];

/** The stock states a write can set. */
export type SettableStock = "available" | "on_hand";

/** One try: what it expected to find, what it wanted to put there, and how it ended. */
export interface Attempt {
  readonly name: SettableStock;
  readonly expected: number;
  readonly quantity: number;
  /** Available afterwards, if it works: what the echo will say. */
  readonly availableAfter: number | null;
}

/** An attempt that did not lead to the end. */
export interface Chapter {
  readonly generation: number;
  /** Epoch milliseconds. */
  readonly atMs: number;
  readonly attempt: Attempt;
  readonly outcome: string;
}

/** What became of a write. Times RFC 3339. */
export interface IntentView {
  readonly id: string;
  readonly status: IntentStatus;
  /** Why it ended as it did; null when it was applied or is under way. */
  readonly reason: string | null;
  readonly systemId: string | null;
  readonly resourceId: string;
  readonly correlationId: string;
  readonly createdAt: string;
  readonly settledAt: string | null;
}
