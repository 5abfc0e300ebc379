import type { Queryable } from "#app/db.server.ts";
import type { PrivacyRequestView } from "./types.ts";

/** The law gives thirty days. https://shopify.dev/docs/apps/build/compliance/privacy-law-compliance */
const dueMs = 30 * 24 * 3_600_000;

/** What stands in place of a customer who is known by e-mail alone. */
const nobody = "";

/** A request about to be written down. Times in epoch milliseconds. */
export interface NewRequest {
  readonly id: string;
  readonly shop: string;
  readonly kind: PrivacyRequestView["kind"];
  /** Null: known by e-mail alone, and nobody here has it (yet). */
  readonly customerId: string | null;
  readonly orderIds: readonly string[];
  readonly receivedAtMs: number;
}

/** Writes a request down, once; whom it is about may become known later. */
export async function insertRequest(db: Queryable, request: NewRequest): Promise<void> {
  await db.query(
    `INSERT INTO privacy_requests (id, shop, kind, customer_id, order_ids, received_at)
     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO UPDATE SET
       customer_id = excluded.customer_id, order_ids = excluded.order_ids`,
    [
      request.id,
      request.shop,
      request.kind,
      request.customerId ?? nobody,
      request.orderIds,
      new Date(request.receivedAtMs),
    ],
  );
}

/** Notes that a request is done; false when it was before. */
export async function finishRequest(
  db: Queryable,
  shop: string,
  id: string,
  atMs: number,
): Promise<boolean> {
  const { rows } = await db.query(
    `UPDATE privacy_requests SET done_at = $3
     WHERE shop = $1 AND id = $2 AND done_at IS NULL RETURNING 1 AS one`,
    [shop, id, new Date(atMs)],
  );
  return rows.length > 0;
}

interface Row {
  id: string;
  kind: PrivacyRequestView["kind"];
  customer_id: string;
  order_ids: string[];
  received_at: Date;
  done_at: Date | null;
}

/** The newest requests of a shop. */
export async function listRequests(
  db: Queryable,
  shop: string,
  limit: number,
): Promise<PrivacyRequestView[]> {
  const { rows } = await db.query<Row>(
    "SELECT * FROM privacy_requests WHERE shop = $1 ORDER BY id DESC LIMIT $2",
    [shop, limit],
  );
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    customerId: row.customer_id === nobody ? null : row.customer_id,
    orders: row.order_ids.length,
    receivedAt: row.received_at.toISOString(),
    dueAt: new Date(row.received_at.getTime() + dueMs).toISOString(),
    doneAt: row.done_at?.toISOString() ?? null,
  }));
}

/** Whom a request is about. */
export interface RequestSubject {
  /** Null: known by e-mail alone. */
  readonly customerId: string | null;
  readonly orderIds: readonly string[];
  readonly receivedAtMs: number;
}

/** Whom a request of one kind is about; null when the shop has no such request. */
export async function subjectOf(
  db: Queryable,
  shop: string,
  id: string,
  kind: PrivacyRequestView["kind"],
): Promise<RequestSubject | null> {
  const { rows } = await db.query<Row>(
    "SELECT * FROM privacy_requests WHERE shop = $1 AND id::text = $2 AND kind = $3",
    [shop, id, kind],
  );
  const [row] = rows;
  if (!row) return null;
  const { customer_id: customerId, order_ids: orderIds, received_at: receivedAt } = row;
  return {
    customerId: customerId === nobody ? null : customerId,
    orderIds,
    receivedAtMs: receivedAt.getTime(),
  };
}

/** Requests that were done before an instant, a few at a time; returns how many went. */
export async function dropOldRequests(
  db: Queryable,
  beforeMs: number,
  limit: number,
): Promise<number> {
  const { rows } = await db.query(
    `DELETE FROM privacy_requests WHERE id IN (
       SELECT id FROM privacy_requests WHERE done_at < $1 LIMIT $2) RETURNING 1 AS one`,
    [new Date(beforeMs), limit],
  );
  return rows.length;
}

/** Every request of a shop's customers, a few at a time; returns how many went. */
export async function forgetRequestsOfShop(
  db: Queryable,
  shop: string,
  limit: number,
): Promise<number> {
  const { rows } = await db.query(
    `DELETE FROM privacy_requests WHERE id IN (
       SELECT id FROM privacy_requests WHERE shop = $1 LIMIT $2) RETURNING 1 AS one`,
    [shop, limit],
  );
  return rows.length;
}
