import type { Queryable, Transaction } from "#app/db.server.ts";
import type { StorePlaces } from "./shown-at.ts";
import { defaultPoolLocation, whereMost } from "./types.ts";

/** A place where a group keeps stock. */
export interface PoolLocation {
  readonly id: string;
  readonly name: string;
}

/** The pool locations of a group, the default one first, then in the order in which they were added. */
export async function poolLocationsOf(db: Queryable, groupId: string): Promise<PoolLocation[]> {
  const { rows } = await db.query<PoolLocation>(
    `SELECT $2 AS id, coalesce(l.name, g.name) AS name, '-infinity'::timestamptz AS since
     FROM store_groups g LEFT JOIN pool_locations l ON l.group_id = g.id AND l.id = $2
     WHERE g.id = $1
     UNION ALL
     SELECT id, name, created_at FROM pool_locations WHERE group_id = $1 AND id <> $2
     ORDER BY since, id`,
    [groupId, defaultPoolLocation],
  );
  return rows.map(({ id, name }) => ({ id, name }));
}

/** What to say to somebody who named a pool location that is none of these. Pure. */
export function unknownPlace(known: readonly PoolLocation[]): string {
  const names = known.map(({ id, name }) => `${id} (${name})`).join(", ");
  return `The group has no such pool location. Use the id of one of these: ${names}.`;
}

/**
 * Writes down what a pool location is called: a new one, or one that is there, of which the default one
 * gets its row with its first name. The group is locked by the caller, who has looked at the names.
 */
export async function namePoolLocation(
  tx: Transaction,
  groupId: string,
  location: PoolLocation,
  atMs: number,
): Promise<void> {
  await tx.query(
    `INSERT INTO pool_locations (group_id, id, name, created_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT (group_id, id) DO UPDATE SET name = excluded.name`,
    [groupId, location.id, location.name, new Date(atMs)],
  );
}

/** How a pool location is named among those of all groups. */
export function placeKey(groupId: string, poolLocationId: string): string {
  return `${groupId} ${poolLocationId}`;
}

/**
 * The pool locations of some groups, by `placeKey`; none of them is removed until the transaction
 * ends. The default ones are always there. Locks come before those of pools.
 */
export async function keepPoolLocations(
  tx: Transaction,
  groupIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const { rows } = await tx.query<{ groupId: string; id: string }>(
    `SELECT group_id AS "groupId", id FROM pool_locations WHERE group_id = ANY($1)
     ORDER BY group_id, id FOR KEY SHARE`,
    [groupIds],
  );
  return new Set([
    ...groupIds.map((groupId) => placeKey(groupId, defaultPoolLocation)),
    ...rows.map(({ groupId, id }) => placeKey(groupId, id)),
  ]);
}

/** Takes a pool location until the transaction ends, to remove it; false: there is none. */
export async function lockPoolLocation(
  tx: Transaction,
  groupId: string,
  id: string,
): Promise<boolean> {
  const { rows } = await tx.query(
    "SELECT 1 AS one FROM pool_locations WHERE group_id = $1 AND id = $2 FOR UPDATE",
    [groupId, id],
  );
  return rows.length > 0;
}

/** What stands in the way of removing a pool location. */
export interface InUse {
  /** Stores that show its pools somewhere. */
  readonly shops: readonly string[];
  /** Stores whose stock levels still show one of its pools. */
  readonly leaving: readonly string[];
  /** Articles of which it has units, or owes some. */
  readonly articles: number;
}

/** Locks the pools of a locked pool location, and tells what it is still used for. */
export async function usesOfPoolLocation(
  tx: Transaction,
  groupId: string,
  id: string,
): Promise<InUse> {
  const { rows: pools } = await tx.query<{ id: string; empty: boolean }>(
    `SELECT id, quantity = 0 AND held = 0 AS empty FROM pools
     WHERE group_id = $1 AND pool_location_id = $2 ORDER BY id FOR UPDATE`,
    [groupId, id],
  );
  const { rows: maps } = await tx.query<{ shop: string }>(
    "SELECT shop FROM pool_location_maps WHERE pool_location_id = $1 ORDER BY shop",
    [id],
  );
  const { rows: levels } = await tx.query<{ shop: string }>(
    "SELECT DISTINCT shop FROM pool_levels WHERE pool_id = ANY($1::uuid[]) ORDER BY shop",
    [pools.map((pool) => pool.id)],
  );
  return {
    shops: maps.map(({ shop }) => shop),
    leaving: levels.map(({ shop }) => shop),
    articles: pools.filter(({ empty }) => !empty).length,
  };
}

/** Removes a pool location of which nothing is left; its ledgers go with time, like any without a pool. */
export async function deletePoolLocation(
  tx: Transaction,
  groupId: string,
  id: string,
): Promise<void> {
  await tx.query(
    `WITH gone AS (
       DELETE FROM pools WHERE group_id = $1 AND pool_location_id = $2 RETURNING id
     ), links AS (DELETE FROM pool_links k USING gone WHERE k.pool_id = gone.id)
     DELETE FROM pool_locations WHERE group_id = $1 AND id = $2`,
    [groupId, id],
  );
}

/** Where a store shows the pools of each pool location; null: it is in no group. */
export async function placesOf(db: Queryable, shop: string): Promise<StorePlaces | null> {
  const { rows } = await db.query<PlacesRow>(
    `SELECT location_id AS "locationId", ${othersOf("m.shop")} AS others
     FROM store_group_members m WHERE shop = $1`,
    [shop],
  );
  return rows[0] === undefined ? null : placesIn(rows[0]);
}

/** What is stored of where a store shows pools. */
export interface PlacesRow {
  /** Of the default pool location: null: where there is most; '': nowhere. */
  readonly locationId: string | null;
  /** Of the others, by pool location. */
  readonly others: Readonly<Record<string, string>>;
}

/** The column `others` of a store, as SQL. */
export function othersOf(shop: string): string {
  return `(SELECT coalesce(json_object_agg(k.pool_location_id, k.location_id), '{}')
    FROM pool_location_maps k WHERE k.shop = ${shop})`;
}

/** Where a store shows pools, as it is stored. Pure. */
export function placesIn({ locationId, others }: PlacesRow): StorePlaces {
  const places = new Map(Object.entries(others));
  if (locationId !== "") places.set(defaultPoolLocation, locationId ?? whereMost);
  return places;
}

/** Notes where a store shows pools. Its group is locked by the caller. */
export async function writePlaces(
  tx: Transaction,
  shop: string,
  places: StorePlaces,
): Promise<void> {
  const at = places.get(defaultPoolLocation);
  await tx.query("UPDATE store_group_members SET location_id = $2 WHERE shop = $1", [
    shop,
    at === whereMost ? null : (at ?? ""),
  ]);
  await dropPlaces(tx, shop);
  const others = [...places].filter(([id]) => id !== defaultPoolLocation);
  await tx.query(
    `INSERT INTO pool_location_maps (shop, pool_location_id, location_id)
     SELECT $1, id, at FROM unnest($2::text[], $3::text[]) AS r (id, at)`,
    [shop, others.map(([id]) => id), others.map(([, where]) => where)],
  );
}

/** Forgets where a store shows pools of other pool locations than the default one. */
export async function dropPlaces(tx: Transaction, shop: string): Promise<void> {
  await tx.query("DELETE FROM pool_location_maps WHERE shop = $1", [shop]);
}

/**
 * Where a store `m` shows a pool `p`, as SQL: a location; null: where it has most of the article;
 * '': nowhere.
 */
export const shownAtSql = `CASE WHEN p.pool_location_id = '${defaultPoolLocation}' THEN m.location_id
  ELSE coalesce((SELECT k.location_id FROM pool_location_maps k
    WHERE k.shop = m.shop AND k.pool_location_id = p.pool_location_id), '') END`;

/** Whether a level `l` shows a pool `p` elsewhere than its store `m` says, as SQL. */
export const misplacedSql = `(l.location_id <> ${shownAtSql}
  OR EXISTS (SELECT 1 FROM pool_location_maps k WHERE k.shop = m.shop
    AND k.location_id = l.location_id AND k.pool_location_id <> p.pool_location_id))`;
