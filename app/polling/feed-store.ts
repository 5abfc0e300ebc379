import type { Queryable, Transaction } from "#app/db.server.ts";
import type { Feed } from "./types.ts";

/** A pass under way, as it survives its process. Times in epoch milliseconds, by Shopify's clock. */
export interface PassProgress {
  readonly passId: string;
  readonly reason: string;
  /** By our clock. */
  readonly startedAtMs: number;
  /** Set when somebody asked for everything since. */
  readonly sinceMs: number | null;
  readonly fromMs: number;
  /** Null until the first answer said what time it is. */
  readonly toMs: number | null;
  /** By our clock. */
  readonly installedAtMs: number;
  /** When the shop's articles were known, by our clock; null: they are not yet. */
  readonly learnedAtMs: number | null;
  readonly scopes: readonly string[];
  readonly scopeAt: number;
  readonly after: string | null;
  readonly sliceAfterId: string | null;
  readonly sliceRows: number;
  readonly slices: number;
  readonly pages: number;
  readonly rows: number;
  readonly found: number;
  readonly points: number;
  /** How long the slowest row took to show up in searches, as far as this pass saw. */
  readonly lagMs: number;
  readonly note: string | null;
}

/** A feed whose pass this process may run, until the lease is up. */
export interface ClaimedFeed {
  readonly shop: string;
  readonly feed: Feed;
  readonly leaseId: string;
  readonly everySeconds: number;
  readonly watermarkMs: number | null;
  readonly overlapSeconds: number;
  /** When a pass looked back further than usual, by Shopify's clock. */
  readonly deepMs: number | null;
  readonly requestedSinceMs: number | null;
  readonly requestedReason: string | null;
  readonly progress: PassProgress | null;
  readonly failures: number;
}

interface Row {
  shop: string;
  feed: Feed;
  every_seconds: number;
  watermark: Date | null;
  overlap_seconds: number;
  deep_at: Date | null;
  requested_since: Date | null;
  requested_reason: string | null;
  progress: PassProgress | null;
  failures: number;
}

/** How often a feed of a shop is to be asked. */
export interface Cadence {
  readonly shop: string;
  readonly feed: Feed;
  readonly everySeconds: number;
}

/**
 * Makes the feeds exactly those given. A feed asked more often than before is due that much sooner;
 * nothing is written where nothing changes. All times in the table that say when something is due
 * are the database's: workers' clocks may differ.
 */
export async function keepFeeds(db: Queryable, cadences: readonly Cadence[]): Promise<void> {
  const rows = JSON.stringify(
    cadences.map(({ shop, feed, everySeconds }) => ({ shop, feed, every_seconds: everySeconds })),
  );
  await db.query(
    `INSERT INTO poll_feeds AS f (shop, feed, every_seconds, next_at)
     SELECT shop, feed, every_seconds, now()
     FROM json_to_recordset($1::json) AS r (shop text, feed text, every_seconds int)
     ORDER BY shop, feed
     ON CONFLICT (shop, feed) DO UPDATE SET every_seconds = excluded.every_seconds,
       next_at = least(f.next_at, now() + make_interval(secs => excluded.every_seconds))
     WHERE f.every_seconds <> excluded.every_seconds`,
    [rows],
  );
  await db.query(
    `DELETE FROM poll_feeds f WHERE NOT EXISTS (
       SELECT FROM json_to_recordset($1::json) AS r (shop text, feed text)
       WHERE r.shop = f.shop AND r.feed = f.feed)`,
    [rows],
  );
}

const claimed = `f.shop, f.feed, f.every_seconds, f.watermark, f.overlap_seconds, f.deep_at,
  f.requested_since, f.requested_reason, f.progress, f.failures`;

/** How long a claim lasts without a sign of life: longer than any one request to Shopify. */
const leaseSeconds = 60;

/** Claims feeds that are due, longest overdue first: nobody else runs their passes meanwhile. */
export async function claimDueFeeds(
  db: Queryable,
  leaseId: string,
  most: number,
): Promise<ClaimedFeed[]> {
  const { rows } = await db.query<Row>(
    `UPDATE poll_feeds f SET lease_id = $1, lease_until = now() + make_interval(secs => $3)
     FROM (SELECT shop, feed FROM poll_feeds
           WHERE next_at <= now() AND (lease_until IS NULL OR lease_until < now())
           ORDER BY next_at LIMIT $2 FOR UPDATE SKIP LOCKED) due
     WHERE f.shop = due.shop AND f.feed = due.feed
     RETURNING ${claimed}`,
    [leaseId, most, leaseSeconds],
  );
  return rows.map((row) => toClaimed(row, leaseId));
}

/** Claims one feed, due or not; null when somebody else has it, or there is none. */
export async function claimFeed(
  db: Queryable,
  leaseId: string,
  shop: string,
  feed: Feed,
): Promise<ClaimedFeed | null> {
  const { rows } = await db.query<Row>(
    `UPDATE poll_feeds f SET lease_id = $1, lease_until = now() + make_interval(secs => $4)
     WHERE shop = $2 AND feed = $3 AND (lease_until IS NULL OR lease_until < now())
     RETURNING ${claimed}`,
    [leaseId, shop, feed, leaseSeconds],
  );
  return rows[0] ? toClaimed(rows[0], leaseId) : null;
}

/** Notes how far a pass is and renews the claim; false when it is somebody else's by now. */
export async function saveProgress(
  tx: Queryable,
  claim: ClaimedFeed,
  progress: PassProgress,
): Promise<boolean> {
  const { rows } = await tx.query(
    `UPDATE poll_feeds SET progress = $4, lease_until = now() + make_interval(secs => $5)
     WHERE shop = $1 AND feed = $2 AND lease_id = $3 RETURNING shop`,
    [claim.shop, claim.feed, claim.leaseId, JSON.stringify(progress), leaseSeconds],
  );
  return rows.length > 0;
}

/** Says that the process with the claim is alive. */
export async function renewClaim(db: Queryable, claim: ClaimedFeed): Promise<void> {
  await db.query(
    `UPDATE poll_feeds SET lease_until = now() + make_interval(secs => $4)
     WHERE shop = $1 AND feed = $2 AND lease_id = $3`,
    [claim.shop, claim.feed, claim.leaseId, leaseSeconds],
  );
}

/** What a finished pass leaves on its feed. */
export interface PassEnd {
  readonly watermarkMs: number;
  readonly overlapSeconds: number;
  /** Set when the pass looked back further than usual. */
  readonly deepMs: number | null;
  readonly restoreRate: number | null;
  /** Until the next pass is due, counted from the start of this one: so much of the feed's pace. */
  readonly restShare: number;
  readonly tookSeconds: number;
}

/**
 * Moves the watermark after a complete pass and lets the feed go; tells how many were complete now, or
 * null when it was somebody else's.
 * What was asked for goes, unless somebody asked for more meanwhile; and a pace that was changed
 * meanwhile is the one that counts.
 */
export async function finishPass(
  tx: Transaction,
  claim: ClaimedFeed,
  progress: PassProgress,
  end: PassEnd,
): Promise<number | null> {
  const { rows } = await tx.query<{ passes: number }>(
    `UPDATE poll_feeds SET watermark = greatest(watermark, $4::timestamptz), overlap_seconds = $5,
       deep_at = coalesce($6::timestamptz, deep_at), restore_rate = coalesce($7, restore_rate),
       completed_at = now(), passes = passes + 1, progress = NULL, failures = 0, problem = NULL,
       lease_id = NULL, lease_until = NULL,
       requested_reason = CASE WHEN requested_since < $8::timestamptz THEN requested_reason END,
       next_at = CASE WHEN requested_since < $8::timestamptz THEN now()
                      ELSE now() + make_interval(secs => greatest(0, every_seconds * $9::float8 - $10::float8)) END,
       requested_since = CASE WHEN requested_since < $8::timestamptz THEN requested_since END
     WHERE shop = $1 AND feed = $2 AND lease_id = $3 RETURNING passes`,
    [
      claim.shop,
      claim.feed,
      claim.leaseId,
      new Date(end.watermarkMs),
      end.overlapSeconds,
      end.deepMs === null ? null : new Date(end.deepMs),
      end.restoreRate,
      new Date(Math.min(progress.fromMs, progress.sinceMs ?? Infinity)),
      end.restShare,
      end.tookSeconds,
    ],
  );
  return rows[0]?.passes ?? null;
}

/** Lets a feed go whose pass could not go on; how far it is stays on record. */
export async function interruptPass(
  db: Queryable,
  claim: ClaimedFeed,
  again: { readonly inSeconds: number; readonly problem: string; readonly startOver: boolean },
): Promise<void> {
  await db.query(
    `UPDATE poll_feeds SET lease_id = NULL, lease_until = NULL, failures = failures + 1,
       problem = $4, next_at = now() + make_interval(secs => $5),
       progress = CASE WHEN $6 THEN NULL ELSE progress END
     WHERE shop = $1 AND feed = $2 AND lease_id = $3`,
    [claim.shop, claim.feed, claim.leaseId, again.problem, again.inSeconds, again.startOver],
  );
}

/** Lets a feed go as if it had never been claimed. */
export async function releaseFeed(db: Queryable, claim: ClaimedFeed): Promise<void> {
  await db.query(
    `UPDATE poll_feeds SET lease_id = NULL, lease_until = NULL
     WHERE shop = $1 AND feed = $2 AND lease_id = $3`,
    [claim.shop, claim.feed, claim.leaseId],
  );
}

/** Asks for everything since a moment (Shopify's clock), as soon as a worker is free. */
export async function askForPass(
  tx: Transaction,
  shop: string,
  feed: Feed,
  since: Date,
  reason: string,
): Promise<boolean> {
  const { rows } = await tx.query(
    `UPDATE poll_feeds SET next_at = now(),
       requested_reason = CASE WHEN requested_since <= $3 THEN requested_reason ELSE $4 END,
       requested_since = least(requested_since, $3)
     WHERE shop = $1 AND feed = $2 RETURNING shop`,
    [shop, feed, since, reason],
  );
  return rows.length > 0;
}

/** What a feed does and what hinders it. */
export interface FeedState {
  readonly feed: Feed;
  readonly everySeconds: number;
  readonly completedAt: Date | null;
  readonly running: boolean;
  readonly problem: string | null;
  readonly restoreRate: number | null;
  readonly overlapSeconds: number;
}

/** How often each feed of some shops is asked, and why the last pass could not go on. */
export async function readPaces(
  db: Queryable,
  shops: readonly string[],
): Promise<(Cadence & { readonly problem: string | null })[]> {
  const { rows } = await db.query<Cadence & { readonly problem: string | null }>(
    `SELECT shop, feed, every_seconds AS "everySeconds", problem FROM poll_feeds
     WHERE shop = ANY($1)`,
    [shops],
  );
  return rows;
}

/** The feeds of a shop. */
export async function readFeeds(db: Queryable, shop: string): Promise<FeedState[]> {
  const { rows } = await db.query<FeedState>(
    `SELECT feed, every_seconds AS "everySeconds", completed_at AS "completedAt",
       coalesce(lease_until > now(), false) AS running, problem, restore_rate AS "restoreRate",
       overlap_seconds AS "overlapSeconds"
     FROM poll_feeds WHERE shop = $1`,
    [shop],
  );
  return rows;
}

function toClaimed(row: Row, leaseId: string): ClaimedFeed {
  return {
    shop: row.shop,
    feed: row.feed,
    leaseId,
    everySeconds: row.every_seconds,
    watermarkMs: row.watermark?.getTime() ?? null,
    overlapSeconds: row.overlap_seconds,
    deepMs: row.deep_at?.getTime() ?? null,
    requestedSinceMs: row.requested_since?.getTime() ?? null,
    requestedReason: row.requested_reason,
    progress: row.progress,
    failures: row.failures,
  };
}
