import type { Queryable, Transaction } from "#app/db.server.ts";

/** One event as a sign of life of its topic. Times in epoch milliseconds. */
export interface SignOfLife {
  readonly shop: string;
  readonly topic: string;
  readonly transport: string;
  readonly subscription: string | null;
  readonly apiVersion: string | null;
  readonly receivedAtMs: number;
  /** It told something that was not known yet. */
  readonly applied: boolean;
}

/** When a topic was last heard of by one way. */
export interface Heartbeat {
  readonly topic: string;
  /** webhooks (X-Shopify-*), events (shopify-*), poll */
  readonly way: string;
  readonly subscription: string;
  readonly lastAt: Date;
  readonly appliedAt: Date | null;
  readonly apiVersion: string | null;
  readonly events: number;
}

/** What Shopify tells by itself, and what a read finds; a system's own change is no sign of life. */
const ways: readonly string[] = ["webhooks", "events", "poll"];

/** Notes signs of life, last in the transaction and in one order, since all of them meet here. */
export async function noteHeartbeats(tx: Transaction, signs: readonly SignOfLife[]): Promise<void> {
  const beats = new Map<string, SignOfLife & { appliedAtMs: number | null; events: number }>();
  for (const sign of signs) {
    if (!ways.includes(sign.transport)) continue;
    const key = [sign.shop, sign.topic, sign.transport, sign.subscription ?? ""].join("\n");
    const last = beats.get(key);
    const newest = last && last.receivedAtMs > sign.receivedAtMs ? last : sign;
    const appliedAtMs = sign.applied
      ? Math.max(last?.appliedAtMs ?? 0, sign.receivedAtMs)
      : (last?.appliedAtMs ?? null);
    beats.set(key, { ...newest, appliedAtMs, events: (last?.events ?? 0) + 1 });
  }
  if (beats.size === 0) return;
  const rows = [...beats].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, beat]) => beat);
  const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
  await tx.query(
    `INSERT INTO topic_heartbeats AS h
       (shop, topic, way, subscription, last_at, applied_at, api_version, events)
     SELECT shop, topic, way, coalesce(subscription, ''), last_at, applied_at, api_version, events
     FROM json_to_recordset($1::json) AS r (shop text, topic text, way text, subscription text,
       last_at timestamptz, applied_at timestamptz, api_version text, events int)
     ON CONFLICT (shop, topic, way, subscription) DO UPDATE SET
       last_at = greatest(h.last_at, excluded.last_at),
       applied_at = greatest(h.applied_at, excluded.applied_at),
       api_version = excluded.api_version, events = h.events + excluded.events`,
    [
      JSON.stringify(
        rows.map((beat) => ({
          shop: beat.shop,
          topic: beat.topic,
          way: beat.transport,
          subscription: beat.subscription,
          last_at: iso(beat.receivedAtMs),
          applied_at: iso(beat.appliedAtMs),
          api_version: beat.apiVersion,
          events: beat.events,
        })),
      ),
    ],
  );
}

/** When each topic of a shop was last heard of. */
export async function heartbeatsOf(db: Queryable, shop: string): Promise<Heartbeat[]> {
  const { rows } = await db.query<Heartbeat>(
    `SELECT topic, way, subscription, last_at AS "lastAt", applied_at AS "appliedAt",
       api_version AS "apiVersion", events::float8 AS events
     FROM topic_heartbeats WHERE shop = $1 ORDER BY topic, way, subscription`,
    [shop],
  );
  return rows;
}
