import type { Shopify } from "#app/shopify/index.server.ts";
import type { Attempt, Fields } from "./types.ts";

/** As much of the Shopify client as a write takes. */
export type Client = Pick<Shopify, "graphql">;

/** Shopify forgets a key after 24 hours; an attempt older than this is read again first. */
export const keyLivesMs = 23 * 3_600_000;

/** What a write is to, as whoever asked for it named it. */
export interface NamedResource {
  readonly type: string;
  readonly id: string;
  readonly locationId?: string | undefined;
}

/** What is wanted of a record. */
export interface Wanted {
  readonly set: Fields;
  /**
   * What was known of Shopify when this was decided, epoch milliseconds; null: a person decided just
   * now, or the owner's word holds whatever Shopify has.
   */
  readonly basedOnMs: number | null;
}

/** A record as Shopify has it now. */
export interface Target {
  /** The gid that notifications about it carry. */
  readonly id: string;
  readonly sku: string | null;
  /** What it says in the fields that can be written. */
  readonly fields: Fields;
  /** When that changed last, epoch milliseconds. */
  readonly changedAtMs: number;
}

/** What to do about a write. */
export type WriteDecision =
  | { readonly kind: "write"; readonly attempt: Attempt }
  /** It is so already. */
  | { readonly kind: "done" }
  | { readonly kind: "conflict"; readonly why: string }
  | { readonly kind: "impossible"; readonly why: string };

/** How Shopify took a write. */
export type SetOutcome =
  /** `as`: what it says now, where Shopify put it in other words. */
  | { readonly kind: "applied"; readonly as?: Fields }
  /** What was expected is not there any more: nothing was written, or it was written over at once. */
  | { readonly kind: "stale" }
  | { readonly kind: "refused"; readonly why: string };

/** How records of one type are written, one at a time. */
export interface Writer<Record extends Target = Target> {
  /** Null when Shopify has no such record. @throws errors of the Shopify client */
  read(shopify: Client, shop: string, id: string): Promise<Record | null>;
  /** Whether a write may go, and what it has to find. Pure. */
  decide(wanted: Wanted, target: Record | null): WriteDecision;
  /** @throws errors of the Shopify client: whether it happened is then not known. */
  send(shopify: Client, shop: string, target: Record, attempt: Attempt): Promise<SetOutcome>;
}

/** An error of a mutation, in a sentence. */
export function refusal(error: {
  readonly field?: readonly string[] | null;
  readonly message: string;
}): { readonly kind: "refused"; readonly why: string } {
  const field = error.field?.join(".");
  return { kind: "refused", why: field ? `${field}: ${error.message}` : error.message };
}
