import type { Queryable } from "#app/db.server.ts";
import type { FindingKind, FindingSide, FindingState } from "./types.ts";

/** A difference the comparison met, before it is looked at again. */
export interface Suspicion {
  readonly key: string;
  readonly side: FindingSide;
  readonly kind: FindingKind;
  readonly resourceId: string | null;
  readonly sku: string | null;
  readonly locationId: string | null;
}

/** A difference as it is stored; `detail` is sealed. */
export interface FindingRow extends Suspicion {
  readonly state: FindingState;
  readonly detail: Buffer | null;
  readonly settledAt: Date | null;
}

const columns = `key, side, kind, resource_id AS "resourceId", sku, location_id AS "locationId",
  state, detail, settled_at AS "settledAt"`;

/** What the detail of a difference is sealed for. */
export function findingPurpose(runId: string, side: string, key: string): string {
  return `finding:${runId}:${side}:${key}`;
}

/** Writes suspicions down, once each. */
export async function addSuspicions(
  db: Queryable,
  runId: string,
  found: readonly Suspicion[],
): Promise<void> {
  if (found.length === 0) return;
  await db.query(
    `INSERT INTO reconciliation_findings (run_id, key, side, kind, resource_id, sku, location_id)
     SELECT $1, key, side, kind, "resourceId", sku, "locationId"
     FROM json_to_recordset($2::json) AS r (key text, side text, kind text, "resourceId" text,
       sku text, "locationId" text)
     ON CONFLICT DO NOTHING`,
    [runId, JSON.stringify(found)],
  );
}

/** Suspicions nobody has looked into yet: the mirror's first, since repairing it repairs systems. */
export async function nextSuspicions(
  db: Queryable,
  runId: string,
  limit: number,
): Promise<FindingRow[]> {
  const { rows } = await db.query<FindingRow>(
    `SELECT ${columns} FROM reconciliation_findings
     WHERE run_id = $1 AND state = 'suspected' ORDER BY side, key LIMIT $2`,
    [runId, limit],
  );
  return rows;
}

/** What became of a suspicion. */
export interface Verdict {
  readonly key: string;
  readonly side: FindingSide;
  readonly state: Exclude<FindingState, "suspected">;
  readonly field: string | null;
  /** RFC 3339. */
  readonly changedAt: string | null;
  readonly detail: Buffer | null;
}

/** Writes verdicts down. */
export async function settleFindings(
  db: Queryable,
  runId: string,
  verdicts: readonly Verdict[],
  atMs: number,
): Promise<void> {
  if (verdicts.length === 0) return;
  await db.query(
    `UPDATE reconciliation_findings f
     SET state = r.state, field = r.field, changed_at = r."changedAt",
       detail = decode(r.detail, 'base64'), settled_at = $3
     FROM json_to_recordset($2::json) AS r (key text, side text, state text, field text,
       "changedAt" timestamptz, detail text)
     WHERE f.run_id = $1 AND f.side = r.side AND f.key = r.key`,
    [
      runId,
      JSON.stringify(
        verdicts.map((one) => ({ ...one, detail: one.detail?.toString("base64") ?? null })),
      ),
      new Date(atMs),
    ],
  );
}

/**
 * Differences of a comparison, a page at a time; those that were none are left out, and those not
 * looked at again yet or on their way to an end too where only what counts is asked for.
 */
export async function selectFindings(
  db: Queryable,
  runId: string,
  page: {
    readonly limit: number;
    readonly after: { side: string; key: string } | null;
    readonly counted?: boolean;
  },
): Promise<FindingRow[]> {
  const { rows } = await db.query<FindingRow>(
    `SELECT ${columns} FROM reconciliation_findings
     WHERE run_id = $1 AND state <> 'gone' AND NOT ($5 AND state IN ('in_flight', 'suspected'))
       AND ($2::text IS NULL OR (side, key) > ($2, $3))
     ORDER BY side, key LIMIT $4`,
    [runId, page.after?.side ?? null, page.after?.key ?? "", page.limit, page.counted === true],
  );
  return rows;
}

/** Differences of a comparison by what they are and what became of them. */
export async function countFindings(
  db: Queryable,
  runId: string,
): Promise<{ side: FindingSide; kind: FindingKind; state: FindingState; count: number }[]> {
  const { rows } = await db.query<{
    side: FindingSide;
    kind: FindingKind;
    state: FindingState;
    count: number;
  }>(
    `SELECT side, kind, state, count(*)::int AS count FROM reconciliation_findings
     WHERE run_id = $1 GROUP BY side, kind, state`,
    [runId],
  );
  return rows;
}

/**
 * Which of some records, or SKUs (as `sku MUG`), a system still differs in by this comparison,
 * counted or on their way.
 */
export async function differingRecords(
  db: Queryable,
  runId: string,
  ids: readonly string[],
  skus: readonly string[],
): Promise<Set<string>> {
  const { rows } = await db.query<{ resource_id: string | null; sku: string | null }>(
    `SELECT resource_id, sku FROM reconciliation_findings
     WHERE run_id = $1 AND side = 'system' AND state <> 'gone'
       AND (resource_id = ANY($2::text[]) OR sku = ANY($3::text[]))`,
    [runId, ids, skus],
  );
  return new Set(
    rows.flatMap((row) => [
      ...(row.resource_id === null ? [] : [row.resource_id]),
      ...(row.sku === null ? [] : [`sku ${row.sku}`]),
    ]),
  );
}

/** Which of some records the mirror had missed by this comparison. */
export async function repairedHere(
  db: Queryable,
  runId: string,
  ids: readonly string[],
): Promise<Set<string>> {
  const { rows } = await db.query<{ key: string }>(
    `SELECT key FROM reconciliation_findings
     WHERE run_id = $1 AND side = 'mirror' AND key = ANY($2::text[]) AND state IN ('repaired', 'open')`,
    [runId, ids],
  );
  return new Set(rows.map((row) => row.key));
}

/** Differences of a system that are alike and whose records changed in the same quarter of an hour. */
export interface AlikeRow {
  readonly system: string;
  readonly kind: FindingKind;
  readonly field: string | null;
  /** Null: Shopify has no record that could have changed. */
  readonly quarter: Date | null;
  readonly count: number;
}

/**
 * What differs in which systems and since when, over some comparisons; at most 20,000 differences are
 * looked at. By the quarter of an hour, since the hours of some time zones begin at one.
 */
export async function countAlike(db: Queryable, runIds: readonly string[]): Promise<AlikeRow[]> {
  const { rows } = await db.query<AlikeRow>(
    `SELECT c.system, f.kind, f.field, date_bin('15 minutes', f.changed_at, 'epoch') AS quarter,
       count(*)::int AS count
     FROM (SELECT run_id, kind, field, changed_at FROM reconciliation_findings
           WHERE run_id = ANY($1::uuid[]) AND state IN ('repaired', 'open') LIMIT 20000) f
     JOIN reconciliations c ON c.id = f.run_id
     GROUP BY c.system, f.kind, f.field, quarter`,
    [runIds],
  );
  return rows;
}
