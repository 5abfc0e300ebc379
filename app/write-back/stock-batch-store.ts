import type { Queryable, Transaction } from "#app/db.server.ts";

/** One row of a batch as it is stored; `attempt` and `story` are sealed. */
export interface BatchMember {
  readonly id: string;
  readonly resource_id: string;
  readonly generation: number;
  readonly attempt: Buffer;
  readonly attempted_at: Date;
  readonly story: Buffer;
}

/** Takes records until the transaction ends: nobody else decides about writes to them meanwhile. */
export async function lockTargets(
  tx: Transaction,
  shop: string,
  targetIds: readonly string[],
): Promise<void> {
  await tx.query(
    `SELECT pg_advisory_xact_lock(key)
     FROM (SELECT DISTINCT hashtextextended('write:' || $1 || ':' || target, 0) AS key
           FROM unnest($2::text[]) AS target ORDER BY key) AS ordered`,
    [shop, targetIds],
  );
}

/**
 * Those of some records that other writes are on their way to, or arrived at since `sinceMs`: what
 * was read of them at that time may not hold any more.
 */
export async function busyTargets(
  tx: Queryable,
  shop: string,
  targetIds: readonly string[],
  sinceMs: number,
): Promise<ReadonlySet<string>> {
  const { rows } = await tx.query<{ target: string }>(
    `SELECT DISTINCT target_id AS target FROM write_intents
     WHERE shop = $1 AND target_id = ANY($2)
       AND ((status = 'pending' AND attempt IS NOT NULL) OR (status = 'applied' AND settled_at >= $3))`,
    [shop, targetIds, new Date(sinceMs)],
  );
  return new Set(rows.map((row) => row.target));
}

/**
 * Puts the next generation of pending writes on record as one batch, before it is sent. Returns the
 * ids of those that nobody else had begun: they are the batch.
 */
export async function beginBatch(
  tx: Transaction,
  batchId: string,
  rows: readonly { readonly id: string; readonly generation: number; readonly attempt: Buffer }[],
  atMs: number,
): Promise<ReadonlySet<string>> {
  const { rows: begun } = await tx.query<{ id: string }>(
    `UPDATE write_intents i
     SET generation = r.generation, attempt = decode(r.attempt, 'base64'), attempted_at = $3,
       batch_id = $1
     FROM json_to_recordset($2::json) AS r (id uuid, generation int, attempt text)
     WHERE i.id = r.id AND i.status = 'pending' AND i.generation = r.generation - 1
       AND i.attempt IS NULL
     RETURNING i.id`,
    [
      batchId,
      JSON.stringify(rows.map((row) => ({ ...row, attempt: row.attempt.toString("base64") }))),
      new Date(atMs),
    ],
  );
  return new Set(begun.map((row) => row.id));
}

/** The rows of a batch that waits for its end, always in one order: the key stands for it. */
export async function batchMembers(db: Queryable, batchId: string): Promise<BatchMember[]> {
  const { rows } = await db.query<BatchMember>(
    `SELECT id, resource_id, generation, attempt, attempted_at, story FROM write_intents
     WHERE batch_id = $1 AND status = 'pending' AND attempt IS NOT NULL ORDER BY id`,
    [batchId],
  );
  return rows;
}

/**
 * Locks a batch whose end is to be written down. False: somebody else has done that, or has begun
 * another one with some of its rows.
 */
export async function lockBatch(
  tx: Transaction,
  batchId: string,
  ids: readonly string[],
): Promise<boolean> {
  const { rows } = await tx.query<{ id: string }>(
    `SELECT id FROM write_intents
     WHERE batch_id = $1 AND status = 'pending' AND attempt IS NOT NULL ORDER BY id FOR UPDATE`,
    [batchId],
  );
  return rows.length === ids.length && rows.every((row, index) => row.id === ids[index]);
}

/** Sends rows again under another key, unchanged: what kept them was not theirs. */
export async function moveToBatch(
  tx: Transaction,
  batchId: string,
  ids: readonly string[],
  atMs: number,
): Promise<void> {
  if (ids.length === 0) return;
  await tx.query(
    `UPDATE write_intents SET batch_id = $1, attempted_at = $3 WHERE id = ANY($2::uuid[])`,
    [batchId, ids, new Date(atMs)],
  );
}
