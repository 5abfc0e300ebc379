import type { Queryable, Transaction } from "#app/db.server.ts";

/** One action of a person: who did what to what. No secrets, no personal data. */
export interface AuditRecord {
  readonly shop: string;
  /** `user:<id>` from the session token, or `key:<id>` for an API key. */
  readonly actor: string;
  /** Verb and noun, past tense: `dead-letters.replayed`. */
  readonly action: string;
  readonly subject: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** Writes an action down, in the transaction that carries it out. */
export async function recordAudit(tx: Transaction, record: AuditRecord): Promise<void> {
  await tx.query(
    "INSERT INTO audit_entries (shop, actor, action, subject, detail) VALUES ($1, $2, $3, $4, $5)",
    [record.shop, record.actor, record.action, record.subject, JSON.stringify(record.detail ?? {})],
  );
}

/** Actions of before an instant, a few at a time; returns how many went. */
export async function dropOldAudit(
  db: Queryable,
  beforeMs: number,
  limit: number,
): Promise<number> {
  const { rows } = await db.query(
    `DELETE FROM audit_entries WHERE id IN (
       SELECT id FROM audit_entries WHERE at < $1 LIMIT $2)
     RETURNING 1 AS one`,
    [new Date(beforeMs), limit],
  );
  return rows.length;
}

/** Every action in a shop, a few at a time; returns how many went. */
export async function forgetAuditOfShop(
  db: Queryable,
  shop: string,
  limit: number,
): Promise<number> {
  const { rows } = await db.query(
    `DELETE FROM audit_entries WHERE id IN (SELECT id FROM audit_entries WHERE shop = $1 LIMIT $2)
     RETURNING 1 AS one`,
    [shop, limit],
  );
  return rows.length;
}
