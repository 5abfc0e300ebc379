import type { Attempt, SettableStock } from "./types.ts";

/** What is wanted of a stock level. */
export interface WantedStock {
  readonly name: SettableStock;
  readonly quantity: number;
  /**
   * What was known of Shopify when this was decided, epoch milliseconds; null: a person decided
   * just now, whatever Shopify has.
   */
  readonly basedOnMs: number | null;
}

/** A stock level as Shopify has it now. */
export interface CurrentStock {
  readonly available: number | null;
  readonly onHand: number | null;
  /** When what is available changed last, epoch milliseconds. */
  readonly availableAtMs: number;
}

/** What to do about it. */
export type WriteDecision =
  | { readonly kind: "write"; readonly attempt: Attempt }
  /** It is so already. */
  | { readonly kind: "done" }
  | { readonly kind: "conflict"; readonly why: string }
  | { readonly kind: "impossible"; readonly why: string };

/**
 * Whether a write may go, and what it has to find. Setting what is *available* overwrites sales, so
 * it may not go over a number that is newer than what the decision was based on. Setting what is *on
 * hand* leaves what customers have committed alone (Shopify keeps on hand = available + committed +
 * the rest), so a sale in between does not matter. Pure.
 */
export function decideWrite(wanted: WantedStock, current: CurrentStock | null): WriteDecision {
  if (current === null)
    return {
      kind: "impossible",
      why: "Shopify does not keep stock of this item at this place, or keeps it at several: name the location.",
    };
  const expected = wanted.name === "available" ? current.available : current.onHand;
  if (expected === null)
    return { kind: "impossible", why: "Shopify does not track the stock of this item." };
  if (expected === wanted.quantity) return { kind: "done" };
  const newer = wanted.basedOnMs !== null && current.availableAtMs > wanted.basedOnMs;
  if (wanted.name === "available" && newer)
    return {
      kind: "conflict",
      why: `Shopify's stock changed to ${String(expected)} after the ${String(wanted.quantity)} was decided on. Nothing was written, so that no sale is undone.`,
    };
  const { available } = current;
  const by = wanted.quantity - expected;
  const availableAfter = available === null ? null : available + by;
  return {
    kind: "write",
    attempt: { name: wanted.name, expected, quantity: wanted.quantity, availableAfter },
  };
}

/** A set of fields as a stock level's, or what is wrong with it. Pure. */
export function readWanted(
  set: Readonly<Record<string, unknown>>,
  basedOn: string | undefined,
): WantedStock | { readonly wrong: string } {
  const names = Object.keys(set);
  const [field] = names;
  if (names.length !== 1 || (field !== "available" && field !== "onHand"))
    return { wrong: "set: give either available or onHand." };
  const quantity = set[field];
  if (!Number.isSafeInteger(quantity) || Math.abs(quantity as number) > largestQuantity)
    return { wrong: `set.${field}: use a whole number from -1,000,000,000 to 1,000,000,000.` };
  const basedOnMs = basedOn === undefined ? null : Date.parse(basedOn);
  if (Number.isNaN(basedOnMs))
    return { wrong: `basedOnVersion: "${basedOn ?? ""}" is not a time.` };
  return {
    name: field === "onHand" ? "on_hand" : "available",
    quantity: quantity as number,
    basedOnMs,
  };
}

/** What Shopify takes: https://shopify.dev/docs/api/admin-graphql/latest/mutations/inventorySetQuantities */
const largestQuantity = 1_000_000_000;
