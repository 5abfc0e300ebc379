import { v7 as uuidv7 } from "uuid";
import type { Queryable, Transaction } from "#app/db.server.ts";
import { overtakenSql } from "./claim-store.ts";
import type { DeliveryStatus } from "./types.ts";

/** Which dead deliveries; what is null does not matter. Times are those at which they were given up. */
export interface DeadFilter {
  readonly ids: readonly string[] | null;
  readonly systemId: string | null;
  readonly domain: string | null;
  readonly from: Date | null;
  readonly to: Date | null;
  /** Made at the latest then, whenever it was given up. */
  readonly madeBy: Date | null;
}

const deadMatching = `
  d.shop = $1 AND d.status = 'dead' AND d.replayed_at IS NULL
    AND ($2::uuid[] IS NULL OR d.id = ANY($2)) AND ($3::text IS NULL OR d.system_id = $3)
    AND ($4::text IS NULL OR d.domain = $4) AND ($5::timestamptz IS NULL OR d.finished_at >= $5)
    AND ($6::timestamptz IS NULL OR d.finished_at <= $6)
    AND ($7::timestamptz IS NULL OR d.created_at <= $7)`;

const valuesOf = (shop: string, filter: DeadFilter) => [
  shop,
  filter.ids,
  filter.systemId,
  filter.domain,
  filter.from,
  filter.to,
  filter.madeBy,
];

/** Dead deliveries that match and that nobody replayed yet, after `after` in the order of their ids. */
export async function matchingDead(
  db: Queryable,
  shop: string,
  filter: DeadFilter,
  page: { readonly after: string | null; readonly limit: number },
): Promise<{ id: string; systemId: string }[]> {
  const { rows } = await db.query<{ id: string; systemId: string }>(
    `SELECT d.id, d.system_id AS "systemId" FROM deliveries d
     WHERE ${deadMatching} AND ($8::uuid IS NULL OR d.id > $8::uuid) ORDER BY d.id LIMIT $9`,
    [...valuesOf(shop, filter), page.after, page.limit],
  );
  return rows;
}

/**
 * Matching dead deliveries per system: all, and those that a newer version has overtaken.
 * `latestOnly`: the systems for which only the latest version counts.
 */
export async function countMatchingDead(
  db: Queryable,
  shop: string,
  filter: DeadFilter,
  latestOnly: readonly string[],
): Promise<{ systemId: string; all: number; overtaken: number }[]> {
  const { rows } = await db.query<{ systemId: string; all: number; overtaken: number }>(
    `SELECT d.system_id AS "systemId", count(*)::int AS all,
       (count(*) FILTER (WHERE ${overtakenSql("d.system_id = ANY($8::text[])")}))::int AS overtaken
     FROM deliveries d WHERE ${deadMatching} GROUP BY d.system_id`,
    [...valuesOf(shop, filter), latestOnly],
  );
  return rows;
}

/** Which of these changes were never handed to a system. */
export async function neverHandedOver(
  db: Queryable,
  systemId: string,
  changes: readonly { readonly id: string; readonly eventId: string }[],
): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `SELECT c.id FROM unnest($2::text[], $3::uuid[]) AS c (id, event_id)
     WHERE NOT EXISTS (SELECT 1 FROM deliveries d
       WHERE d.event_id = c.event_id AND d.system_id = $1 AND d.change_id = c.id
         AND d.generation = 0)`,
    [systemId, changes.map((change) => change.id), changes.map((change) => change.eventId)],
  );
  return rows.map((row) => row.id);
}

/**
 * Gives dead deliveries a successor each, which names the first delivery of its line; returns the
 * system of each successor. `replayed_at` is set under the row's lock in the same statement, so that
 * two people pressing Replay at once make one successor. The successors become due `spacingMs` apart.
 */
export async function replayDeliveries(
  tx: Transaction,
  shop: string,
  ids: readonly string[],
  nowMs: number,
  spacingMs = 0,
): Promise<string[]> {
  if (ids.length === 0) return [];
  const { rows } = await tx.query<{ system_id: string }>(
    `WITH taken AS (
       UPDATE deliveries d SET replayed_at = $3
       WHERE d.shop = $1 AND d.id = ANY($2::uuid[]) AND d.status = 'dead' AND d.replayed_at IS NULL
       RETURNING d.*
     )
     ${successorsOfTaken}`,
    [shop, ids, new Date(nowMs), ids.map(() => uuidv7()), spacingMs],
  );
  return rows.map((row) => row.system_id);
}

const successorsOfTaken = `
  INSERT INTO deliveries (id, shop, from_shop, system_id, change_id, generation, event_id, domain, type,
    resource_type, resource_id, sku, version_at, keep, status, next_attempt_at, created_at,
    replay_of)
  SELECT s.successor, t.shop, t.from_shop, t.system_id, t.change_id, t.generation + 1, t.event_id, t.domain,
    t.type, t.resource_type, t.resource_id, t.sku, t.version_at, t.keep, 'pending',
    $3::timestamptz + $5::float8 * interval '1 ms'
      * (row_number() OVER (PARTITION BY t.system_id ORDER BY s.successor) - 1),
    $3, coalesce(t.replay_of, t.id)
  FROM taken t JOIN unnest($2::uuid[], $4::uuid[]) AS s (original, successor)
    ON s.original = t.id
  RETURNING system_id`;

/** The newest delivery of an event to each system. */
export interface LineHead {
  readonly id: string;
  readonly systemId: string;
  readonly generation: number;
  readonly status: DeliveryStatus;
}

/** Locks the newest delivery of each change of an event to each system. */
export async function lockLineHeads(
  tx: Transaction,
  shop: string,
  eventId: string,
): Promise<LineHead[]> {
  const { rows } = await tx.query<LineHead>(
    `SELECT id, system_id AS "systemId", generation, status FROM deliveries
     WHERE event_id = $2::uuid AND shop = $1 AND replayed_at IS NULL ORDER BY id FOR UPDATE`,
    [shop, eventId],
  );
  return rows;
}

/** Gives locked deliveries a successor each, whatever became of them. */
export async function succeedHeads(
  tx: Transaction,
  shop: string,
  ids: readonly string[],
  nowMs: number,
): Promise<void> {
  if (ids.length === 0) return;
  await tx.query(
    `WITH taken AS (
       UPDATE deliveries d SET replayed_at = $3 WHERE d.shop = $1 AND d.id = ANY($2::uuid[])
       RETURNING d.*
     )
     ${successorsOfTaken}`,
    [shop, ids, new Date(nowMs), ids.map(() => uuidv7()), 0],
  );
}

/** Makes automatic retries due now. */
export async function bringForward(
  tx: Transaction,
  ids: readonly string[],
  nowMs: number,
): Promise<void> {
  if (ids.length === 0) return;
  await tx.query(
    "UPDATE deliveries SET next_attempt_at = $2 WHERE id = ANY($1::uuid[]) AND status = 'retrying'",
    [ids, new Date(nowMs)],
  );
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
