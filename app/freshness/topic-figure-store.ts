import type { Queryable, Transaction } from "#app/db.server.ts";
import { slotOf } from "#app/time-slots.ts";
import { bucketOf, quantileOf } from "./lag-histogram.ts";
import type { TopicHealth } from "./types.ts";

/**
 * What can be said of a topic's notifications. received: once per delivery id; missed: found by a
 * read and never told; late: told after it was found; out_of_order: older than what was applied.
 */
export type TopicFigureKind = "received" | "duplicate" | "out_of_order" | "missed" | "late";

/** One more of something. */
export interface TopicFigure {
  readonly shop: string;
  readonly topic: string;
  readonly kind: TopicFigureKind;
  /** Below zero takes back. */
  readonly by: number;
  readonly atMs: number;
  /** received: from Shopify's trigger to us; missed: from the change to its discovery. */
  readonly delayMs?: number;
}

/** Ten minutes: a day is 144 spans, however many notifications came. */
const spanMs = 600_000;

/** Adds to the figures per topic, in the transaction that made them true. Rows in one order. */
export async function addTopicFigures(
  tx: Transaction,
  figures: readonly TopicFigure[],
): Promise<void> {
  if (figures.length === 0) return;
  const sums = new Map<string, { by: number; lastMs: number; row: object }>();
  for (const { shop, topic, kind, by, atMs, delayMs } of figures) {
    const span = new Date(Math.floor(atMs / spanMs) * spanMs).toISOString();
    const bucket = delayMs === undefined ? 0 : bucketOf(delayMs);
    const key = [shop, span, topic, kind, String(bucket)].join(" ");
    const known = sums.get(key);
    sums.set(key, {
      by: by + (known?.by ?? 0),
      lastMs: Math.max(atMs, known?.lastMs ?? 0),
      row: { shop, span, topic, kind, bucket },
    });
  }
  const rows = [...sums.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { by, lastMs, row }]) => ({
      ...row,
      count: by,
      last_at: new Date(lastMs).toISOString(),
    }));
  await tx.query(
    `INSERT INTO topic_spans AS t (shop, span, topic, kind, bucket, count, last_at)
     SELECT shop, span, topic, kind, bucket, count, last_at
     FROM json_to_recordset($1::json) AS r (shop text, span timestamptz, topic text, kind text,
       bucket int, count int, last_at timestamptz)
     ON CONFLICT (shop, span, topic, kind, bucket) DO UPDATE SET
       count = t.count + excluded.count, last_at = greatest(t.last_at, excluded.last_at)`,
    [JSON.stringify(rows)],
  );
}

/**
 * How many notifications of a topic came in each of some stretches of time, in their order. Of a
 * stretch the ten minutes count that lie within it. Costs what the spans of the stretches do.
 */
export async function countReceived(
  db: Queryable,
  shop: string,
  stretches: readonly { readonly topic: string; readonly fromMs: number; readonly toMs: number }[],
): Promise<number[]> {
  if (stretches.length === 0) return [];
  const { rows } = await db.query<{ count: number }>(
    `SELECT t.count FROM json_to_recordset($2::json)
       AS r (place int, topic text, since timestamptz, until timestamptz)
     CROSS JOIN LATERAL (
       SELECT coalesce(sum(count), 0)::float8 AS count FROM topic_spans
       WHERE shop = $1 AND span >= r.since AND span <= r.until AND topic = r.topic
         AND kind = 'received') t
     ORDER BY r.place`,
    [
      shop,
      JSON.stringify(
        stretches.map(({ topic, fromMs, toMs }, place) => ({
          place,
          topic,
          since: new Date(fromMs).toISOString(),
          until: new Date(toMs - spanMs).toISOString(),
        })),
      ),
    ],
  );
  return rows.map(({ count }) => count);
}

interface Row {
  topic: string;
  kind: TopicFigureKind;
  slot: number;
  bucket: number;
  count: string;
  last_at: Date;
}

/**
 * The figures of every topic over [fromMs, toMs), with `points` equal spans to draw. Costs the same
 * at any number of notifications.
 */
export async function readTopicHealth(
  db: Queryable,
  shop: string,
  fromMs: number,
  toMs: number,
  points: number,
): Promise<TopicHealth[]> {
  const slotMs = (toMs - fromMs) / points;
  const { rows } = await db.query<Row>(
    `SELECT topic, kind, bucket, sum(count) AS count, max(last_at) AS last_at,
       ${slotOf("span", { from: "$2", slotMs: "$5", points: "$4" })} AS slot
     FROM topic_spans
     WHERE shop = $1 AND span >= $2 AND span < $3
     GROUP BY topic, kind, slot, bucket`,
    [shop, new Date(fromMs), new Date(toMs), points, slotMs],
  );
  const topics = new Map<string, Row[]>();
  for (const row of rows) topics.set(row.topic, [...(topics.get(row.topic) ?? []), row]);
  return [...topics]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([topic, own]) => healthOf(topic, own, fromMs, slotMs, points));
}

function healthOf(
  topic: string,
  rows: readonly Row[],
  fromMs: number,
  slotMs: number,
  points: number,
): TopicHealth {
  const of = (kind: TopicFigureKind) => rows.filter((row) => row.kind === kind);
  const total = (kind: TopicFigureKind, slot?: number) =>
    of(kind)
      .filter((row) => slot === undefined || row.slot === slot)
      .reduce((sum, row) => sum + Number(row.count), 0);
  const received = of("received");
  const last = Math.max(...received.map((row) => row.last_at.getTime()));
  return {
    topic,
    received: total("received"),
    missed: total("missed"),
    late: total("late"),
    duplicates: total("duplicate"),
    outOfOrder: total("out_of_order"),
    delay: { p50Seconds: delayOf(received, 0.5), p95Seconds: delayOf(received, 0.95) },
    detection: { p95Seconds: delayOf(of("missed"), 0.95) },
    lastReceivedAt: received.length === 0 ? null : new Date(last).toISOString(),
    series: Array.from({ length: points }, (_, slot) => ({
      at: new Date(fromMs + slot * slotMs).toISOString(),
      received: total("received", slot),
      missed: total("missed", slot),
    })),
  };
}

function delayOf(rows: readonly Row[], q: number): number | null {
  const counts = new Map<number, number>();
  for (const row of rows) counts.set(row.bucket, (counts.get(row.bucket) ?? 0) + Number(row.count));
  const ms = quantileOf(counts, q);
  return ms === null ? null : ms / 1000;
}
