/** What a page is asked for. Times by Shopify's clock, epoch milliseconds. */
export interface PageQuestion {
  readonly fromMs: number;
  /** Null for the first page: its answer says what time it is in Shopify. */
  readonly toMs: number | null;
  /** Only resources behind this id: the next slice of a long answer. */
  readonly afterId: string | null;
}

/**
 * The search of a page: changed since `from`, not after `to`, behind the last slice. Shopify compares
 * whole seconds; a fraction would be cut off, so `from` is rounded down and `to` up. Pure.
 * https://shopify.dev/docs/api/usage/search-syntax
 */
export function searchText({ fromMs, toMs, afterId }: PageQuestion): string {
  const terms = [`updated_at:>='${instant(Math.floor(fromMs / 1000))}'`];
  if (toMs !== null) terms.push(`updated_at:<='${instant(Math.ceil(toMs / 1000))}'`);
  if (afterId !== null) terms.push(`id:>${afterId}`);
  return terms.join(" AND ");
}

function instant(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
}

/** The number in a global id: `gid://shopify/InventoryLevel/7?inventory_item_id=1` is 7. Pure. */
export function numericId(gid: string): string {
  const number = /\/(\d+)(?:\?|$)/.exec(gid)?.[1];
  if (number === undefined) throw new Error(`${gid} has no number to go on from`);
  return number;
}
