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
       resource_id, story, correlation_id, traceparent, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
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
    ],
  );
  const { rows } = await tx.query<IntentRow>(
    `SELECT id, status, generation, attempt, attempted_at, story FROM write_intents
     WHERE shop = $1 AND event_id = $2 AND resource_id = $3`,
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

/** One write of a shop, or null. */
export async function getIntent(
  db: Queryable,
  shop: string,
  id: string,
): Promise<IntentView | null> {
  if (!isUuid(id)) return null;
  const { rows } = await db.query<ViewRow>(
    `SELECT ${viewColumns} FROM write_intents WHERE shop = $1 AND id = $2`,
    [shop, id],
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
