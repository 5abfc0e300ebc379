import type { Queryable, Transaction } from "#app/db.server.ts";

/** A change that a pass found before any webhook told of it. Times in epoch milliseconds. */
export interface FoundMissing {
  readonly topic: string;
  readonly resource: { readonly type: string; readonly id: string };
  readonly version: string;
  readonly versionAtMs: number;
  /** By our clock. */
  readonly changedAtMs: number;
  readonly foundAtMs: number;
  /** When it counts as missed unless its webhook has come, by our clock. */
  readonly dueAtMs: number;
}

/** Enters what was found; what is entered already stays as it is. */
export async function enterMissing(
  tx: Queryable,
  shop: string,
  found: readonly FoundMissing[],
): Promise<void> {
  if (found.length === 0) return;
  const rows = found.map((row) => ({
    topic: row.topic,
    resource_type: row.resource.type,
    resource_id: row.resource.id,
    version: row.version,
    version_at: new Date(row.versionAtMs).toISOString(),
    changed_at: new Date(row.changedAtMs).toISOString(),
    found_at: new Date(row.foundAtMs).toISOString(),
    check_at: new Date(row.dueAtMs).toISOString(),
  }));
  await tx.query(
    `INSERT INTO missed_webhooks (shop, topic, resource_type, resource_id, version, version_at,
       changed_at, found_at, state, checks, check_at)
     SELECT $1, topic, resource_type, resource_id, version, version_at, changed_at, found_at,
       'waiting', 0, check_at
     FROM json_to_recordset($2::json) AS r (topic text, resource_type text, resource_id text,
       version text, version_at timestamptz, changed_at timestamptz, found_at timestamptz,
       check_at timestamptz)
     ON CONFLICT DO NOTHING`,
    [shop, JSON.stringify(rows)],
  );
}

/** An entry whose webhook has to be looked for. */
export interface LedgerEntry {
  readonly shop: string;
  readonly topic: string;
  readonly resourceId: string;
  readonly versionAtMs: number;
  readonly changedAtMs: number;
  readonly foundAtMs: number;
  /** waiting, missed */
  readonly state: string;
  readonly checks: number;
}

/** Takes entries that are due, of any shop, and locks them until the transaction ends. */
export async function takeDueEntries(
  tx: Transaction,
  nowMs: number,
  most: number,
): Promise<LedgerEntry[]> {
  const { rows } = await tx.query<{
    shop: string;
    topic: string;
    resource_id: string;
    version_at: Date;
    changed_at: Date;
    found_at: Date;
    state: string;
    checks: number;
  }>(
    `SELECT shop, topic, resource_id, version_at, changed_at, found_at, state, checks
     FROM missed_webhooks WHERE check_at <= $1
     ORDER BY check_at LIMIT $2 FOR UPDATE SKIP LOCKED`,
    [new Date(nowMs), most],
  );
  return rows.map((row) => ({
    shop: row.shop,
    topic: row.topic,
    resourceId: row.resource_id,
    versionAtMs: row.version_at.getTime(),
    changedAtMs: row.changed_at.getTime(),
    foundAtMs: row.found_at.getTime(),
    state: row.state,
    checks: row.checks,
  }));
}

/** What became of an entry. `checkAtMs` null: nobody looks again. */
export interface EntryVerdict {
  readonly entry: LedgerEntry;
  readonly state: "missed" | "late";
  readonly checkAtMs: number | null;
  readonly webhookAtMs: number | null;
}

/** Writes verdicts on locked entries. */
export async function settleEntries(
  tx: Transaction,
  verdicts: readonly EntryVerdict[],
): Promise<void> {
  const instant = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
  const rows = verdicts.map(({ entry, state, checkAtMs, webhookAtMs }) => ({
    shop: entry.shop,
    resource_id: entry.resourceId,
    version_at: instant(entry.versionAtMs),
    state,
    check_at: instant(checkAtMs),
    webhook_at: instant(webhookAtMs),
  }));
  await tx.query(
    `UPDATE missed_webhooks m SET state = r.state, checks = m.checks + 1, check_at = r.check_at,
       webhook_at = r.webhook_at
     FROM json_to_recordset($1::json) AS r (shop text, resource_id text, version_at timestamptz,
       state text, check_at timestamptz, webhook_at timestamptz)
     WHERE m.shop = r.shop AND m.resource_id = r.resource_id AND m.version_at = r.version_at`,
    [JSON.stringify(rows)],
  );
}

/** Entries kept for people to look at, once nobody looks for their webhook any more. */
const keptMs = 30 * 24 * 3600 * 1000;

/** Forgets what is long settled. */
export async function forgetOldEntries(db: Queryable, nowMs: number): Promise<void> {
  await db.query("DELETE FROM missed_webhooks WHERE check_at IS NULL AND found_at < $1", [
    new Date(nowMs - keptMs),
  ]);
}

/** The last webhooks that were missed, for a person. */
export interface MissedWebhook {
  readonly topic: string;
  readonly resourceType: string;
  readonly resourceId: string;
  readonly state: string;
  readonly changedAt: Date;
  readonly foundAt: Date;
  readonly webhookAt: Date | null;
}

/** Newest first. */
export async function readMissed(
  db: Queryable,
  shop: string,
  most: number,
): Promise<MissedWebhook[]> {
  const { rows } = await db.query<MissedWebhook>(
    `SELECT topic, resource_type AS "resourceType", resource_id AS "resourceId", state,
       changed_at AS "changedAt", found_at AS "foundAt", webhook_at AS "webhookAt"
     FROM missed_webhooks WHERE shop = $1 ORDER BY found_at DESC LIMIT $2`,
    [shop, most],
  );
  return rows;
}
