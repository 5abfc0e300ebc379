/** Places each article is stocked at. */
export const locations = 2;
/** Rows in which the system differs from Shopify: each has to be found, and no other. */
export const planted = 20;

/** What the store's process says when both sides are there. */
export interface StoreReady {
  readonly shopify: { readonly url: string };
  readonly token: string;
  /** Where the system tells what it has. */
  readonly system: string;
  readonly rows: number;
}

/** What a contestant says at its end. Times in ms, memory in bytes. */
export interface Outcome {
  readonly ms: number;
  readonly found: number;
  /** Points of Shopify's API budget. */
  readonly points: number;
  readonly baseline: number;
  readonly peak: number;
}
