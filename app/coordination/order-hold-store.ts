import { validate as isUuid } from "uuid";
import { firstIdOf, type Queryable, type Transaction } from "#app/db.server.ts";
import type { Vault } from "#app/vault/index.server.ts";
import { openReference, type ParticipantRow, participantsSql } from "./hold-store.ts";
import type { OrderHoldStatus, OrderHoldView, SilencePolicy } from "./types.ts";

/** An order's hold as it is stored, with who has to agree. */
export interface OrderHoldRow {
  readonly id: string;
  readonly shop: string;
  readonly orderId: string;
  readonly rule: string;
  /** The order's name, sealed; null: not read yet. */
  readonly reference: Uint8Array | null;
  readonly status: OrderHoldStatus;
  readonly reason: string | null;
  /** What has to be done in Shopify: place, release; placed, none: nothing. */
  readonly step: "place" | "placed" | "release" | "none";
  /** False: it has to be read first whether the rule is about the order. */
  readonly weighed: boolean;
  readonly told: boolean;
  /** Fulfillment orders that were there when it was last placed. */
  readonly placedOn: readonly string[];
  readonly ttlSeconds: number;
  readonly onSilence: SilencePolicy;
  readonly correlationId: string;
  readonly traceparent: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly decidedAt: Date | null;
  readonly participants: readonly ParticipantRow[];
}

const columns = `h.id, h.shop, h.order_id AS "orderId", h.rule, h.reference, h.status, h.reason, h.step,
  h.weighed, h.told, h.placed_on AS "placedOn", h.ttl_seconds AS "ttlSeconds", h.on_silence AS "onSilence",
  h.correlation_id AS "correlationId", h.traceparent, h.created_at AS "createdAt",
  h.expires_at AS "expiresAt", h.decided_at AS "decidedAt",
  ${participantsSql} AS participants`;

/** Whether Shopify keeps the order from being shipped, or is about to. */
export function isKeptBack({ step }: Pick<OrderHoldRow, "step">): boolean {
  return step === "place" || step === "placed";
}

/** An order's hold as others see it. */
export function orderHoldView(vault: Vault, row: OrderHoldRow): OrderHoldView {
  const { id, shop, orderId, rule, status, reason } = row;
  return {
    id,
    shop,
    orderId,
    rule,
    reference: openReference(vault, id, row.reference),
    status,
    reason,
    keptBack: isKeptBack(row),
    participants: row.participants.map(({ systemId, answer, answeredAt }) => ({
      systemId,
      answer,
      answeredAt: answeredAt === null ? null : new Date(answeredAt).toISOString(),
    })),
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    decidedAt: row.decidedAt?.toISOString() ?? null,
  };
}

/** Writes a hold down, once for its order and rule; false: there is one. */
export async function insertOrderHold(
  tx: Transaction,
  hold: Pick<
    OrderHoldRow,
    | "id"
    | "shop"
    | "orderId"
    | "rule"
    | "weighed"
    | "ttlSeconds"
    | "onSilence"
    | "correlationId"
    | "traceparent"
    | "createdAt"
    | "expiresAt"
    | "participants"
  >,
): Promise<boolean> {
  const { rows } = await tx.query(
    `INSERT INTO order_holds (id, shop, order_id, rule, weighed, ttl_seconds, on_silence,
       correlation_id, traceparent, created_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     ON CONFLICT (shop, order_id, rule) DO NOTHING RETURNING 1 AS one`,
    [
      hold.id,
      hold.shop,
      hold.orderId,
      hold.rule,
      hold.weighed,
      hold.ttlSeconds,
      hold.onSilence,
      hold.correlationId,
      hold.traceparent,
      hold.createdAt,
      hold.expiresAt,
    ],
  );
  if (rows.length === 0) return false;
  await tx.query(
    `INSERT INTO hold_participants (hold_id, system_id, shop)
     SELECT $1, "systemId", shop
     FROM json_to_recordset($2::json) AS r ("systemId" text, shop text)`,
    [hold.id, JSON.stringify(hold.participants)],
  );
  return true;
}

/** An order's hold, or null; nothing is locked. */
export async function findOrderHold(db: Queryable, id: string): Promise<OrderHoldRow | null> {
  if (!isUuid(id)) return null;
  const { rows } = await db.query<OrderHoldRow>(
    `SELECT ${columns} FROM order_holds h WHERE h.id = $1`,
    [id],
  );
  return rows[0] ?? null;
}

/** An order's hold about which nobody else decides meanwhile. */
export async function lockOrderHold(tx: Transaction, id: string): Promise<OrderHoldRow | null> {
  if (!isUuid(id)) return null;
  const { rows } = await tx.query<OrderHoldRow>(
    `SELECT ${columns} FROM order_holds h WHERE h.id = $1 FOR UPDATE OF h`,
    [id],
  );
  return rows[0] ?? null;
}

/** The holds of some orders that keep them from being shipped, locked in one order. */
export async function lockKeptBack(
  tx: Transaction,
  shop: string,
  orderIds: readonly string[],
): Promise<OrderHoldRow[]> {
  if (orderIds.length === 0) return [];
  const { rows } = await tx.query<OrderHoldRow>(
    `SELECT ${columns} FROM order_holds h
     WHERE h.shop = $1 AND h.order_id = ANY($2) AND h.step IN ('place', 'placed')
     ORDER BY h.id FOR UPDATE OF h`,
    [shop, orderIds],
  );
  return rows;
}

/** Ids of the holds that keep some orders from being shipped; nothing is locked. */
export async function keptBackIds(
  tx: Transaction,
  shop: string,
  orderIds: readonly string[],
): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    "SELECT id FROM order_holds WHERE shop = $1 AND order_id = ANY($2) AND step IN ('place', 'placed')",
    [shop, orderIds],
  );
  return rows.map(({ id }) => id);
}

/** Notes that Shopify holds the order, and until when its participants, who are asked now, may answer. */
export async function notePlaced(
  tx: Transaction,
  id: string,
  placed: {
    readonly reference: Uint8Array;
    readonly expiresAt: Date;
    readonly on: readonly string[];
  },
): Promise<void> {
  await tx.query(
    `UPDATE order_holds SET step = 'placed', told = true, reference = $2,
       expires_at = $3, placed_on = $4 WHERE id = $1`,
    [id, placed.reference, placed.expiresAt, placed.on],
  );
}

/** Notes what there is of the order now that Shopify holds all of it; false: the hold is over. */
export async function notePlacedOn(
  db: Queryable,
  id: string,
  fulfillmentOrderIds: readonly string[],
): Promise<boolean> {
  const { rows } = await db.query(
    "UPDATE order_holds SET placed_on = $2 WHERE id = $1 AND step = 'placed' RETURNING 1 AS one",
    [id, fulfillmentOrderIds],
  );
  return rows.length > 0;
}

/** Notes how a locked hold ended, and what Shopify has to be told of it. */
export async function noteEnd(
  tx: Transaction,
  id: string,
  end: {
    readonly status: OrderHoldStatus;
    readonly reason: string | null;
    readonly step: OrderHoldRow["step"];
    readonly atMs: number;
  },
): Promise<void> {
  await tx.query(
    `UPDATE order_holds SET status = $2, reason = $3, step = $4,
       decided_at = coalesce(decided_at, $5) WHERE id = $1`,
    [id, end.status, end.reason, end.step, new Date(end.atMs)],
  );
}

/** Notes that Shopify no longer holds the order for it. */
export async function noteLetGo(db: Queryable, id: string): Promise<void> {
  await db.query("UPDATE order_holds SET step = 'none' WHERE id = $1 AND step = 'release'", [id]);
}

/** Notes that the rule is about the order. */
export async function noteWeighed(db: Queryable, id: string): Promise<void> {
  await db.query("UPDATE order_holds SET weighed = true WHERE id = $1", [id]);
}

/** Takes a hold back that turned out to be about no such order; nobody has heard of it. */
export async function dropUnweighed(db: Queryable, id: string): Promise<void> {
  await db.query(
    `WITH gone AS (DELETE FROM order_holds WHERE id = $1 AND NOT weighed RETURNING id)
     DELETE FROM hold_participants WHERE hold_id IN (SELECT id FROM gone)`,
    [id],
  );
}

/** A page of a store's orders that are held or were, newest first. */
export async function listOrderHolds(
  { db, vault }: { readonly db: Queryable; readonly vault: Vault },
  shop: string,
  page: { readonly limit: number; readonly after?: string | null | undefined },
): Promise<{ items: OrderHoldView[]; next: string | null }> {
  const after = page.after ?? null;
  const { rows } = await db.query<OrderHoldRow>(
    `SELECT ${columns} FROM order_holds h
     WHERE h.shop = $1 AND ($2::uuid IS NULL OR h.id < $2) AND h.weighed
     ORDER BY h.id DESC LIMIT $3`,
    [shop, after !== null && isUuid(after) ? after : null, page.limit + 1],
  );
  const items = rows.slice(0, page.limit).map((row) => orderHoldView(vault, row));
  return { items, next: rows.length > page.limit ? (items.at(-1)?.id ?? null) : null };
}

/** How many orders wait for the merchant's word, counted up to a thousand. */
export async function countUndecided(db: Queryable, shop: string): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM (
       SELECT 1 FROM order_holds WHERE shop = $1 AND step = 'placed' AND status <> 'held' LIMIT 1000
     ) AS undecided`,
    [shop],
  );
  return rows[0]?.count ?? 0;
}

/** Orders whose hold has been over since before an instant, a few at a time; returns how many went. */
export async function dropOldOrderHolds(
  db: Queryable,
  beforeMs: number,
  limit: number,
): Promise<number> {
  const { rows } = await db.query(
    `WITH gone AS (
       DELETE FROM order_holds WHERE id IN (
         SELECT id FROM order_holds WHERE id < $1::uuid AND step = 'none' AND status <> 'held'
         ORDER BY id LIMIT $2) RETURNING id
     ), asked AS (DELETE FROM hold_participants WHERE hold_id IN (SELECT id FROM gone))
     SELECT id FROM gone`,
    [firstIdOf(beforeMs), limit],
  );
  return rows.length;
}

/** A store's rules and its orders' holds, a few at a time; returns how many rows went. */
export async function forgetOrderHoldsOfShop(
  db: Queryable,
  shop: string,
  limit: number,
): Promise<number> {
  const { rows } = await db.query(
    `WITH gone AS (
       DELETE FROM order_holds WHERE id IN (
         SELECT id FROM order_holds WHERE shop = $1 ORDER BY id LIMIT $2) RETURNING id
     ), asked AS (DELETE FROM hold_participants WHERE hold_id IN (SELECT id FROM gone)),
     rules AS (DELETE FROM order_hold_rules WHERE shop = $1 RETURNING 1 AS one)
     SELECT 1 AS one FROM gone UNION ALL SELECT one FROM rules`,
    [shop, limit],
  );
  return rows.length;
}
