import type { Transaction } from "#app/db.server.ts";

/**
 * A delivery about to be written down. `versionAt` RFC 3339. Ids ascend in the order in which the
 * mirror took the versions, since two versions may carry the same stamp.
 */
export interface NewDelivery {
  readonly id: string;
  /** Whose system it goes to. */
  readonly shop: string;
  /** Whose change it is; null: of the same store. */
  readonly fromShop: string | null;
  readonly systemId: string;
  readonly changeId: string;
  readonly eventId: string;
  readonly domain: string;
  readonly type: string;
  readonly resourceType: string;
  readonly resourceId: string;
  readonly sku: string | null;
  readonly versionAt: string;
  readonly status: "pending" | "waiting";
  /** Why it waits. */
  readonly reason: string | null;
  /** 0 unless told. */
  readonly generation?: number;
  /** When it may go, epoch milliseconds; unset: at once. */
  readonly dueMs?: number;
  /** A newer version does not take its place. */
  readonly keep?: boolean;
}

/** Writes deliveries down, once per system, change and generation; returns the ids of those that are new. */
export async function insertDeliveries(
  tx: Transaction,
  deliveries: readonly NewDelivery[],
  nowMs: number,
): Promise<ReadonlySet<string>> {
  if (deliveries.length === 0) return new Set();
  const { rows } = await tx.query<{ id: string }>(
    `INSERT INTO deliveries (id, shop, from_shop, system_id, change_id, generation, event_id, domain,
       type, resource_type, resource_id, sku, version_at, status, reason, keep, next_attempt_at, created_at)
     SELECT id, shop, "fromShop", "systemId", "changeId", coalesce(generation, 0), "eventId", domain,
       type, "resourceType", "resourceId", sku, "versionAt", status, reason, coalesce(keep, false),
       coalesce(to_timestamp("dueMs" / 1000.0), $2), $2
     FROM json_to_recordset($1::json) AS r (id uuid, shop text, "fromShop" text, "systemId" text,
       "changeId" text, "eventId" uuid, domain text, type text, "resourceType" text, "resourceId" text, sku text,
       "versionAt" timestamptz, status text, reason text, generation int, keep bool,
       "dueMs" float8)
     ON CONFLICT (event_id, system_id, change_id, generation) DO NOTHING
     RETURNING id`,
    [JSON.stringify(deliveries), new Date(nowMs)],
  );
  return new Set(rows.map((row) => row.id));
}

/** Open deliveries `d` that a newer one, `n`, of $1 is to take the place of. */
const olderThanNewest = `
  (SELECT DISTINCT ON ("systemId", "resourceId") "systemId" AS system_id,
     "resourceId" AS resource_id, "versionAt" AS version_at, id
   FROM json_to_recordset($1::json)
     AS r ("systemId" text, "resourceId" text, "versionAt" timestamptz, id uuid)
   ORDER BY "systemId", "resourceId", "versionAt" DESC, id DESC) n
  WHERE d.system_id = n.system_id AND d.resource_id = n.resource_id
    AND (d.version_at, coalesce(d.replay_of, d.id)) < (n.version_at, n.id) AND NOT d.keep`;

/**
 * Supersedes what waits of older versions of the same resources for the same systems. One in flight may
 * be noted as failed at this very moment: whoever is second, here or in `supersedeFailed`, waits for the
 * other and sees it, or the newer version would wait for the next attempt of the older one.
 */
export async function supersedeOlder(
  tx: Transaction,
  newer: readonly NewDelivery[],
  nowMs: number,
): Promise<void> {
  if (newer.length === 0) return;
  const newest = JSON.stringify(newer);
  await tx.query(
    `SELECT d.id FROM deliveries d, ${olderThanNewest} AND d.status = 'delivering'
     ORDER BY d.id FOR NO KEY UPDATE OF d`,
    [newest],
  );
  await tx.query(
    `UPDATE deliveries d SET status = 'superseded', finished_at = $2,
       reason = 'A newer version is on its way.'
     FROM ${olderThanNewest} AND d.status IN ('pending', 'retrying', 'waiting')`,
    [newest, new Date(nowMs)],
  );
}

/** How one attempt ended. */
export interface AttemptResult {
  readonly id: string;
  readonly attempt: number;
  readonly status: "delivered" | "retrying" | "dead";
  readonly atMs: number;
  readonly durationMs: number;
  readonly httpStatus: number | null;
  readonly error: string | null;
  readonly response: string | null;
  readonly nextAttemptAtMs: number | null;
}

/**
 * Writes attempts down. A result counts only while its delivery is still in that very attempt: a
 * lane that lost its lock in the meantime changes nothing. Returns the ids that counted.
 */
export async function recordAttempts(
  tx: Transaction,
  results: readonly AttemptResult[],
): Promise<ReadonlySet<string>> {
  const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
  const payload = JSON.stringify(
    results.map((result) => ({
      ...result,
      at: iso(result.atMs),
      next: iso(result.nextAttemptAtMs),
      finished: result.status === "retrying" ? null : iso(result.atMs + result.durationMs),
      response: result.response?.replaceAll("\u0000", "") ?? null,
    })),
  );
  const { rows } = await tx.query<{ id: string }>(
    `WITH results AS (
       SELECT * FROM json_to_recordset($1::json) AS r (id uuid, attempt int, status text,
         at timestamptz, "durationMs" int, "httpStatus" int, error text, response text,
         next timestamptz, finished timestamptz)
     ), counted AS (
       -- By their ids, whatever the table held when this was planned. The status is asked for in a way that
       -- no index knows: that of what is in flight holds all systems' work, and what landed since its vacuum.
       UPDATE deliveries d SET status = r.status, reason = r.error, http_status = r."httpStatus",
         next_attempt_at = coalesce(r.next, d.next_attempt_at), finished_at = r.finished
       FROM results r
       WHERE d.id = ANY($2::uuid[]) AND d.id = r.id
         AND d.status || '' = 'delivering' AND d.attempts = r.attempt
       RETURNING d.id
     ), late AS (
       -- Locked, since one that is being deleted at this moment must not leave an attempt behind.
       SELECT r.* FROM results r JOIN deliveries d ON d.id = r.id
       WHERE d.id = ANY($2::uuid[]) AND NOT EXISTS (SELECT FROM counted c WHERE c.id = r.id)
       FOR NO KEY UPDATE OF d
     ), tried AS (
       INSERT INTO delivery_attempts (delivery_id, attempt, at, duration_ms, http_status, error, response)
       SELECT id, attempt, at, "durationMs", "httpStatus", error, response
       FROM (SELECT r.* FROM results r JOIN counted USING (id) UNION ALL SELECT * FROM late) t
       ON CONFLICT (delivery_id, attempt) DO NOTHING
     )
     SELECT id FROM counted`,
    [payload, results.map((result) => result.id)],
  );
  return new Set(rows.map((row) => row.id));
}

/** Of deliveries that just failed: supersedes those a newer version has joined meanwhile (mode latest). */
export async function supersedeFailed(
  tx: Transaction,
  ids: readonly string[],
  nowMs: number,
): Promise<void> {
  if (ids.length === 0) return;
  await tx.query(
    `UPDATE deliveries d SET status = 'superseded', finished_at = $2,
       reason = 'A newer version is on its way.'
     WHERE d.id = ANY($1::uuid[]) AND d.status = 'retrying' AND NOT d.keep AND EXISTS (
       SELECT 1 FROM deliveries n
       WHERE n.system_id = d.system_id AND n.resource_id = d.resource_id
         AND n.status IN ('pending', 'delivering', 'retrying', 'waiting')
         AND (n.version_at, coalesce(n.replay_of, n.id)) > (d.version_at, coalesce(d.replay_of, d.id)))`,
    [ids, new Date(nowMs)],
  );
}
