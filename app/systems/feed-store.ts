import type { DataDomain } from "#app/data-domains.ts";
import type { Queryable, Transaction } from "#app/db.server.ts";
import { type Row as SystemRow, type Subscriber, toSubscriber } from "./system-store.ts";

/** What the systems of a store hear of another store: what both have agreed to share. */
export interface StoreFeed {
  /** Whose systems hear. */
  readonly shop: string;
  /** Whose changes they hear of. */
  readonly fromShop: string;
  readonly domains: readonly DataDomain[];
}

/**
 * The systems of other stores that hear of a shop's changes, each with what it wants of what both
 * stores share. What is shared stays so until the transaction ends: who ends it waits, and then finds
 * what came of it.
 */
export async function listenersOf(tx: Transaction, fromShop: string): Promise<Subscriber[]> {
  type Row = SystemRow & { shared: DataDomain[]; since: Date };
  const { rows } = await tx.query<Row>(
    `SELECT s.*, f.domains AS shared, f.since
     FROM store_feeds f JOIN systems s ON s.shop = f.shop AND s.deleted_at IS NULL
     WHERE f.from_shop = $1 ORDER BY f.shop COLLATE "C", s.id FOR KEY SHARE OF f`,
    [fromShop],
  );
  return rows.map(({ shared, since, ...row }) => {
    const system = toSubscriber(row);
    const domains = system.domains.filter((domain) => shared.includes(domain));
    const createdAt = since > system.createdAt ? since : system.createdAt;
    return { ...system, domains, createdAt };
  });
}

/** What a store's systems may hear of other stores right now, by the other store. */
export async function feedsInto(
  db: Queryable,
  shop: string,
): Promise<ReadonlyMap<string, readonly DataDomain[]>> {
  const { rows } = await db.query<StoreFeed>(
    `SELECT from_shop AS "fromShop", domains FROM store_feeds WHERE shop = $1`,
    [shop],
  );
  return new Map(rows.map(({ fromShop, domains }) => [fromShop, domains]));
}

/**
 * Puts feeds in place of what these pairs of stores shared; one without domains ends. Returns those
 * that lost something. Waits for the changes that are being handed over by them.
 */
export async function replaceFeeds(
  tx: Transaction,
  feeds: readonly StoreFeed[],
  atMs: number,
): Promise<StoreFeed[]> {
  const json = JSON.stringify(feeds);
  // In the order in which handing over takes them, so that neither waits for the other in a circle.
  const { rows: before } = await tx.query<StoreFeed>(
    `SELECT f.shop, f.from_shop AS "fromShop", f.domains
     FROM store_feeds f JOIN json_to_recordset($1::json) AS r (shop text, "fromShop" text)
       ON r.shop = f.shop AND r."fromShop" = f.from_shop
     ORDER BY f.from_shop COLLATE "C", f.shop COLLATE "C" FOR UPDATE OF f`,
    [json],
  );
  await tx.query(
    `DELETE FROM store_feeds f USING json_to_recordset($1::json)
       AS r (shop text, "fromShop" text, domains json)
     WHERE r.shop = f.shop AND r."fromShop" = f.from_shop AND json_array_length(r.domains) = 0`,
    [json],
  );
  await tx.query(
    `INSERT INTO store_feeds AS f (shop, from_shop, domains, since)
     SELECT shop, "fromShop", ARRAY(SELECT json_array_elements_text(domains)), $2
     FROM json_to_recordset($1::json) AS r (shop text, "fromShop" text, domains json)
     WHERE json_array_length(domains) > 0
     ON CONFLICT (shop, from_shop) DO UPDATE SET domains = excluded.domains, since = excluded.since
     WHERE f.domains <> excluded.domains`,
    [json, new Date(atMs)],
  );
  const after = new Map(feeds.map((feed) => [`${feed.shop} ${feed.fromShop}`, feed]));
  return before.flatMap((was) => {
    const now = after.get(`${was.shop} ${was.fromShop}`);
    return now && was.domains.some((domain) => !now.domains.includes(domain)) ? [now] : [];
  });
}
