import type { Queryable } from "#app/db.server.ts";
import { readSlasOf } from "#app/freshness/index.server.ts";
import type { FreshnessSla } from "#app/freshness/types.ts";
import { listInstalledShops } from "#app/shops/index.server.ts";
import { type Cadence, keepFeeds } from "./feed-store.ts";
import { feedOf, feeds } from "./types.ts";

/**
 * Lets every installed shop be polled as often as the tightest SLA of each feed asks. A shop without
 * a system is polled as well: it costs a few of every hundred points, and the mirror a first system
 * starts from is true. A shop Shopify no longer lets us into waits for its merchant.
 */
export async function keepCadences(db: Queryable): Promise<void> {
  const shops = await listInstalledShops(db);
  const slas = await readSlasOf(db, shops);
  await keepFeeds(
    db,
    [...slas].flatMap(([shop, own]) => cadencesOf(shop, own)),
  );
}

/** A feed that nothing is polled for is read this often: a subscription may be silent. */
const netSeconds = 3_600;

/**
 * How often each feed of a shop is asked: as often as the tightest SLA it serves wants. What is
 * driven by events is read along with the others of its feed. Pure.
 */
export function cadencesOf(shop: string, slas: readonly FreshnessSla[]): Cadence[] {
  return feeds.map((feed) => ({
    shop,
    feed,
    everySeconds: paceOf(slas.filter((sla) => feedOf[sla.domain] === feed)),
  }));
}

function paceOf(slas: readonly FreshnessSla[]): number {
  const polled = slas.filter((sla) => sla.syncMethod !== "event_driven");
  return polled.length === 0 ? netSeconds : Math.min(...polled.map((sla) => sla.pollEverySeconds));
}
