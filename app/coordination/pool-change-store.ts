import { validate as isUuid } from "uuid";
import type { Queryable, Transaction } from "#app/db.server.ts";
import type { PoolChangeView } from "./types.ts";

/** How the word of a pool's owner ended. */
export interface SettledChange {
  readonly eventId: string;
  readonly shop: string;
  readonly systemId: string;
  readonly groupId: string;
  readonly sku: string;
  readonly status: PoolChangeView["status"];
  readonly reason: string | null;
  readonly correlationId: string;
  readonly atMs: number;
}

/** Writes down what became of an owner's word, once. */
export async function settleChange(tx: Transaction, change: SettledChange): Promise<void> {
  await tx.query(
    `INSERT INTO pool_changes (event_id, shop, system_id, group_id, sku, status, reason,
       correlation_id, settled_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (event_id) DO NOTHING`,
    [
      change.eventId,
      change.shop,
      change.systemId,
      change.groupId,
      change.sku,
      change.status,
      change.reason,
      change.correlationId,
      new Date(change.atMs),
    ],
  );
}

/** Which of some words were settled already. */
export async function settledAmong(
  db: Queryable,
  eventIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const { rows } = await db.query<{ id: string }>(
    "SELECT event_id AS id FROM pool_changes WHERE event_id = ANY($1::uuid[])",
    [eventIds],
  );
  return new Set(rows.map((row) => row.id));
}

/** What became of the word of a pool's owner; null: it is not settled, or there is none. */
export async function readPoolChange(
  db: Queryable,
  shop: string,
  id: string,
): Promise<PoolChangeView | null> {
  if (!isUuid(id)) return null;
  const { rows } = await db.query<Omit<PoolChangeView, "settledAt"> & { settledAt: Date }>(
    `SELECT status, reason, system_id AS "systemId", settled_at AS "settledAt" FROM pool_changes
     WHERE shop = $1 AND event_id = $2`,
    [shop, id],
  );
  const row = rows[0];
  return row ? { ...row, settledAt: row.settledAt.toISOString() } : null;
}

/** Settled words of before an instant, a few at a time; returns how many went. */
export async function dropOldPoolChanges(
  db: Queryable,
  beforeMs: number,
  limit: number,
): Promise<number> {
  const { rows } = await db.query(
    `DELETE FROM pool_changes WHERE event_id IN (
       SELECT event_id FROM pool_changes WHERE settled_at < $1 LIMIT $2) RETURNING 1 AS one`,
    [new Date(beforeMs), limit],
  );
  return rows.length;
}
