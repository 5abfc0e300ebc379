import type { Queryable } from "#app/db.server.ts";
import { keyOfResource } from "./snapshot-key.ts";

/**
 * Erases what full states and comparisons hold of some records. That a system has a record stays
 * known (it would be reported as missing), what it says does not. Returns how many rows changed.
 */
export async function eraseReconciled(
  db: Queryable,
  shop: string,
  ids: readonly string[],
): Promise<number> {
  const { rows: told } = await db.query(
    `UPDATE snapshot_rows r SET fields = NULL FROM snapshots s
     WHERE s.id = r.snapshot_id AND s.shop = $1 AND r.key = ANY($2::text[])
       AND r.fields IS NOT NULL RETURNING 1 AS one`,
    [shop, ids.map(keyOfResource)],
  );
  const { rows: found } = await db.query(
    `UPDATE reconciliation_findings f SET detail = NULL FROM reconciliations c
     WHERE c.id = f.run_id AND c.shop = $1 AND f.key = ANY($2::text[])
       AND f.detail IS NOT NULL RETURNING 1 AS one`,
    [shop, [...ids, ...ids.map(keyOfResource)]],
  );
  const { rows: staged } = await db.query(
    `DELETE FROM reconciliation_rows r USING reconciliations c
     WHERE c.id = r.run_id AND c.shop = $1 AND r.id = ANY($2::text[]) RETURNING 1 AS one`,
    [shop, ids],
  );
  return told.length + found.length + staged.length;
}
