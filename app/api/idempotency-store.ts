import type { Queryable } from "#app/db.server.ts";

/** A request that may come again. */
export interface RepeatableRequest {
  readonly shop: string;
  readonly caller: string;
  readonly key: string;
  readonly fingerprint: Buffer;
}

/** What is known of an earlier request with the same key. */
export interface EarlierRequest {
  readonly fingerprint: Buffer;
  /** Null while it is being worked on. */
  readonly status: number | null;
  /** Sealed. */
  readonly answer: Buffer | null;
}

/** Keys are kept for 24 hours. A request whose process died is given up after a minute. */
const staleSql = `created_at < $1::timestamptz - interval '24 hours'
  OR (status IS NULL AND created_at < $1::timestamptz - interval '1 minute')`;

/** Takes a key; or says what is known of the request that has it. */
export async function takeKey(
  db: Queryable,
  request: RepeatableRequest,
  nowMs: number,
): Promise<EarlierRequest | null> {
  const now = new Date(nowMs);
  const { shop, caller, key } = request;
  await db.query(
    `DELETE FROM api_idempotency WHERE shop = $2 AND caller = $3 AND key = $4 AND (${staleSql})`,
    [now, shop, caller, key],
  );
  const taken = await db.query(
    `INSERT INTO api_idempotency (shop, caller, key, fingerprint, created_at)
     VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING RETURNING 1 AS one`,
    [shop, caller, key, request.fingerprint, now],
  );
  if (taken.rows.length > 0) return null;
  const { rows } = await db.query<EarlierRequest>(
    `SELECT fingerprint, status, answer FROM api_idempotency
     WHERE shop = $1 AND caller = $2 AND key = $3`,
    [shop, caller, key],
  );
  // Given up by its holder in this very moment: as if it were still being worked on.
  return rows[0] ?? { fingerprint: request.fingerprint, status: null, answer: null };
}

/** Keeps the answer to a request for those that come again. */
export async function keepAnswer(
  db: Queryable,
  { shop, caller, key }: RepeatableRequest,
  answer: { readonly status: number; readonly sealed: Buffer },
): Promise<void> {
  await db.query(
    `UPDATE api_idempotency SET status = $4, answer = $5
     WHERE shop = $1 AND caller = $2 AND key = $3`,
    [shop, caller, key, answer.status, answer.sealed],
  );
}

/** Gives a key back: what it was for did not happen. */
export async function giveKeyBack(
  db: Queryable,
  { shop, caller, key }: RepeatableRequest,
): Promise<void> {
  await db.query("DELETE FROM api_idempotency WHERE shop = $1 AND caller = $2 AND key = $3", [
    shop,
    caller,
    key,
  ]);
}

/** Forgets keys whose time is over, a few at a time; returns how many went. */
export async function dropOldKeys(db: Queryable, nowMs: number, limit: number): Promise<number> {
  const { rows } = await db.query(
    `DELETE FROM api_idempotency WHERE ctid IN (
       SELECT ctid FROM api_idempotency
       WHERE created_at < $1::timestamptz - interval '24 hours' LIMIT $2)
     RETURNING 1 AS one`,
    [new Date(nowMs), limit],
  );
  return rows.length;
}

/** Forgets every key used in a shop, a few at a time; returns how many went. */
export async function forgetKeysOfShop(
  db: Queryable,
  shop: string,
  limit: number,
): Promise<number> {
  const { rows } = await db.query(
    `DELETE FROM api_idempotency WHERE ctid IN (
       SELECT ctid FROM api_idempotency WHERE shop = $1 LIMIT $2)
     RETURNING 1 AS one`,
    [shop, limit],
  );
  return rows.length;
}
