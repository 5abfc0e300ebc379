import type { Queryable, Transaction } from "#app/db.server.ts";
import type { StoreGroupView } from "./types.ts";

interface GroupRow {
  readonly id: string;
  readonly name: string;
  readonly shops: string[];
  readonly createdAt: Date;
}

const groupOfMember = `
  SELECT g.id, g.name, g.created_at AS "createdAt",
    ARRAY(SELECT m.shop FROM store_group_members m WHERE m.group_id = g.id
          ORDER BY m.joined_at, m.shop) AS shops
  FROM store_groups g JOIN store_group_members mine ON mine.group_id = g.id
  WHERE mine.shop = $1`;

/** The group a store is in, or null. */
export async function groupOf(db: Queryable, shop: string): Promise<StoreGroupView | null> {
  const { rows } = await db.query<GroupRow>(groupOfMember, [shop]);
  const row = rows[0];
  return row ? { ...row, createdAt: row.createdAt.toISOString() } : null;
}

/** Writes a new group down, without members. */
export async function insertGroup(
  tx: Transaction,
  group: { readonly id: string; readonly name: string; readonly atMs: number },
): Promise<void> {
  await tx.query("INSERT INTO store_groups (id, name, created_at) VALUES ($1, $2, $3)", [
    group.id,
    group.name,
    new Date(group.atMs),
  ]);
}

/** Makes a store a member; false when it is in a group already. */
export async function insertMember(
  tx: Transaction,
  member: {
    readonly shop: string;
    readonly groupId: string;
    readonly locationId: string | null;
    readonly atMs: number;
  },
): Promise<boolean> {
  const { rows } = await tx.query(
    `INSERT INTO store_group_members (shop, group_id, location_id, joined_at)
     VALUES ($1, $2, $3, $4) ON CONFLICT (shop) DO NOTHING RETURNING 1 AS one`,
    [member.shop, member.groupId, member.locationId, new Date(member.atMs)],
  );
  return rows.length > 0;
}

/**
 * Takes a group until the transaction ends, so that nobody joins what is being dissolved. False: it
 * is gone.
 */
export async function lockGroup(tx: Transaction, groupId: string): Promise<boolean> {
  const { rows } = await tx.query("SELECT 1 AS one FROM store_groups WHERE id = $1 FOR UPDATE", [
    groupId,
  ]);
  return rows.length > 0;
}

/** Takes a store out of its group; an empty group goes with its last member. Returns which it was. */
export async function removeMember(tx: Transaction, shop: string): Promise<string | null> {
  const { rows } = await tx.query<{ id: string }>(
    "DELETE FROM store_group_members WHERE shop = $1 RETURNING group_id AS id",
    [shop],
  );
  const groupId = rows[0]?.id ?? null;
  if (groupId !== null)
    await tx.query(
      `DELETE FROM store_groups g WHERE id = $1
         AND NOT EXISTS (SELECT 1 FROM store_group_members WHERE group_id = g.id)`,
      [groupId],
    );
  return groupId;
}
