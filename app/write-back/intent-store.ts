import { validate as isUuid } from "uuid";
import type { Queryable, Transaction } from "#app/db.server.ts";
import type { IntentStatus, IntentView } from "./types.ts";

/** A write as it is stored; `attempt` and `story` are sealed. */
export interface IntentRow {
  readonly id: string;
  readonly status: IntentStatus;
  /** Of the attempt under way, or of the last one; 0: none yet. */
  readonly generation: number;
  readonly attempt: Buffer | null;
  readonly attempted_at: Date | null;
  readonly story: Buffer;
  readonly target_id: string;
  /** Of when the value is. */
  readonly as_of: Date;
  readonly created_at: Date;
}

/** What is written down before anything is asked of Shopify. */
export interface NewIntent {
  readonly id: string;
  readonly shop: string;
  readonly eventId: string;
  readonly reason: string;
  readonly systemId: string | null;
  readonly domain: string;
  readonly resource: { readonly type: string; readonly id: string };
  /** What it sets. */
  readonly fields: readonly string[];
  readonly asOfMs: number;
  readonly story: Buffer;
  readonly correlationId: string;
  readonly traceparent: string;
}

/** Writes an intent down, once per event and resource; returns the one there is. */
export async function ensureIntent(
  tx: Transaction,
  intent: NewIntent,
  nowMs: number,
): Promise<IntentRow> {
  await tx.query(
    `INSERT INTO write_intents (id, shop, event_id, reason, system_id, domain, resource_type,
       resource_id, target_id, story, correlation_id, traceparent, created_at, fields, as_of)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9, $10, $11, $12, $13, $14)
     ON CONFLICT (shop, event_id, resource_id) DO NOTHING`,
    [
      intent.id,
      intent.shop,
      intent.eventId,
      intent.reason,
      intent.systemId,
      intent.domain,
      intent.resource.type,
      intent.resource.id,
      intent.story,
      intent.correlationId,
      intent.traceparent,
      new Date(nowMs),
      intent.fields,
      new Date(intent.asOfMs),
    ],
  );
  const { rows } = await tx.query<IntentRow>(
    `SELECT id, status, generation, attempt, attempted_at, story, target_id, as_of, created_at
     FROM write_intents WHERE shop = $1 AND event_id = $2 AND resource_id = $3`,
    [intent.shop, intent.eventId, intent.resource.id],
  );
  const [row] = rows;
  if (!row) throw new Error("a write was neither inserted nor found");
  return row;
}

/**
 * Begins the next generation of a pending write, before it is sent; false when another run of the
 * same job was faster.
 */
export async function beginAttempt(
  tx: Transaction,
  id: string,
  next: { readonly generation: number; readonly attempt: Buffer; readonly atMs: number },
): Promise<boolean> {
  const { rows } = await tx.query(
    `UPDATE write_intents SET generation = $2, attempt = $3, attempted_at = $4
     WHERE id = $1 AND status = 'pending' AND generation = $2 - 1 AND attempt IS NULL
     RETURNING 1 AS one`,
    [id, next.generation, next.attempt, new Date(next.atMs)],
  );
  return rows.length > 0;
}

/** Notes which record a write means; later writes to it are held against this one. */
export async function nameTarget(tx: Queryable, id: string, targetId: string): Promise<void> {
  await tx.query("UPDATE write_intents SET target_id = $2 WHERE id = $1", [id, targetId]);
}

/**
 * Whether the owner said something newer of the same fields, which was written or is about to be: of
 * a later time, or, for a value Converge puts back, after that was decided.
 */
export async function isSuperseded(
  tx: Queryable,
  shop: string,
  { id, as_of, created_at }: IntentRow,
  write: {
    readonly targetId: string;
    readonly fields: readonly string[];
    readonly reason: string;
  },
): Promise<boolean> {
  const { rows } = await tx.query(
    `SELECT 1 AS one FROM write_intents
     WHERE shop = $1 AND target_id = $2 AND id <> $3 AND reason = 'system_change'
       AND status IN ('pending', 'applied') AND fields && $4::text[]
       AND (as_of > $5 OR ($6 AND created_at > $7))
     LIMIT 1`,
    [shop, write.targetId, id, write.fields, as_of, write.reason === "revert", created_at],
  );
  return rows.length > 0;
}

/**
 * Takes a record for this write until the transaction ends. False: another write to it is on its way
 * to Shopify since `sinceMs`, and may arrive at any moment.
 */
export async function takeTarget(
  tx: Transaction,
  shop: string,
  { id }: IntentRow,
  targetId: string,
  sinceMs: number,
): Promise<boolean> {
  await tx.query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [
    `write:${shop}:${targetId}`,
  ]);
  const { rows } = await tx.query(
    `SELECT 1 AS one FROM write_intents
     WHERE shop = $1 AND target_id = $2 AND id <> $3 AND status = 'pending'
       AND attempt IS NOT NULL AND attempted_at > $4
     LIMIT 1`,
    [shop, targetId, id, new Date(sinceMs)],
  );
  return rows.length === 0;
}

/** How often Converge put a value of this record back since an instant. */
export async function countReverts(
  tx: Queryable,
  shop: string,
  targetId: string,
  sinceMs: number,
): Promise<number> {
  const { rows } = await tx.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM write_intents
     WHERE shop = $1 AND target_id = $2 AND reason = 'revert' AND status = 'applied'
       AND created_at > $3`,
    [shop, targetId, new Date(sinceMs)],
  );
  return rows[0]?.count ?? 0;
}

/** Ends an attempt that led nowhere; the write stays pending. False: somebody else ended it. */
export async function endAttempt(
  tx: Transaction,
  id: string,
  generation: number,
  story: Buffer,
): Promise<boolean> {
  const { rows } = await tx.query(
    `UPDATE write_intents SET attempt = NULL, attempted_at = NULL, story = $3
     WHERE id = $1 AND status = 'pending' AND generation = $2 AND attempt IS NOT NULL
     RETURNING 1 AS one`,
    [id, generation, story],
  );
  return rows.length > 0;
}

/** Settles a pending write for good; false when it was settled before. */
export async function settleIntent(
  tx: Queryable,
  id: string,
  end: {
    readonly status: Exclude<IntentStatus, "pending">;
    readonly outcome: string | null;
    readonly atMs: number;
  },
): Promise<boolean> {
  const { rows } = await tx.query(
    `UPDATE write_intents SET status = $2, outcome = $3, settled_at = $4
     WHERE id = $1 AND status = 'pending' RETURNING 1 AS one`,
    [id, end.status, end.outcome, new Date(end.atMs)],
  );
  return rows.length > 0;
}

type ViewRow = Omit<IntentView, "createdAt" | "settledAt"> & {
  readonly createdAt: Date;
  readonly settledAt: Date | null;
};

const viewColumns = `id, status, outcome AS reason, system_id AS "systemId",
  resource_id AS "resourceId", correlation_id AS "correlationId", created_at AS "createdAt",
  settled_at AS "settledAt"`;

function toView(row: ViewRow): IntentView {
  const settledAt = row.settledAt?.toISOString() ?? null;
  return { ...row, createdAt: row.createdAt.toISOString(), settledAt };
}

/** The write a system's change led to, or null. */
export async function getIntentOf(
  db: Queryable,
  shop: string,
  eventId: string,
): Promise<IntentView | null> {
  if (!isUuid(eventId)) return null;
  const { rows } = await db.query<ViewRow>(
    `SELECT ${viewColumns} FROM write_intents WHERE shop = $1 AND event_id = $2`,
    [shop, eventId],
  );
  return rows[0] ? toView(rows[0]) : null;
}

/** The newest writes to a resource. */
export async function intentsOf(
  db: Queryable,
  shop: string,
  resourceId: string,
  limit: number,
): Promise<IntentView[]> {
  const { rows } = await db.query<ViewRow>(
    `SELECT ${viewColumns} FROM write_intents WHERE shop = $1 AND resource_id = $2
     ORDER BY id DESC LIMIT $3`,
    [shop, resourceId, limit],
  );
  return rows.map(toView);
}
