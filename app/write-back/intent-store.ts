import type { Queryable, Transaction } from "#app/db.server.ts";
import type { IntentStatus } from "./types.ts";

/** A write as it is stored; `attempt` and `story` are sealed. */
export interface IntentRow {
  readonly id: string;
  readonly event_id: string;
  readonly resource_id: string;
  readonly status: IntentStatus;
  /** Of the attempt under way, or of the last one; 0: none yet. */
  readonly generation: number;
  readonly attempt: Buffer | null;
  readonly attempted_at: Date | null;
  /** The writes that are sent together with this one; null: it is sent alone. */
  readonly batch_id: string | null;
  readonly story: Buffer;
  readonly target_id: string;
  /** Of when the value is. */
  readonly as_of: Date;
}

/** What is written down before anything is asked of Shopify. */
export interface NewIntent {
  readonly id: string;
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

/** Writes intents of a shop down, once per event and resource; returns those there are. */
export async function ensureIntents(
  tx: Transaction,
  shop: string,
  intents: readonly NewIntent[],
  nowMs: number,
): Promise<IntentRow[]> {
  const rows = intents.map(({ resource, asOfMs, story, ...intent }) => ({
    ...intent,
    resourceType: resource.type,
    resourceId: resource.id,
    asOf: new Date(asOfMs).toISOString(),
    story: story.toString("base64"),
  }));
  await tx.query(
    `INSERT INTO write_intents (id, shop, event_id, reason, system_id, domain, resource_type,
       resource_id, target_id, story, correlation_id, traceparent, created_at, fields, as_of)
     SELECT id, $1, "eventId", reason, "systemId", domain, "resourceType", "resourceId",
       "resourceId", decode(story, 'base64'), "correlationId", traceparent, $3,
       ARRAY(SELECT json_array_elements_text(fields)), "asOf"
     FROM json_to_recordset($2::json) AS r (id uuid, "eventId" uuid, reason text, "systemId" text,
       domain text, "resourceType" text, "resourceId" text, story text, "correlationId" text,
       traceparent text, fields json, "asOf" timestamptz)
     ORDER BY "eventId", "resourceId"
     ON CONFLICT (shop, event_id, resource_id) DO NOTHING`,
    [shop, JSON.stringify(rows), new Date(nowMs)],
  );
  const found = await tx.query<IntentRow>(
    `SELECT ${intentColumns} FROM write_intents i
     JOIN json_to_recordset($2::json) AS r ("eventId" uuid, "resourceId" text)
       ON i.event_id = r."eventId" AND i.resource_id = r."resourceId"
     WHERE i.shop = $1`,
    [shop, JSON.stringify(rows.map(({ eventId, resourceId }) => ({ eventId, resourceId })))],
  );
  return found.rows;
}

const intentColumns = `i.id, i.event_id, i.resource_id, i.status, i.generation, i.attempt,
  i.attempted_at, i.batch_id, i.story, i.target_id, i.as_of`;

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

/** Notes which records writes mean; later writes to them are held against these. */
export async function nameTargets(
  tx: Queryable,
  targets: readonly { readonly id: string; readonly targetId: string }[],
): Promise<void> {
  if (targets.length === 0) return;
  await tx.query(
    `UPDATE write_intents i SET target_id = r."targetId"
     FROM json_to_recordset($1::json) AS r (id uuid, "targetId" text)
     WHERE i.id = r.id AND i.target_id <> r."targetId"`,
    [JSON.stringify(targets.map(({ id, targetId }) => ({ id, targetId })))],
  );
}

/**
 * Those of some writes that the owner said something newer about, of the same fields, which was
 * written or is about to be: of a later time, or, for a value Converge puts back, after that was
 * decided (ids ascend with time).
 */
export async function supersededAmong(
  tx: Queryable,
  shop: string,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const newer = `n.shop = i.shop AND n.target_id = i.target_id AND n.id <> i.id
    AND n.reason = 'system_change' AND n.status IN ('pending', 'applied') AND n.fields && i.fields`;
  const { rows } = await tx.query<{ id: string }>(
    `SELECT i.id FROM write_intents i WHERE i.shop = $1 AND i.id = ANY($2::uuid[])
       AND i.reason <> 'pool' AND (EXISTS (SELECT 1 FROM write_intents n WHERE ${newer} AND n.as_of > i.as_of)
         OR (i.reason = 'revert'
           AND EXISTS (SELECT 1 FROM write_intents n WHERE ${newer} AND n.id > i.id)))`,
    [shop, ids],
  );
  return new Set(rows.map((row) => row.id));
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

/** How often Converge put values of some records back since an instant, by record. */
export async function countReverts(
  tx: Queryable,
  shop: string,
  targetIds: readonly string[],
  sinceMs: number,
): Promise<ReadonlyMap<string, number>> {
  if (targetIds.length === 0) return new Map();
  const { rows } = await tx.query<{ target: string; count: number }>(
    `SELECT target_id AS target, count(*)::int AS count FROM write_intents
     WHERE shop = $1 AND target_id = ANY($2) AND reason = 'revert' AND status = 'applied'
       AND as_of > $3
     GROUP BY target_id`,
    [shop, targetIds, new Date(sinceMs)],
  );
  return new Map(rows.map((row) => [row.target, row.count]));
}

/**
 * Ends attempts that led nowhere; the writes stay pending. Returns the ids of those that nobody else
 * ended before.
 */
export async function endAttempts(
  tx: Transaction,
  ends: readonly { readonly id: string; readonly generation: number; readonly story: Buffer }[],
): Promise<string[]> {
  if (ends.length === 0) return [];
  const { rows } = await tx.query<{ id: string }>(
    `UPDATE write_intents i
     SET attempt = NULL, attempted_at = NULL, batch_id = NULL, story = decode(r.story, 'base64')
     FROM json_to_recordset($1::json) AS r (id uuid, generation int, story text)
     WHERE i.id = r.id AND i.status = 'pending' AND i.generation = r.generation
       AND i.attempt IS NOT NULL
     RETURNING i.id`,
    [JSON.stringify(ends.map((end) => ({ ...end, story: end.story.toString("base64") })))],
  );
  return rows.map((row) => row.id);
}

/** Settles pending writes for good; returns the ids of those that were not settled before. */
export async function settleIntents(
  tx: Queryable,
  ids: readonly string[],
  end: {
    readonly status: Exclude<IntentStatus, "pending">;
    readonly outcome: string | null;
    readonly atMs: number;
  },
): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    `UPDATE write_intents SET status = $2, outcome = $3, settled_at = $4
     WHERE id = ANY($1::uuid[]) AND status = 'pending' RETURNING id`,
    [ids, end.status, end.outcome, new Date(end.atMs)],
  );
  return rows.map((row) => row.id);
}

/** Which of some records have a write to Shopify under way. */
export async function writesUnderWay(
  db: Queryable,
  shop: string,
  targetIds: readonly string[],
): Promise<Set<string>> {
  const { rows } = await db.query<{ id: string }>(
    `SELECT DISTINCT target_id AS id FROM write_intents
     WHERE shop = $1 AND target_id = ANY($2::text[]) AND status = 'pending'`,
    [shop, targetIds],
  );
  return new Set(rows.map((row) => row.id));
}
