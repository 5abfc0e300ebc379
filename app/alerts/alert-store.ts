import { v7 as uuidv7 } from "uuid";
import type { DataDomain } from "#app/data-domains.ts";
import type { Queryable, Transaction } from "#app/db.server.ts";
import { describeAlert } from "./describe-alert.ts";
import type { Finding } from "./finding.ts";
import type { IncidentPlan, StandingAlert } from "./plan-incidents.ts";
import type {
  AlertDetail,
  AlertKind,
  AlertState,
  AlertView,
  CloseReason,
  Severity,
} from "./types.ts";

interface Row {
  id: string;
  kind: AlertKind;
  subject: string;
  domain: DataDomain | null;
  system_id: string | null;
  state: AlertState;
  severity: Severity;
  level: number;
  detail: AlertDetail;
  opened_at: Date;
  last_seen_at: Date;
  acknowledged_at: Date | null;
  snoozed_until: Date | null;
  closed_at: Date | null;
  closed_because: CloseReason | null;
}

/** The alerts of some kinds that are not closed, locked: nobody else moves them until the end of the transaction. */
export async function lockStanding(
  tx: Transaction,
  shop: string,
  kinds: readonly AlertKind[],
): Promise<StandingAlert[]> {
  const { rows } = await tx.query<Row>(
    `SELECT * FROM alerts WHERE shop = $1 AND state <> 'closed' AND kind = ANY($2)
     ORDER BY id FOR UPDATE`,
    [shop, kinds],
  );
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    subject: row.subject,
    state: row.state === "acknowledged" ? "acknowledged" : "open",
    level: row.level,
    lastSeenMs: row.last_seen_at.getTime(),
    snoozedUntilMs: row.snoozed_until?.getTime() ?? null,
  }));
}

/** Opens alerts; where one of the same kind and subject stands already, that one goes on. Returns the new. */
export async function insertAlerts(
  tx: Transaction,
  shop: string,
  findings: readonly Finding[],
  nowMs: number,
): Promise<Pick<Row, "id" | "kind" | "severity">[]> {
  if (findings.length === 0) return [];
  const { rows } = await tx.query<Pick<Row, "id" | "kind" | "severity">>(
    `INSERT INTO alerts (id, shop, kind, subject, domain, system_id, severity, level, detail,
       opened_at, last_seen_at)
     SELECT id, $1, kind, subject, domain, "systemId", severity, level, detail, $3, $3
     FROM json_to_recordset($2::json) AS r (id uuid, kind text, subject text, domain text,
       "systemId" text, severity text, level int, detail jsonb)
     ON CONFLICT (shop, kind, subject) WHERE state <> 'closed' DO NOTHING
     RETURNING id, kind, severity`,
    [
      shop,
      JSON.stringify(findings.map((finding) => ({ ...finding, id: uuidv7({ msecs: nowMs }) }))),
      new Date(nowMs),
    ],
  );
  return rows;
}

/** Writes down what alerts that go on look like now. */
export async function updateSeen(
  tx: Transaction,
  seen: IncidentPlan["seen"],
  nowMs: number,
): Promise<void> {
  if (seen.length === 0) return;
  const rows = seen.map(({ alert, finding, state, snoozedUntilMs }) => ({
    id: alert.id,
    state,
    severity: finding.severity,
    level: finding.level,
    detail: finding.detail,
    snoozed_until: snoozedUntilMs === null ? null : new Date(snoozedUntilMs).toISOString(),
  }));
  await tx.query(
    `UPDATE alerts a SET state = r.state, severity = r.severity, detail = r.detail,
       level = greatest(a.level, r.level), snoozed_until = r.snoozed_until, last_seen_at = $2
     FROM json_to_recordset($1::json) AS r (id uuid, state text, severity text, level int,
       detail jsonb, snoozed_until timestamptz)
     WHERE a.id = r.id`,
    [JSON.stringify(rows), new Date(nowMs)],
  );
}

/** Closes alerts. */
export async function closeAlerts(
  tx: Transaction,
  closed: IncidentPlan["closed"],
  nowMs: number,
): Promise<void> {
  if (closed.length === 0) return;
  const rows = closed.map(({ alert, because }) => ({ id: alert.id, because }));
  await tx.query(
    `UPDATE alerts a SET state = 'closed', closed_at = $2, closed_because = r.because,
       snoozed_until = NULL
     FROM json_to_recordset($1::json) AS r (id uuid, because text) WHERE a.id = r.id`,
    [JSON.stringify(rows), new Date(nowMs)],
  );
}

/** Which alerts a list shows. */
export interface AlertFilter {
  /** Unset: all. */
  readonly states?: readonly AlertState[] | undefined;
  readonly kind?: AlertKind | undefined;
}

/** Alerts of a shop, the newest first; `after`: the id of the last one of the page before. */
export async function selectAlerts(
  db: Queryable,
  shop: string,
  { states, kind }: AlertFilter,
  limit: number,
  after: string | undefined,
): Promise<AlertView[]> {
  const { rows } = await db.query<Row>(
    `SELECT * FROM alerts
     WHERE shop = $1 AND ($2::text[] IS NULL OR state = ANY($2)) AND ($3::text IS NULL OR kind = $3)
       AND ($4::uuid IS NULL OR id < $4)
     ORDER BY id DESC LIMIT $5`,
    [shop, states ?? null, kind ?? null, after ?? null, limit],
  );
  return rows.map(toView);
}

/** The alerts of a shop that are not over, at most `limit`, what is critical first, then the newest. */
export async function standingAlerts(
  db: Queryable,
  shop: string,
  limit: number,
): Promise<AlertView[]> {
  const { rows } = await db.query<Row>(
    `SELECT * FROM alerts WHERE shop = $1 AND state <> 'closed'
     ORDER BY (severity = 'critical') DESC, id DESC LIMIT $2`,
    [shop, limit],
  );
  return rows.map(toView);
}

/** Alerts by their ids. */
export async function alertsByIds(db: Queryable, ids: readonly string[]): Promise<AlertView[]> {
  const { rows } = await db.query<Row>("SELECT * FROM alerts WHERE id = ANY($1::uuid[])", [ids]);
  return rows.map(toView);
}

/** One alert of a shop, locked until the end of the transaction; null when there is none. */
export async function lockAlert(
  tx: Transaction,
  shop: string,
  id: string,
): Promise<AlertView | null> {
  const { rows } = await tx.query<Row>(
    "SELECT * FROM alerts WHERE shop = $1 AND id = $2::uuid FOR UPDATE",
    [shop, id],
  );
  return rows[0] ? toView(rows[0]) : null;
}

/** Writes down that somebody looks after an alert, or will not be reminded of it until then. */
export async function markAlert(
  tx: Transaction,
  id: string,
  mark: { readonly acknowledgedAtMs: number | null; readonly snoozedUntilMs: number | null },
): Promise<AlertView> {
  const at = (ms: number | null) => (ms === null ? null : new Date(ms));
  const { rows } = await tx.query<Row>(
    `UPDATE alerts SET state = CASE WHEN $2::timestamptz IS NULL THEN 'open' ELSE 'acknowledged' END,
       acknowledged_at = coalesce($2, acknowledged_at), snoozed_until = $3
     WHERE id = $1 RETURNING *`,
    [id, at(mark.acknowledgedAtMs), at(mark.snoozedUntilMs)],
  );
  return toView(rows[0] as Row);
}

function toView(row: Row): AlertView {
  const { kind, subject, domain, system_id: systemId, detail } = row;
  return {
    id: row.id,
    kind,
    domain,
    system: systemId,
    state: row.state,
    severity: row.severity,
    ...describeAlert({ kind, subject, domain, systemId, detail }),
    openedAt: row.opened_at.toISOString(),
    lastSeenAt: row.last_seen_at.toISOString(),
    acknowledgedAt: row.acknowledged_at?.toISOString() ?? null,
    snoozedUntil: row.snoozed_until?.toISOString() ?? null,
    closedAt: row.closed_at?.toISOString() ?? null,
    closedBecause: row.closed_because,
  };
}
