import type { LinkDoubt } from "./types.ts";

/** An article of a store that may be the one a pool is of. */
export interface Candidate {
  readonly itemId: string;
  /** Empty: it has none. */
  readonly sku: string;
  /** Null: it has none, or none is known. */
  readonly barcode: string | null;
}

/** What is known when a store is to be tied to a pool. */
export interface LinkFacts {
  /** Of the pool. */
  readonly sku: string;
  /** What the articles carry that other stores show the pool at. */
  readonly barcodes: readonly string[];
  /** Articles of the store with that SKU, or one of those barcodes. */
  readonly candidates: readonly Candidate[];
  /** What a person said; null: nobody did. */
  readonly chosen:
    | { readonly kind: "tied"; readonly itemId: string }
    | { readonly kind: "apart" }
    | null;
}

/** What follows. none: the store has no such article, or keeps it to itself. */
export type LinkVerdict =
  | { readonly kind: "link"; readonly itemId: string }
  | { readonly kind: "doubt"; readonly reason: LinkDoubt }
  | { readonly kind: "none" };

/**
 * Which article of a store a pool is of. A person's word goes before everything. The SKU alone is
 * enough where it is carried once and no barcode contradicts it; an article without a SKU is known by
 * its barcode. Everything else waits for somebody to look: stock that is tied to the wrong article is
 * sold twice, and nobody notices. Pure.
 */
export function decideLink({ sku, barcodes, candidates, chosen }: LinkFacts): LinkVerdict {
  if (chosen?.kind === "apart") return { kind: "none" };
  if (chosen?.kind === "tied") return { kind: "link", itemId: chosen.itemId };
  const same = candidates.filter((one) => one.sku === sku);
  const [first, ...more] = same;
  if (more.length > 0) return { kind: "doubt", reason: "sku_twice" };
  if (first !== undefined) {
    const agrees =
      first.barcode === null || barcodes.length === 0 || barcodes.includes(first.barcode);
    return agrees
      ? { kind: "link", itemId: first.itemId }
      : { kind: "doubt", reason: "other_barcode" };
  }
  const [byBarcode, ...others] = candidates.filter(
    ({ barcode }) => barcode !== null && barcodes.includes(barcode),
  );
  if (byBarcode === undefined) return { kind: "none" };
  if (others.length > 0) return { kind: "doubt", reason: "barcode_twice" };
  return byBarcode.sku === ""
    ? { kind: "link", itemId: byBarcode.itemId }
    : { kind: "doubt", reason: "other_sku" };
}
