import type { Queryable, Transaction } from "#app/db.server.ts";

/** What Shopify answered when it was last asked about a topic. Times in epoch milliseconds. */
export interface StoredAnswer {
  readonly topic: string;
  /** Up to then nothing had happened that was not known. */
  readonly clearMs: number | null;
  /** It has changes that it did not tell of; null: it had none. */
  readonly silence: {
    readonly sinceMs: number;
    readonly upToMs: number;
    readonly changes: number;
  } | null;
}

interface Row {
  topic: string;
  clear_until: Date | null;
  since: Date | null;
  up_to: Date | null;
  changes: number;
}

/** What Shopify last answered about each topic of a shop. */
export async function answersOf(db: Queryable, shop: string): Promise<StoredAnswer[]> {
  const { rows } = await db.query<Row>(
    "SELECT topic, clear_until, since, up_to, changes FROM topic_silences WHERE shop = $1",
    [shop],
  );
  return rows.map(({ topic, clear_until: clear, since, up_to: upTo, changes }) => ({
    topic,
    clearMs: clear?.getTime() ?? null,
    silence:
      since === null || upTo === null
        ? null
        : { sinceMs: since.getTime(), upToMs: upTo.getTime(), changes },
  }));
}

/** Writes down that Shopify has changes which it did not tell of; one that stands already goes on. */
export async function noteSilence(
  tx: Transaction,
  shop: string,
  topic: string,
  { sinceMs, upToMs, changes }: NonNullable<StoredAnswer["silence"]>,
): Promise<void> {
  await tx.query(
    `INSERT INTO topic_silences AS t (shop, topic, since, up_to, changes)
     VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (shop, topic) DO UPDATE SET since = coalesce(t.since, excluded.since),
       up_to = coalesce(t.up_to, excluded.up_to), changes = greatest(t.changes, excluded.changes)`,
    [shop, topic, new Date(sinceMs), new Date(upToMs), changes],
  );
}

/** Writes down that nothing had happened in Shopify up to a moment. */
export async function noteClear(
  db: Queryable,
  shop: string,
  topic: string,
  clearMs: number,
): Promise<void> {
  await db.query(
    `INSERT INTO topic_silences AS t (shop, topic, clear_until) VALUES ($1, $2, $3)
     ON CONFLICT (shop, topic) DO UPDATE SET
       clear_until = greatest(t.clear_until, excluded.clear_until)`,
    [shop, topic, new Date(clearMs)],
  );
}

/** Silences that are over. */
export async function endSilences(
  db: Queryable,
  shop: string,
  topics: readonly string[],
): Promise<void> {
  await db.query(
    `UPDATE topic_silences SET since = NULL, up_to = NULL, changes = 0
     WHERE shop = $1 AND topic = ANY($2) AND since IS NOT NULL`,
    [shop, topics],
  );
}

/** What Shopify answered about the topics of a shop; returns how many rows went. */
export async function forgetSilencesOfShop(db: Queryable, shop: string): Promise<number> {
  const { rows } = await db.query("DELETE FROM topic_silences WHERE shop = $1 RETURNING 1 AS one", [
    shop,
  ]);
  return rows.length;
}
