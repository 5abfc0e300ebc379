import type { DataDomain } from "#app/data-domains.ts";
import { shopifyOwner, type OwnershipRule } from "./types.ts";

/** A value of a resource that can be written. */
export type FieldValue = string | number | boolean | null;

/** The fields of a resource that an owner can write, by name. */
export type Fields = Readonly<Record<string, FieldValue>>;

/** Where stock of one item at one place is. Null: not known. */
export interface StockStates {
  readonly available: number | null;
  readonly onHand: number | null;
  readonly committed: number | null;
}

/** A change in Shopify as ownership sees it. */
export type ForeignChange =
  | {
      readonly kind: "fields";
      readonly domain: DataDomain;
      /** Null: never seen before. */
      readonly before: Fields | null;
      readonly after: Fields;
      readonly created: boolean;
      readonly deleted: boolean;
      readonly ours: boolean;
    }
  | {
      readonly kind: "stock";
      /** The last complete count before the change; null: there was none. */
      readonly before: StockStates | null;
      readonly after: StockStates;
      /** An order, refund or fulfillment of the same action in Shopify was heard of. */
      readonly commerce: boolean;
      readonly ours: boolean;
    };

/** What follows from a change. */
export type ForeignVerdict =
  /** The owner's, ours, or nobody's business. */
  | { readonly verdict: "none" }
  /** Only a complete count of the stock can tell. */
  | { readonly verdict: "count" }
  | { readonly verdict: "accept" }
  | { readonly verdict: "flag"; readonly cause: string; readonly before: Fields }
  | { readonly verdict: "revert"; readonly cause: string; readonly set: Fields };

const none: ForeignVerdict = { verdict: "none" };

/** Made by customers and by selling, not by people who edit data. */
const madeByCommerce: ReadonlySet<DataDomain> = new Set(["orders", "customers", "fulfillments"]);

/**
 * Whether a change in Shopify trespasses on a system's data, and what follows by the shop's rule. A
 * foreign write is one that neither Converge wrote nor commerce explains. `source`: who told us of
 * the change; a connected system's own change is no news from Shopify.
 * A revert needs proof, since it writes: where there is nothing to put back, or the count leaves it
 * open whether somebody bought, it is flagged instead.
 */
export function decideForeignWrite(input: {
  readonly rule: OwnershipRule;
  readonly source: string;
  readonly change: ForeignChange;
}): ForeignVerdict {
  const { rule, source, change } = input;
  if (rule.owner === shopifyOwner || source === "system" || change.ours) return none;
  return change.kind === "stock" ? decideStock(rule, change) : decideFields(rule, change);
}

function decideFields(
  rule: OwnershipRule,
  change: Extract<ForeignChange, { kind: "fields" }>,
): ForeignVerdict {
  if (change.created)
    return madeByCommerce.has(change.domain)
      ? none
      : follow(rule, "It was created in Shopify.", null, {});
  if (change.deleted) return follow(rule, "It was deleted in Shopify.", null, change.before ?? {});
  const { before } = change;
  if (before === null) return none;
  const changed = Object.keys(change.after).filter(
    (name) => name in before && before[name] !== change.after[name],
  );
  if (changed.length === 0) return none;
  const set = Object.fromEntries(changed.map((name) => [name, before[name] ?? null]));
  return follow(rule, `Changed in Shopify: ${changed.join(", ")}.`, set, set);
}

/**
 * A sale takes from what is available and commits it, and stock on hand stays: whatever leaves on
 * hand alone is commerce. A hand edit moves on hand and leaves committed alone. When both moved,
 * something was sold or sent besides, and nobody can say what the owner's number is now.
 * Without a complete count from before, only one thing is proof: more units gone than all open
 * orders together hold.
 */
function decideStock(
  rule: OwnershipRule,
  change: Extract<ForeignChange, { kind: "stock" }>,
): ForeignVerdict {
  const { before, after } = change;
  if (change.commerce || before === null || before.available === after.available) return none;
  if (rule.onForeignWrite === "accept") return { verdict: "accept" };
  if (after.onHand === null || after.committed === null) return { verdict: "count" };
  const was = available(before.available);
  if (before.onHand === null || before.committed === null) {
    const gone = (before.available ?? 0) - (after.available ?? 0);
    const cause = "Stock was changed in Shopify, and no order explains it.";
    return follow(rule, cause, gone > after.committed ? was : null, was);
  }
  if (before.onHand === after.onHand) return none;
  const by = after.onHand - before.onHand;
  const cause = `Stock on hand was changed by ${by > 0 ? "+" : ""}${String(by)} in Shopify.`;
  return follow(rule, cause, before.committed === after.committed ? was : null, was);
}

function available(value: number | null): Fields {
  return { available: value };
}

/** `set` is what puts the owner's value back; null: that cannot be done, or not safely. */
function follow(
  rule: OwnershipRule,
  cause: string,
  set: Fields | null,
  before: Fields,
): ForeignVerdict {
  if (rule.onForeignWrite === "accept") return { verdict: "accept" };
  if (rule.onForeignWrite === "revert" && set !== null) return { verdict: "revert", cause, set };
  return { verdict: "flag", cause, before };
}
