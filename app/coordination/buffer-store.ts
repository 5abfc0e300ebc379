import { createHash } from "node:crypto";
import type { Queryable, Transaction } from "#app/db.server.ts";
import type { BufferMode, BufferRule, PeakWindow } from "./types.ts";

interface Row {
  readonly groupId: string;
  readonly sku: string;
  readonly mode: BufferMode;
  readonly value: number;
  readonly peakWindows: PeakWindow[];
  readonly floor: number | null;
  readonly priority: number | null;
  readonly shop: string | null;
  readonly locationId: string | null;
  readonly collectionId: string | null;
  readonly activeFrom: Date | null;
  readonly activeUntil: Date | null;
}

/** The buffer rules of some groups, by group, in the order they were given. */
export async function readBuffers(
  db: Queryable,
  groupIds: readonly string[],
): Promise<Map<string, BufferRule[]>> {
  const { rows } = await db.query<Row>(
    `SELECT group_id AS "groupId", sku, mode, value, peak_windows AS "peakWindows", floor, priority,
       shop, location_id AS "locationId", collection_id AS "collectionId",
       active_from AS "activeFrom", active_until AS "activeUntil"
     FROM inventory_buffers WHERE group_id = ANY($1) ORDER BY group_id, position`,
    [groupIds],
  );
  const byGroup = new Map<string, BufferRule[]>();
  for (const row of rows)
    byGroup.set(row.groupId, [...(byGroup.get(row.groupId) ?? []), ruleOf(row)]);
  return byGroup;
}

/** Tells rules from all others: whoever edits them can see that somebody else did meanwhile. Pure. */
export function editionOf(rules: readonly BufferRule[]): string {
  return createHash("sha256").update(JSON.stringify(rules)).digest("base64url");
}

/** What was never said stays unsaid. Windows that were kept as they were written are told like newer ones. */
function ruleOf({ groupId, sku, mode, value, ...rest }: Row): BufferRule {
  const { peakWindows: kept, activeFrom, activeUntil, ...others } = rest;
  const peakWindows = kept.map(({ from, to, factor }) => ({
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    factor,
  }));
  const said = Object.entries({
    ...others,
    activeFrom: activeFrom?.toISOString() ?? null,
    activeUntil: activeUntil?.toISOString() ?? null,
  }).filter(([, given]) => given !== null);
  const always = { groupId, sku: sku === "" ? null : sku, mode, value, peakWindows };
  return { ...always, ...(Object.fromEntries(said) as Partial<BufferRule>) };
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
    `INSERT INTO inventory_buffers (group_id, sku, position, mode, value, peak_windows, floor,
       priority, shop, location_id, collection_id, active_from, active_until)
     SELECT $1, sku, position, mode, value, "peakWindows", floor,
       priority, shop, "locationId", "collectionId", "activeFrom", "activeUntil"
     FROM json_to_recordset($2::json)
       AS r (sku text, position int, mode text, value float8, "peakWindows" jsonb, floor int,
         priority int, shop text, "locationId" text, "collectionId" text,
         "activeFrom" timestamptz, "activeUntil" timestamptz)`,
    [groupId, JSON.stringify(rows)],
  );
}

/** The rules that are only about a store go with it. */
export async function dropBuffersOf(tx: Transaction, shop: string): Promise<void> {
  await tx.query("DELETE FROM inventory_buffers WHERE shop = $1", [shop]);
}

/**
 * The groups in which what is kept back moves with time: by measured lag and sales, by peaks, or
 * because a rule begins or ends.
 */
export async function groupsWithMovingBuffers(db: Queryable): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `SELECT DISTINCT group_id AS id FROM inventory_buffers
     WHERE mode = 'auto' OR peak_windows <> '[]'::jsonb
       OR active_from IS NOT NULL OR active_until IS NOT NULL`,
  );
  return rows.map((row) => row.id);
}
