import { v7 as uuidv7 } from "uuid";
import type { Queryable, Transaction } from "#app/db.server.ts";

/** Which dead deliveries: of a shop, of one system of it when given. */
interface DeadOf {
  readonly shop: string;
  readonly systemId: string | undefined;
}

/** The last of the dead deliveries there are now; null when there is none. */
export async function lastDeadDelivery(db: Queryable, of: DeadOf): Promise<string | null> {
  const { rows } = await db.query<{ id: string }>(
    `SELECT id FROM deliveries
     WHERE shop = $1 AND status = 'dead' AND replayed_at IS NULL
       AND ($2::text IS NULL OR system_id = $2)
     ORDER BY id DESC LIMIT 1`,
    [of.shop, of.systemId ?? null],
  );
  return rows[0]?.id ?? null;
}

/** Dead deliveries nobody replayed yet, in the order of their ids, after `after` and up to `last`. */
export async function deadDeliveryIds(
  db: Queryable,
  of: DeadOf,
  range: { readonly after: string | null; readonly last: string; readonly limit: number },
): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `SELECT id FROM deliveries
     WHERE shop = $1 AND status = 'dead' AND replayed_at IS NULL
       AND ($2::text IS NULL OR system_id = $2)
       AND ($3::uuid IS NULL OR id > $3::uuid) AND id <= $4::uuid
     ORDER BY id LIMIT $5`,
    [of.shop, of.systemId ?? null, range.after, range.last, range.limit],
  );
  return rows.map((row) => row.id);
}

/**
 * Gives dead deliveries a successor each, which names the first delivery of its line; returns the
 * system of each successor. `replayed_at` is set under the row's lock in the same statement, so that
 * two people pressing Replay at once make one successor.
 */
export async function replayDeliveries(
  tx: Transaction,
  shop: string,
  ids: readonly string[],
  nowMs: number,
): Promise<string[]> {
  if (ids.length === 0) return [];
  const { rows } = await tx.query<{ system_id: string }>(
    `WITH taken AS (
       UPDATE deliveries d SET replayed_at = $3
       WHERE d.shop = $1 AND d.id = ANY($2::uuid[]) AND d.status = 'dead' AND d.replayed_at IS NULL
       RETURNING d.*
     ), successors AS (
       SELECT t.*, s.successor FROM taken t
       JOIN unnest($2::uuid[], $4::uuid[]) AS s (original, successor) ON s.original = t.id
     )
     INSERT INTO deliveries (id, shop, system_id, change_id, generation, event_id, domain, type,
       resource_type, resource_id, sku, version_at, status, next_attempt_at, created_at, replay_of)
     SELECT successor, shop, system_id, change_id, generation + 1, event_id, domain, type,
       resource_type, resource_id, sku, version_at, 'pending', $3, $3, coalesce(replay_of, id)
     FROM successors
     RETURNING system_id`,
    [shop, ids, new Date(nowMs), ids.map(() => uuidv7())],
  );
  return rows.map((row) => row.system_id);
}

/** Gives dead deliveries up; returns whose they were. */
export async function discardDeliveries(
  tx: Transaction,
  shop: string,
  ids: readonly string[],
  reason: string,
  nowMs: number,
): Promise<{ systemId: string; resourceId: string }[]> {
  if (ids.length === 0) return [];
  const { rows } = await tx.query<{ systemId: string; resourceId: string }>(
    `UPDATE deliveries SET status = 'discarded', reason = $3, finished_at = $4
     WHERE shop = $1 AND id = ANY($2::uuid[]) AND status = 'dead' AND replayed_at IS NULL
     RETURNING system_id AS "systemId", resource_id AS "resourceId"`,
    [shop, ids, `Discarded: ${reason}`, new Date(nowMs)],
  );
  return rows;
}
