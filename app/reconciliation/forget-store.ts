import { firstIdOf, type Queryable } from "#app/db.server.ts";

/** What belongs to a comparison or a full state goes before it does. */
const statements = [
  `DELETE FROM snapshot_rows WHERE ctid = ANY(ARRAY(SELECT r.ctid FROM snapshot_rows r
     JOIN snapshots s ON s.id = r.snapshot_id WHERE s.shop = $1 LIMIT $2)) RETURNING 1 AS one`,
  `DELETE FROM reconciliation_rows WHERE ctid = ANY(ARRAY(SELECT r.ctid FROM reconciliation_rows r
     JOIN reconciliations c ON c.id = r.run_id WHERE c.shop = $1 LIMIT $2)) RETURNING 1 AS one`,
  `DELETE FROM reconciliation_findings WHERE ctid = ANY(ARRAY(SELECT f.ctid
     FROM reconciliation_findings f JOIN reconciliations c ON c.id = f.run_id
     WHERE c.shop = $1 LIMIT $2)) RETURNING 1 AS one`,
  `DELETE FROM snapshots WHERE id IN (SELECT id FROM snapshots WHERE shop = $1 LIMIT $2)
   RETURNING 1 AS one`,
  `DELETE FROM reconciliations WHERE id IN (SELECT id FROM reconciliations WHERE shop = $1 LIMIT $2)
   RETURNING 1 AS one`,
];

/** Every comparison and full state of a shop, a few rows at a time; returns how many went. */
export async function forgetReconciliationsOfShop(
  db: Queryable,
  shop: string,
  limit: number,
): Promise<number> {
  for (const statement of statements) {
    const { rows } = await db.query(statement, [shop, limit]);
    if (rows.length > 0) return rows.length;
  }
  return 0;
}

/**
 * Comparisons that were begun before an instant and are over, with what they found, a few rows at a
 * time; returns how many went. The oldest stand first in the index: nothing newer is looked at.
 */
export async function dropOldRuns(db: Queryable, beforeMs: number, limit: number): Promise<number> {
  const old = `SELECT id FROM reconciliations WHERE id < $1::uuid AND status <> 'running'`;
  const { rows: findings } = await db.query(
    `DELETE FROM reconciliation_findings WHERE ctid = ANY(ARRAY(
       SELECT f.ctid FROM (${old}) c JOIN reconciliation_findings f ON f.run_id = c.id LIMIT $2))
     RETURNING 1 AS one`,
    [firstIdOf(beforeMs), limit],
  );
  if (findings.length > 0) return findings.length;
  const { rows: runs } = await db.query(
    `DELETE FROM reconciliations WHERE id IN (${old} ORDER BY id LIMIT $2) RETURNING 1 AS one`,
    [firstIdOf(beforeMs), limit],
  );
  return runs.length;
}
