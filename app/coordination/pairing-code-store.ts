import { createHash } from "node:crypto";
import type { Queryable, Transaction } from "#app/db.server.ts";

/** 50 random bits that live for minutes need no salt and no slow hash. */
function hashOf(code: string): Buffer {
  return createHash("sha256").update(code).digest();
}

/** Keeps a code's hash; the code itself is nowhere. */
export async function insertCode(
  tx: Transaction,
  code: {
    readonly code: string;
    readonly shop: string;
    readonly groupId: string;
    readonly expiresAtMs: number;
  },
): Promise<void> {
  await tx.query(
    "INSERT INTO pairing_codes (hash, shop, group_id, expires_at) VALUES ($1, $2, $3, $4)",
    [hashOf(code.code), code.shop, code.groupId, new Date(code.expiresAtMs)],
  );
}

/** Uses a code up; null when it is none, was used, or is too old. Of two at once one gets it. */
export async function useCode(
  tx: Transaction,
  code: string,
  atMs: number,
): Promise<{ readonly groupId: string; readonly shop: string } | null> {
  const { rows } = await tx.query<{ groupId: string; shop: string }>(
    `UPDATE pairing_codes SET used_at = $2
     WHERE hash = $1 AND used_at IS NULL AND expires_at > $2
     RETURNING group_id AS "groupId", shop`,
    [hashOf(code), new Date(atMs)],
  );
  return rows[0] ?? null;
}

/** Codes nobody can use any more, a few at a time; returns how many went. */
export async function dropOldCodes(
  db: Queryable,
  beforeMs: number,
  limit: number,
): Promise<number> {
  const { rows } = await db.query(
    `DELETE FROM pairing_codes WHERE hash IN (
       SELECT hash FROM pairing_codes WHERE expires_at < $1 LIMIT $2) RETURNING 1 AS one`,
    [new Date(beforeMs), limit],
  );
  return rows.length;
}

/** Ends the codes a store made: who leaves invites nobody any more. */
export async function revokeCodes(db: Queryable, shop: string): Promise<number> {
  const { rows } = await db.query("DELETE FROM pairing_codes WHERE shop = $1 RETURNING 1 AS one", [
    shop,
  ]);
  return rows.length;
}
