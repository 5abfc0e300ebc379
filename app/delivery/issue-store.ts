import { v7 as uuidv7 } from "uuid";
import type { Queryable, Transaction } from "#app/db.server.ts";
import type { DeliveryIssue, DeliveryIssueState } from "./types.ts";

/** A delivery that failed for good, with what kind of failure it was. */
export interface Failure {
  readonly resourceId: string;
  readonly fingerprint: string;
  readonly reason: string;
  readonly httpStatus: number | null;
}

/**
 * Files failures of one system under their causes: a new cause opens an issue, a resolved one opens
 * again, an acknowledged or ignored one only counts on.
 */
export async function fileFailures(
  tx: Transaction,
  shop: string,
  systemId: string,
  failures: readonly Failure[],
  nowMs: number,
): Promise<void> {
  if (failures.length === 0) return;
  const rows = failures.map((failure) => ({ ...failure, id: uuidv7() }));
  await tx.query(
    `WITH failures AS (
       SELECT * FROM json_to_recordset($3::json) AS r (id uuid, "resourceId" text, fingerprint text,
         reason text, "httpStatus" int)
     ), filed AS (
       INSERT INTO delivery_issues AS i (id, shop, system_id, fingerprint, state, state_since,
         reason, http_status, count, first_seen_at, last_seen_at)
       SELECT (array_agg(id))[1], $1, $2, fingerprint, 'open', $4::timestamptz, max(reason),
         max("httpStatus"), count(*), $4::timestamptz, $4::timestamptz
       FROM failures GROUP BY fingerprint ORDER BY fingerprint
       ON CONFLICT (system_id, fingerprint) DO UPDATE SET
         count = i.count + excluded.count, last_seen_at = excluded.last_seen_at,
         reason = excluded.reason, http_status = excluded.http_status,
         state = CASE WHEN i.state = 'resolved' THEN 'open' ELSE i.state END,
         state_since = CASE WHEN i.state = 'resolved' THEN excluded.state_since
                       ELSE i.state_since END
       RETURNING id, fingerprint
     )
     INSERT INTO delivery_issue_resources (system_id, resource_id, issue_id)
     SELECT DISTINCT $2, f."resourceId", filed.id
     FROM failures f JOIN filed ON filed.fingerprint = f.fingerprint
     ON CONFLICT DO NOTHING`,
    [shop, systemId, JSON.stringify(rows), new Date(nowMs)],
  );
}

/** Of issues that got shorter: resolves those nothing is left of. An ignored one stays ignored. */
export async function resolveEmptied(
  tx: Transaction,
  issueIds: readonly string[],
  nowMs: number,
): Promise<void> {
  if (issueIds.length === 0) return;
  await tx.query(
    `UPDATE delivery_issues i SET state = 'resolved', state_since = $2
     WHERE i.id = ANY($1::uuid[]) AND i.state IN ('open', 'acknowledged')
       AND NOT EXISTS (SELECT 1 FROM delivery_issue_resources r WHERE r.issue_id = i.id)`,
    [issueIds, new Date(nowMs)],
  );
}

/**
 * Takes discarded dead letters off the issues they stood in, unless another dead letter of the same
 * resource is still there; returns the issues that got shorter.
 */
export async function forgetDiscarded(
  tx: Transaction,
  discarded: readonly { readonly systemId: string; readonly resourceId: string }[],
): Promise<string[]> {
  if (discarded.length === 0) return [];
  const { rows } = await tx.query<{ issue_id: string }>(
    `DELETE FROM delivery_issue_resources r
     USING json_to_recordset($1::json) AS d ("systemId" text, "resourceId" text)
     WHERE r.system_id = d."systemId" AND r.resource_id = d."resourceId"
       AND NOT EXISTS (
         SELECT 1 FROM deliveries o
         WHERE o.system_id = r.system_id AND o.resource_id = r.resource_id
           AND o.status = 'dead' AND o.replayed_at IS NULL)
     RETURNING r.issue_id`,
    [JSON.stringify(discarded)],
  );
  return [...new Set(rows.map((row) => row.issue_id))];
}

/** Where a list of issues goes on: behind this one. */
export interface IssueCursor {
  readonly lastSeenMs: number;
  readonly id: string;
}

/** Issues of a shop in the given states, the most recently seen first. */
export async function issuesOf(
  db: Queryable,
  shop: string,
  options: {
    readonly states: readonly DeliveryIssueState[];
    readonly systemId: string | undefined;
    readonly cursor: IssueCursor | null;
    readonly limit: number;
  },
): Promise<DeliveryIssue[]> {
  const { states, systemId, cursor, limit } = options;
  const { rows } = await db.query<IssueRow>(
    `SELECT i.*, (SELECT count(*)::int FROM delivery_issue_resources r WHERE r.issue_id = i.id)
       AS resources
     FROM delivery_issues i
     WHERE shop = $1 AND state = ANY($2::text[]) AND ($4::text IS NULL OR system_id = $4)
       AND ($5::timestamptz IS NULL OR (last_seen_at, id) < ($5, $6::uuid))
     ORDER BY last_seen_at DESC, id DESC LIMIT $3`,
    [
      shop,
      states,
      limit,
      systemId ?? null,
      cursor ? new Date(cursor.lastSeenMs) : null,
      cursor?.id ?? null,
    ],
  );
  return rows.map(toIssue);
}

/** Sets the state a person chose; null when the shop has no such issue or it cannot go there from where it is. */
export async function setIssueState(
  tx: Transaction,
  shop: string,
  id: string,
  change: { readonly from: readonly DeliveryIssueState[]; readonly to: DeliveryIssueState },
  nowMs: number,
): Promise<DeliveryIssue | null> {
  const { rows } = await tx.query<IssueRow>(
    `UPDATE delivery_issues i SET state = $4, state_since = $5
     WHERE shop = $1 AND id = $2::uuid AND state = ANY($3::text[])
     RETURNING i.*, (SELECT count(*)::int FROM delivery_issue_resources r WHERE r.issue_id = i.id)
       AS resources`,
    [shop, id, change.from, change.to, new Date(nowMs)],
  );
  return rows[0] ? toIssue(rows[0]) : null;
}

/** One issue as it is. Null when the shop has no such issue. */
export async function issueOf(
  db: Queryable,
  shop: string,
  id: string,
): Promise<DeliveryIssue | null> {
  const { rows } = await db.query<IssueRow>(
    `SELECT i.*, (SELECT count(*)::int FROM delivery_issue_resources r WHERE r.issue_id = i.id)
       AS resources
     FROM delivery_issues i WHERE shop = $1 AND id = $2::uuid`,
    [shop, id],
  );
  return rows[0] ? toIssue(rows[0]) : null;
}

interface IssueRow {
  id: string;
  system_id: string;
  fingerprint: string;
  state: DeliveryIssueState;
  state_since: Date;
  reason: string;
  http_status: number | null;
  count: number;
  resources: number;
  first_seen_at: Date;
  last_seen_at: Date;
}

function toIssue(row: IssueRow): DeliveryIssue {
  return {
    id: row.id,
    systemId: row.system_id,
    cause: row.fingerprint,
    state: row.state,
    stateSince: row.state_since.toISOString(),
    reason: row.reason,
    httpStatus: row.http_status,
    count: row.count,
    resources: row.resources,
    firstSeenAt: row.first_seen_at.toISOString(),
    lastSeenAt: row.last_seen_at.toISOString(),
  };
}
