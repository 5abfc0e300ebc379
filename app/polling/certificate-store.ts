import type { Queryable, Transaction } from "#app/db.server.ts";
import { type Certificate, type Feed, feeds } from "./types.ts";

/** Certificates kept per shop and feed: the last ones, and the last ones that found something. */
const keptQuiet = 100;
const keptFinding = 200;

/** Writes down what a complete pass read, and forgets the oldest. Called twice, it counts once. */
export async function writeCertificate(
  tx: Transaction,
  shop: string,
  certificate: Certificate,
): Promise<void> {
  const { id, number, feed, reason, startedAt, completedAt, from, to } = certificate;
  const { slices, pages, rows, found, points, note } = certificate;
  await tx.query(
    `INSERT INTO poll_passes (id, shop, feed, reason, started_at, completed_at, from_at, to_at,
       slices, pages, rows, found, points, note, number)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
     ON CONFLICT (id) DO NOTHING`,
    [
      id,
      shop,
      feed,
      reason,
      startedAt,
      completedAt,
      from,
      to,
      slices,
      pages,
      rows,
      found,
      points,
      note,
      number,
    ],
  );
  for (const [condition, kept] of [
    ["found = 0", keptQuiet],
    ["found > 0", keptFinding],
  ] as const)
    await tx.query(
      `DELETE FROM poll_passes WHERE shop = $1 AND feed = $2 AND ${condition} AND id <
         (SELECT id FROM poll_passes WHERE shop = $1 AND feed = $2 AND ${condition}
          ORDER BY id DESC OFFSET $3 LIMIT 1)`,
      [shop, feed, kept - 1],
    );
}

interface Row {
  id: string;
  feed: Feed;
  reason: string;
  started_at: Date;
  completed_at: Date;
  from_at: Date;
  to_at: Date;
  slices: number;
  pages: number;
  rows: number;
  found: number;
  points: number;
  note: string | null;
  number: number;
}

/** The newest certificates of a shop, newest first. */
export async function readCertificates(
  db: Queryable,
  shop: string,
  most: number,
): Promise<Certificate[]> {
  const { rows } = await db.query<Row>(
    "SELECT * FROM poll_passes WHERE shop = $1 ORDER BY id DESC LIMIT $2",
    [shop, most],
  );
  return rows.map((row) => ({
    id: row.id,
    number: row.number,
    feed: row.feed,
    reason: row.reason,
    startedAt: row.started_at.toISOString(),
    completedAt: row.completed_at.toISOString(),
    from: row.from_at.toISOString(),
    to: row.to_at.toISOString(),
    slices: row.slices,
    pages: row.pages,
    rows: row.rows,
    found: row.found,
    points: row.points,
    note: row.note,
  }));
}

/** The last complete pass of a feed, for whoever says how old data is. Epoch milliseconds. */
export interface LastPass {
  readonly shop: string;
  readonly feed: Feed;
  readonly number: number;
  readonly found: number;
  /** By our clock, like `completedAtMs`: shortly before `toMs`. */
  readonly startedAtMs: number;
  readonly completedAtMs: number;
  /** By Shopify's clock: everything changed up to then has been read. */
  readonly toMs: number;
}

/** The last complete pass of each feed of some shops. */
export async function lastPasses(db: Queryable, shops: readonly string[]): Promise<LastPass[]> {
  const { rows } = await db.query<Row & { shop: string }>(
    `SELECT p.* FROM unnest($1::text[]) AS s (shop) CROSS JOIN unnest($2::text[]) AS f (feed)
     CROSS JOIN LATERAL (
       SELECT * FROM poll_passes WHERE shop = s.shop AND feed = f.feed ORDER BY id DESC LIMIT 1) p`,
    [shops, feeds],
  );
  return rows.map((row) => ({
    shop: row.shop,
    feed: row.feed,
    number: row.number,
    found: row.found,
    startedAtMs: row.started_at.getTime(),
    completedAtMs: row.completed_at.getTime(),
    toMs: row.to_at.getTime(),
  }));
}

/** When the passes of a feed that are still on record were complete, within [fromMs, toMs), oldest first. */
export async function completedReads(
  db: Queryable,
  shop: string,
  feed: Feed,
  fromMs: number,
  toMs: number,
): Promise<Date[]> {
  const { rows } = await db.query<{ at: Date }>(
    `SELECT completed_at AS at FROM poll_passes
     WHERE shop = $1 AND feed = $2 AND completed_at >= $3 AND completed_at < $4 ORDER BY id`,
    [shop, feed, new Date(fromMs), new Date(toMs)],
  );
  return rows.map((row) => row.at);
}

/** What one pass of each feed cost lately, in points: the mean of the passes on record. */
export async function meanPoints(db: Queryable, shop: string): Promise<Map<Feed, number>> {
  const { rows } = await db.query<{ feed: Feed; points: number }>(
    "SELECT feed, avg(points)::float8 AS points FROM poll_passes WHERE shop = $1 GROUP BY feed",
    [shop],
  );
  return new Map(rows.map((row) => [row.feed, row.points]));
}
