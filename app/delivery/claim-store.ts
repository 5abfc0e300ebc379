import type { Queryable } from "#app/db.server.ts";

/**
 * What a lane asks of the deliveries of its system. Versions of one resource are in order by
 * (version_at, id of the first delivery): ids ascend in the order in which the mirror took them.
 */

/** A delivery a lane has taken. `attempts` counts this try already, and `probes` when it is one. */
export interface ClaimedDelivery {
  readonly id: string;
  /** Whose change it is; null: of the system's own store. */
  readonly fromShop: string | null;
  readonly changeId: string;
  readonly generation: number;
  readonly attempts: number;
  readonly probes: number;
  readonly domain: string;
  readonly type: string;
  readonly resourceId: string;
  readonly versionAt: Date;
}

/** How deliveries are taken. */
export interface ClaimRules {
  /** Only the latest version counts: an older one is of no use beside it. */
  readonly latestOnly: boolean;
  /** The attempt is to tell whether the system is there again. */
  readonly probe: boolean;
}

/** What a lane got, and whether there may be more of it. */
export interface Claim {
  readonly deliveries: readonly ClaimedDelivery[];
  readonly mayHaveMore: boolean;
}

/**
 * Takes due deliveries of one system, oldest due first: per resource only the oldest version, and
 * none while another is in flight. Those a newer version has overtaken end as superseded instead: one
 * the system took, or, where only the latest counts, any that waits or failed: it is what is true.
 * Only the holder of the system's lane lock may call this.
 */
export async function claimDue(
  db: Queryable,
  systemId: string,
  limit: number,
  nowMs: number,
  how: ClaimRules,
): Promise<Claim> {
  const { rows } = await db.query<ClaimedDelivery & { overtaken: boolean }>(claimSql, [
    systemId,
    new Date(nowMs),
    limit,
    how.probe ? 1 : 0,
    how.latestOnly,
  ]);
  const deliveries = rows.filter((row) => !row.overtaken);
  // One that was overtaken no longer stands in the way of the next one of its resource.
  return { deliveries, mayHaveMore: rows.length === limit || deliveries.length < rows.length };
}

/** Each kind has an index of its own. */
const newerThat = (is: string) => `EXISTS (
  SELECT 1 FROM deliveries n
  WHERE n.system_id = d.system_id AND n.resource_id = d.resource_id
    AND ${is} AND n.version_at >= d.version_at
    AND (n.version_at, coalesce(n.replay_of, n.id)) > (d.version_at, coalesce(d.replay_of, d.id)))`;

/**
 * Whether a newer version has overtaken the delivery `d`. `latestOnly`: SQL for whether only the latest
 * version counts. What failed may have been taken all the same, so that the older one would undo it: where
 * every version counts, that concerns one that was never tried and comes behind a newer one that was.
 */
export const overtakenSql = (latestOnly: string): string =>
  `(${newerThat("n.status = 'delivered'")}
  OR (d.attempts = 0 AND d.generation = 0
    AND ${newerThat("n.status IN ('pending', 'delivering', 'retrying', 'waiting') AND n.attempts > 0")})
  OR (${latestOnly} AND NOT d.keep AND (
    ${newerThat("n.status IN ('pending', 'delivering', 'retrying', 'waiting')")}
    OR ${newerThat("n.status = 'dead' AND n.replayed_at IS NULL")})))`;

/**
 * `OFFSET 0` has each delivery ask for its own record. Made into a join, and planned before the first
 * ANALYZE of a fresh table, it read a lane's whole backlog for each delivery: 16 x 2,000 rows for 16.
 */
const claimSql = `
  WITH due AS MATERIALIZED (
    SELECT d.id, ${overtakenSql("$5::bool")} AS overtaken
    FROM deliveries d
    WHERE d.system_id = $1 AND d.status IN ('pending', 'retrying') AND d.next_attempt_at <= $2
      AND NOT EXISTS (
        SELECT 1 FROM deliveries o
        WHERE o.system_id = d.system_id AND o.resource_id = d.resource_id
          AND o.status IN ('pending', 'delivering', 'retrying', 'waiting') AND o.id <> d.id
          AND (o.status = 'delivering' OR (o.version_at, coalesce(o.replay_of, o.id), o.id)
            < (d.version_at, coalesce(d.replay_of, d.id), d.id))
        OFFSET 0)
    ORDER BY d.next_attempt_at
    LIMIT $3
  )
  UPDATE deliveries d SET
    status = CASE WHEN due.overtaken THEN 'superseded' ELSE 'delivering' END,
    attempts = CASE WHEN due.overtaken THEN d.attempts ELSE d.attempts + 1 END,
    probes = CASE WHEN due.overtaken THEN d.probes ELSE d.probes + $4 END,
    finished_at = CASE WHEN due.overtaken THEN $2::timestamptz END,
    reason = CASE WHEN due.overtaken
             THEN 'There is a newer version for the system.' ELSE d.reason END
  FROM due WHERE d.id = due.id
  RETURNING d.id, d.from_shop AS "fromShop", d.change_id AS "changeId", d.generation, d.attempts,
    d.probes, d.domain, d.type, d.resource_id AS "resourceId", d.version_at AS "versionAt", due.overtaken`;

/** Gives back what was claimed and not begun: as if it had never been taken. */
export async function handBack(
  db: Queryable,
  deliveries: readonly ClaimedDelivery[],
): Promise<void> {
  if (deliveries.length === 0) return;
  await db.query(
    `UPDATE deliveries d SET attempts = d.attempts - 1,
       status = CASE WHEN d.attempts = 1 THEN 'pending' ELSE 'retrying' END
     FROM json_to_recordset($1::json) AS r (id uuid, attempts int)
     WHERE d.id = r.id AND d.status = 'delivering' AND d.attempts = r.attempts`,
    [JSON.stringify(deliveries)],
  );
}

/** Ends claimed deliveries that must not be sent (any more). */
export async function discardClaimed(
  db: Queryable,
  ids: readonly string[],
  reason: string,
  nowMs: number,
): Promise<void> {
  if (ids.length === 0) return;
  await db.query(
    `UPDATE deliveries SET status = 'discarded', finished_at = $2, reason = $3
     WHERE id = ANY($1::uuid[]) AND status = 'delivering'`,
    [ids, new Date(nowMs), reason],
  );
}

/**
 * When the next delivery of a system that is not due yet will be; null when there is none. Epoch
 * milliseconds. One that is due and was not claimed waits for an earlier version, which this counts.
 */
export async function nextDueMs(
  db: Queryable,
  systemId: string,
  nowMs: number,
): Promise<number | null> {
  const { rows } = await db.query<{ due: Date | null }>(
    `SELECT min(next_attempt_at) AS due FROM deliveries
     WHERE system_id = $1 AND status IN ('pending', 'retrying') AND next_attempt_at > $2`,
    [systemId, new Date(nowMs)],
  );
  return rows[0]?.due?.getTime() ?? null;
}

/** Takes back what a lane that died left in flight: the next attempt is due at once. */
export async function recoverInFlight(
  db: Queryable,
  systemId: string,
  nowMs: number,
): Promise<number> {
  const { rows } = await db.query(
    `UPDATE deliveries SET status = 'retrying', next_attempt_at = $2,
       reason = 'The worker stopped during the attempt; whether it arrived is unknown.'
     WHERE system_id = $1 AND status = 'delivering' RETURNING id`,
    [systemId, new Date(nowMs)],
  );
  return rows.length;
}

/** Lets waiting deliveries of a system go again. */
export async function releaseWaiting(
  db: Queryable,
  systemId: string,
  nowMs: number,
): Promise<void> {
  await db.query(
    `UPDATE deliveries SET status = 'pending', next_attempt_at = $2, reason = NULL
     WHERE system_id = $1 AND status = 'waiting'`,
    [systemId, new Date(nowMs)],
  );
}

/**
 * Lets one waiting delivery of a system go, the oldest version of a resource that waits longest;
 * false when none waits.
 */
export async function releaseOne(db: Queryable, systemId: string, nowMs: number): Promise<boolean> {
  const { rows } = await db.query(
    `UPDATE deliveries SET status = 'pending', next_attempt_at = $2
     WHERE id = (
       SELECT o.id
       FROM (SELECT resource_id FROM deliveries WHERE system_id = $1 AND status = 'waiting'
             ORDER BY next_attempt_at LIMIT 1) w
       JOIN deliveries o ON o.system_id = $1 AND o.resource_id = w.resource_id
         AND o.status = 'waiting'
       ORDER BY o.version_at, coalesce(o.replay_of, o.id), o.id LIMIT 1)
     RETURNING id`,
    [systemId, new Date(nowMs)],
  );
  return rows.length > 0;
}

/** Holds open deliveries of a system back; `reason` says why they wait. */
export async function holdBack(db: Queryable, systemId: string, reason: string): Promise<void> {
  await db.query(
    `UPDATE deliveries SET status = 'waiting', reason = $2
     WHERE system_id = $1 AND status IN ('pending', 'retrying')`,
    [systemId, reason],
  );
}

/**
 * Those of the given systems that have something due, or something a lane should look after. `OFFSET 0`
 * has each system ask for itself: as one question about all, a store's flood was read with every sweep.
 */
export async function systemsWithWork(
  db: Queryable,
  systemIds: readonly string[],
  nowMs: number,
): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `SELECT s.id FROM unnest($1::text[]) AS s (id)
     WHERE EXISTS (SELECT 1 FROM deliveries d WHERE d.system_id = s.id
             AND d.status IN ('pending', 'retrying') AND d.next_attempt_at <= $2 OFFSET 0)
        OR EXISTS (SELECT 1 FROM deliveries d WHERE d.system_id = s.id
             AND d.status = 'delivering' OFFSET 0)
        OR EXISTS (SELECT 1 FROM deliveries d WHERE d.system_id = s.id
             AND d.status = 'waiting' OFFSET 0)`,
    [systemIds, new Date(nowMs)],
  );
  return rows.map((row) => row.id);
}
