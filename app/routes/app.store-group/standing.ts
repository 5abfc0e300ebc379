import { type DataDomain, dataDomains } from "#app/data-domains.ts";

/** How two stores stand to each other about sharing their changes. */
export interface Standing {
  readonly shop: string;
  /** Goes between them. */
  readonly shared: readonly DataDomain[];
  /** The other store has not chosen it (yet). */
  readonly onlyHere: readonly DataDomain[];
  /** This store has not. */
  readonly onlyThere: readonly DataDomain[];
}

/** How a store stands to each of the others of its group. Pure. */
export function standingsOf(
  shop: string,
  sharers: readonly { readonly shop: string; readonly shares: readonly DataDomain[] }[],
): Standing[] {
  const mine = sharers.find((sharer) => sharer.shop === shop)?.shares ?? [];
  return sharers
    .filter((sharer) => sharer.shop !== shop)
    .map(({ shop: other, shares: theirs }) => ({
      shop: other,
      shared: dataDomains.filter((domain) => mine.includes(domain) && theirs.includes(domain)),
      onlyHere: dataDomains.filter((domain) => mine.includes(domain) && !theirs.includes(domain)),
      onlyThere: dataDomains.filter((domain) => theirs.includes(domain) && !mine.includes(domain)),
    }));
}
