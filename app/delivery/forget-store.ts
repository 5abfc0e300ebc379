import { firstIdOf, type Queryable, timeOfId, type Transaction } from "#app/db.server.ts";

/**
 * What delivery gives up, a few rows at a time. Every function returns how many rows went: fewer than
 * asked for means that nothing is left.
 */

/** Deliveries of before an instant with their attempts; what is not finished stays, however old. */
export async function dropOldDeliveries(
  db: Queryable,
  beforeMs: number,
  limit: number,
): Promise<number> {
  const { rows } = await db.query(
    `WITH gone AS (
       DELETE FROM deliveries WHERE id IN (
         SELECT id FROM deliveries
         WHERE id < $1::uuid AND status NOT IN ('pending', 'delivering', 'retrying', 'waiting')
         ORDER BY id LIMIT $2)
       RETURNING id
     ), tries AS (DELETE FROM delivery_attempts a USING gone WHERE a.delivery_id = gone.id)
     SELECT 1 AS one FROM gone`,
    [firstIdOf(beforeMs), limit],
  );
  return rows.length;
}

/** Figures of minutes before an instant, and issues and replays that were over by then. */
export async function dropOldBooks(
  db: Queryable,
  beforeMs: number,
  limit: number,
): Promise<number> {
  const { rows } = await db.query(
    `WITH minutes AS (
       DELETE FROM delivery_minutes WHERE ctid IN (
         SELECT ctid FROM delivery_minutes WHERE minute < $1 LIMIT $2) RETURNING 1 AS one
     ), issues AS (
       DELETE FROM delivery_issues WHERE id IN (
         SELECT id FROM delivery_issues
         WHERE state IN ('resolved', 'ignored') AND last_seen_at < $1 AND state_since < $1 LIMIT $2)
       RETURNING id
     ), resources AS (
       DELETE FROM delivery_issue_resources r USING issues WHERE r.issue_id = issues.id
     ), replays AS (
       DELETE FROM replay_jobs WHERE id IN (
         SELECT id FROM replay_jobs WHERE finished_at < $1 LIMIT $2) RETURNING id
     ), items AS (
       DELETE FROM replay_items i USING replays WHERE i.replay_id = replays.id
     )
     SELECT one FROM minutes UNION ALL SELECT 1 FROM issues UNION ALL SELECT 1 FROM replays`,
    [new Date(beforeMs), limit],
  );
  return rows.length;
}

/**
 * When the oldest event of each shop came in that unfinished deliveries are about; shops without any
 * are missing. A replay is younger than what it sends, hence the event.
 */
export async function oldestUnfinished(db: Queryable): Promise<ReadonlyMap<string, Date>> {
  const { rows } = await db.query<{ shop: string; oldest: string }>(
    `SELECT coalesce(from_shop, shop) AS shop, min(event_id::text) AS oldest FROM deliveries
     WHERE status IN ('pending', 'delivering', 'retrying', 'waiting') GROUP BY 1`,
  );
  return new Map(rows.map((row) => [row.shop, timeOfId(row.oldest)]));
}

/**
 * Everything that was sent, or was to be sent, for a shop or of its changes. `systemIds`: all it ever
 * had. Deliveries are locked by a statement of their own: the one that deletes then sees the attempt
 * that was being written down when this one had to wait.
 */
export async function forgetDeliveriesOfShop(
  tx: Transaction,
  shop: string,
  systemIds: readonly string[],
  limit: number,
): Promise<number> {
  const { rows: locked } = await tx.query<{ id: string }>(
    "SELECT id FROM deliveries WHERE shop = $1 OR from_shop = $1 LIMIT $2 FOR UPDATE",
    [shop, limit],
  );
  const { rows } = await tx.query(
    `WITH gone AS (
       DELETE FROM deliveries WHERE id = ANY($4::uuid[]) RETURNING id
     ), tries AS (
       DELETE FROM delivery_attempts a USING gone WHERE a.delivery_id = gone.id
     ), minutes AS (
       DELETE FROM delivery_minutes WHERE ctid IN (
         SELECT ctid FROM delivery_minutes WHERE shop = $1 LIMIT $2) RETURNING 1 AS one
     ), issues AS (
       DELETE FROM delivery_issues WHERE shop = $1 RETURNING 1 AS one
     ), resources AS (
       DELETE FROM delivery_issue_resources WHERE system_id = ANY($3)
     ), gates AS (
       DELETE FROM delivery_gates WHERE system_id = ANY($3)
     ), replays AS (
       DELETE FROM replay_jobs WHERE id IN (SELECT id FROM replay_jobs WHERE shop = $1 LIMIT $2)
       RETURNING id
     ), items AS (
       DELETE FROM replay_items i USING replays WHERE i.replay_id = replays.id
     )
     SELECT 1 AS one FROM gone UNION ALL SELECT one FROM minutes
     UNION ALL SELECT one FROM issues UNION ALL SELECT 1 FROM replays`,
    [shop, limit, systemIds, locked.map(({ id }) => id)],
  );
  return rows.length;
}
