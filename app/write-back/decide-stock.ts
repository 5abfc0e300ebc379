import type { FieldFault } from "./types.ts";
import type { Target, Wanted, WriteDecision } from "./writer.ts";

/**
 * Whether a stock level may be written, and what the write has to find. Setting what is *available*
 * overwrites sales, so it may not go over a number that is newer than what the decision was based
 * on. Setting what is *on hand* leaves what customers have committed alone (Shopify keeps on hand =
 * available + committed + the rest), so a sale in between does not matter. Pure.
 */
export function decideStock({ set, basedOnMs }: Wanted, level: Target | null): WriteDecision {
  if (level === null)
    return {
      kind: "impossible",
      why: "Shopify does not keep stock of this item at this place, or keeps it at several: name the location.",
    };
  const [[name, quantity] = ["available", 0]] = Object.entries(set);
  const expected = level.fields[name];
  if (typeof expected !== "number" || typeof quantity !== "number")
    return { kind: "impossible", why: "Shopify does not track the stock of this item." };
  if (expected === quantity) return { kind: "done" };
  if (name === "available" && basedOnMs !== null && level.changedAtMs > basedOnMs)
    return {
      kind: "conflict",
      why: `Shopify's stock changed to ${String(expected)} after the ${String(
        quantity,
      )} was decided on. Nothing was written, so that no sale is undone.`,
    };
  const { available } = level.fields;
  const after = typeof available === "number" ? available + quantity - expected : null;
  return {
    kind: "write",
    attempt: { expected: { [name]: expected }, set, echo: { available: after } },
  };
}

/** What is wrong with a set of stock, or null. Pure. */
export function checkStock(set: Readonly<Record<string, unknown>>): FieldFault | null {
  const unknown = Object.keys(set).find((name) => name !== "available" && name !== "onHand");
  if (unknown !== undefined)
    return { field: `set.${unknown}`, message: "Stock has available and onHand only." };
  const [[name, quantity] = [], ...others] = Object.entries(set);
  if (name === undefined || others.length > 0)
    return { field: "set", message: "Set either available or onHand." };
  // Sold beyond stock, what is available goes below zero; what lies on the shelf does not.
  const least = name === "onHand" ? 0 : -largestQuantity;
  const whole = typeof quantity === "number" && Number.isSafeInteger(quantity);
  if (whole && quantity >= least && quantity <= largestQuantity) return null;
  const from = least === 0 ? "0" : "-1,000,000,000";
  return { field: `set.${name}`, message: `Use a whole number from ${from} to 1,000,000,000.` };
}

/** What Shopify takes: https://shopify.dev/docs/api/admin-graphql/latest/mutations/inventorySetQuantities */
const largestQuantity = 1_000_000_000;
