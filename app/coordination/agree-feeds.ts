import { type DataDomain, dataDomains } from "#app/data-domains.ts";
import type { StoreFeed } from "#app/systems/index.server.ts";

/** A store of a group, and of which kinds of data it is ready to share the changes. */
export interface Sharer {
  readonly shop: string;
  readonly shares: readonly DataDomain[];
}

/**
 * What the systems of each store hear of each other one: the kinds of data both have named, both
 * ways. Pure.
 */
export function agreeFeeds(sharers: readonly Sharer[]): StoreFeed[] {
  return sharers.flatMap(({ shop, shares }) =>
    sharers
      .filter((other) => other.shop !== shop)
      .map((other) => ({
        shop,
        fromShop: other.shop,
        domains: dataDomains.filter(
          (domain) => shares.includes(domain) && other.shares.includes(domain),
        ),
      })),
  );
}
