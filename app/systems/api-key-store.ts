import { createHash, randomBytes } from "node:crypto";
import type { Queryable, Transaction } from "#app/db.server.ts";

/** Who a key belongs to. */
export interface KeyHolder {
  readonly shop: string;
  readonly systemId: string;
}

/** 32 random bytes need no salt and no slow hash: there is nothing to guess. */
function hashOf(key: string): Buffer {
  return createHash("sha256").update(key).digest();
}

/** Makes an API key for a system. It is in this answer and nowhere else: only its hash is kept. */
export async function createApiKey(
  tx: Transaction,
  holder: KeyHolder,
  nowMs: number,
): Promise<string> {
  const key = `cvk_${randomBytes(32).toString("base64url")}`;
  await tx.query(
    "INSERT INTO api_keys (hash, shop, system_id, created_at) VALUES ($1, $2, $3, $4)",
    [hashOf(key), holder.shop, holder.systemId, new Date(nowMs)],
  );
  return key;
}

/** Whose key this is; null when it is nobody's, or was revoked. */
export async function holderOf(db: Queryable, key: string): Promise<KeyHolder | null> {
  const { rows } = await db.query<KeyHolder>(
    `SELECT shop, system_id AS "systemId" FROM api_keys WHERE hash = $1 AND revoked_at IS NULL`,
    [hashOf(key)],
  );
  return rows[0] ?? null;
}

/** Revokes every key of a system. */
export async function revokeKeysOf(
  tx: Transaction,
  systemId: string,
  nowMs: number,
): Promise<void> {
  await tx.query(
    "UPDATE api_keys SET revoked_at = $2 WHERE system_id = $1 AND revoked_at IS NULL",
    [systemId, new Date(nowMs)],
  );
}
