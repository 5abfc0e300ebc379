import type { Queryable, Transaction } from "#app/db.server.ts";
import type { BufferMode, BufferRule, PeakWindow } from "./types.ts";

interface Row {
  readonly groupId: string;
  readonly sku: string;
  readonly mode: BufferMode;
  readonly value: number;
  readonly peakWindows: PeakWindow[];
}

/** The buffer rules of some groups, by group, in the order they were given. */
export async function readBuffers(
  db: Queryable,
  groupIds: readonly string[],
): Promise<Map<string, BufferRule[]>> {
  const { rows } = await db.query<Row>(
    `SELECT group_id AS "groupId", sku, mode, value, peak_windows AS "peakWindows"
     FROM inventory_buffers WHERE group_id = ANY($1) ORDER BY group_id, position`,
    [groupIds],
  );
  const byGroup = new Map<string, BufferRule[]>();
  for (const row of rows) {
    const rule = { ...row, sku: row.sku === "" ? null : row.sku };
    byGroup.set(row.groupId, [...(byGroup.get(row.groupId) ?? []), rule]);
  }
  return byGroup;
}

/** Replaces the rules of a group, all at once. The group is locked by the caller. */
export async function writeBuffers(
  tx: Transaction,
  groupId: string,
  rules: readonly BufferRule[],
): Promise<void> {
  await tx.query("DELETE FROM inventory_buffers WHERE group_id = $1", [groupId]);
  const rows = rules.map((rule, position) => ({ ...rule, sku: rule.sku ?? "", position }));
  await tx.query(
    `INSERT INTO inventory_buffers (group_id, sku, position, mode, value, peak_windows)
     SELECT $1, sku, position, mode, value, "peakWindows"
     FROM json_to_recordset($2::json)
       AS r (sku text, position int, mode text, value float8, "peakWindows" jsonb)`,
    [groupId, JSON.stringify(rows)],
  );
}

/** The groups in which what is kept back moves with time: by measured lag and sales, or by peaks. */
export async function groupsWithMovingBuffers(db: Queryable): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `SELECT DISTINCT group_id AS id FROM inventory_buffers
     WHERE mode = 'auto' OR peak_windows <> '[]'::jsonb`,
  );
  return rows.map((row) => row.id);
}
