import type {
  HoldStatus,
  LedgerEntryView,
  OrderHoldStatus,
  PoolLevelView,
  PoolView,
} from "#app/coordination/types.ts";
import type { StatusWord } from "./words.ts";

/** The words and tones of shared stock: they read the same on every screen. */

/**
 * A figure of a pool in each of the stores that show it, which may have buffers of their own; of one
 * shown nowhere, the pool's. Pure.
 */
export function bySellers(
  pool: PoolView,
  figure: (of: Pick<PoolView, "buffer" | "sellable">) => number,
): readonly number[] {
  const sellers = pool.stores.filter(({ state }) => state !== "absent");
  return (sellers.length === 0 ? [pool] : sellers).map(figure);
}

export const holdWords: Readonly<Record<HoldStatus, StatusWord>> = {
  held: {
    word: "Active",
    tone: "info",
    progress: "partiallyComplete",
    meaning: "The units are out of sale until everybody has answered or the time is up.",
  },
  confirmed: {
    word: "Confirmed",
    tone: "success",
    progress: "complete",
    meaning: "Everybody has agreed: the units stay out of sale.",
  },
  consumed: {
    word: "Consumed",
    tone: "success",
    progress: "complete",
    meaning: "Its order took the units: they have left the pool with it.",
  },
  released: {
    word: "Released",
    tone: "neutral",
    progress: "complete",
    meaning: "The units are on sale again.",
  },
  expired: {
    word: "Expired",
    tone: "neutral",
    progress: "complete",
    meaning: "Its time was up before everybody had agreed; the units are on sale again.",
  },
};

export const orderHoldWords: Readonly<Record<OrderHoldStatus, StatusWord>> = {
  held: {
    word: "On hold",
    tone: "info",
    progress: "partiallyComplete",
    meaning: "It is not shipped until everybody has agreed or the time is up.",
  },
  confirmed: {
    word: "Agreed",
    tone: "success",
    progress: "complete",
    meaning: "Everybody has agreed: it may be shipped.",
  },
  refused: {
    word: "Refused",
    tone: "critical",
    meaning: "A system refused it. It is not shipped until you release it.",
  },
  expired: {
    word: "No answer",
    tone: "caution",
    meaning: "Not everybody answered in time.",
  },
  released: {
    word: "Released",
    tone: "neutral",
    progress: "complete",
    meaning: "You let it be shipped.",
  },
  cancelled: {
    word: "Cancelled",
    tone: "neutral",
    progress: "complete",
    meaning: "The order was cancelled.",
  },
  failed: {
    word: "Not held",
    tone: "caution",
    meaning: "Shopify did not hold it: it may be shipped.",
  },
};

export const poolLevelWords: Readonly<Record<PoolLevelView["state"], StatusWord>> = {
  current: {
    word: "Current",
    tone: "success",
    progress: "complete",
    meaning: "The store shows what the pool says.",
  },
  behind: {
    word: "Updating",
    tone: "info",
    progress: "partiallyComplete",
    meaning: "A change is on its way, or waits until every store has been counted again.",
  },
  counting: {
    word: "Counting",
    tone: "info",
    progress: "incomplete",
    meaning: "The store is being read before anything is written there.",
  },
  refused: {
    word: "Refused",
    tone: "critical",
    meaning: "Shopify does not take the change. Look at what it says.",
  },
  absent: {
    word: "Not sold here",
    tone: "neutral",
    meaning:
      "The store has no such article, shows it nowhere, keeps it apart, or somebody has to say which one it is: see Linked articles.",
  },
};

export const ledgerWords: Readonly<Record<LedgerEntryView["kind"], string>> = {
  set: "Set by its owner",
  sale: "Sold",
  return: "Order cancelled",
  edit: "Edited in Shopify",
  hold: "Held",
  release: "Hold released",
  consume: "Taken by its order",
};
