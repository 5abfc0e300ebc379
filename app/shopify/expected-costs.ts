import type { DocumentNode } from "graphql";

/** What a request will cost at most, before it is sent; in points. */
export interface ExpectedCosts {
  of(document: DocumentNode): number;
  /** Shopify has said what it asks for this document. */
  learn(document: DocumentNode, requested: number): void;
}

/** A tenth of the most a query may ask for; what is too much is put back after the first answer. */
const firstGuess = 100;

/** The most each document was ever asked for: a page size given as a variable changes its cost. */
export function createExpectedCosts(): ExpectedCosts {
  const known = new WeakMap<DocumentNode, number>();
  return {
    of: (document) => known.get(document) ?? firstGuess,
    learn: (document, requested) =>
      void known.set(document, Math.max(requested, known.get(document) ?? 0)),
  };
}
