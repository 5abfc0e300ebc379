import type { DataDomain } from "#app/data-domains.ts";
import type { Queryable, Transaction } from "#app/db.server.ts";
import type { Sharer } from "./agree-feeds.ts";
import { othersOf, type PlacesRow, placesIn } from "./pool-location-store.ts";
import type { StorePlaces } from "./shown-at.ts";
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

/** Notes what a store is ready to share in its group; false: it is not in it any more. */
export async function setShares(
  tx: Transaction,
  shop: string,
  groupId: string,
  domains: readonly DataDomain[],
): Promise<boolean> {
  const { rows } = await tx.query(
    `UPDATE store_group_members SET shares = $3 WHERE shop = $1 AND group_id = $2
     RETURNING 1 AS one`,
    [shop, groupId, domains],
  );
  return rows.length > 0;
}

/** What each store of a group is ready to share, in the order in which they joined. */
export async function sharersOf(db: Queryable, groupId: string): Promise<Sharer[]> {
  const { rows } = await db.query<Sharer>(
    `SELECT shop, shares FROM store_group_members WHERE group_id = $1 ORDER BY joined_at, shop`,
    [groupId],
  );
  return rows;
}

/** A store of a group, and where it shows what it may sell. */
export interface Member {
  readonly shop: string;
  readonly places: StorePlaces;
}

/** The stores of some groups, by group. */
export async function membersOf(
  db: Queryable,
  groupIds: readonly string[],
): Promise<Map<string, Member[]>> {
  const { rows } = await db.query<PlacesRow & { shop: string; groupId: string }>(
    `SELECT group_id AS "groupId", shop, location_id AS "locationId", ${othersOf("m.shop")} AS others
     FROM store_group_members m WHERE group_id = ANY($1) ORDER BY shop`,
    [groupIds],
  );
  const byGroup = new Map<string, Member[]>();
  for (const { groupId, shop, ...row } of rows)
    byGroup.set(groupId, [...(byGroup.get(groupId) ?? []), { shop, places: placesIn(row) }]);
  return byGroup;
}

/** The system whose word sets a group's pools, or null: nobody's has yet. */
export async function poolOwnerOf(db: Queryable, groupId: string): Promise<string | null> {
  const { rows } = await db.query<{ id: string | null }>(
    "SELECT owner_system_id AS id FROM store_groups WHERE id = $1",
    [groupId],
  );
  return rows[0]?.id ?? null;
}

/** Makes a system the owner of a group's pools. */
export async function setPoolOwner(
  tx: Transaction,
  groupId: string,
  systemId: string,
): Promise<void> {
  await tx.query(
    "UPDATE store_groups SET owner_system_id = $2 WHERE id = $1 AND owner_system_id IS DISTINCT FROM $2",
    [groupId, systemId],
  );
}

/**
 * Notes how long it took to lower a store's stock after a sale elsewhere: a longer time counts at
 * once, a shorter one by and by.
 */
export async function noteLag(db: Queryable, shop: string, lagMs: number): Promise<void> {
  await db.query(
    `UPDATE store_group_members
     SET lag_ms = greatest($2::int, lag_ms + ($2::int - lag_ms) / 20) WHERE shop = $1`,
    [shop, Math.min(Math.max(0, Math.round(lagMs)), longestLagMs)],
  );
}

/** What is later than this was not late but down. */
const longestLagMs = 3_600_000;

/**
 * How long a sale takes to lower the other stores of a group, in milliseconds: as measured lately, or
 * for as long as a write has been under way by now. Null: nothing was measured yet.
 */
export async function lagOfGroup(
  db: Queryable,
  groupId: string,
  nowMs: number,
): Promise<number | null> {
  const { rows } = await db.query<{ measured: number; since: Date | null }>(
    `SELECT max(m.lag_ms) AS measured,
       (SELECT min(l.pending_at) FROM pool_levels l JOIN store_group_members o ON o.shop = l.shop
        WHERE o.group_id = $1 AND l.pending_id IS NOT NULL) AS since
     FROM store_group_members m WHERE m.group_id = $1`,
    [groupId],
  );
  const { measured = 0, since = null } = rows[0] ?? {};
  const underWayMs = since === null ? 0 : nowMs - since.getTime();
  const lagMs = Math.min(Math.max(measured, underWayMs), longestLagMs);
  return lagMs > 0 ? lagMs : null;
}
