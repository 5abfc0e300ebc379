import type { DataDomain } from "#app/data-domains.ts";

/** Shopify has changes that it did not tell of, and that no read has found. Times in epoch milliseconds. */
export interface Silence {
  readonly topic: string;
  readonly domain: DataDomain;
  /** Up to then everything is known. */
  readonly sinceMs: number;
  /** Up to then Shopify was asked for changes. */
  readonly upToMs: number;
  /** How many there are; counted up to a limit, and of stock levels only the places that have some. */
  readonly changes: number;
}
