import { v7 as uuidv7 } from "uuid";
import type { Queryable, Transaction } from "#app/db.server.ts";
import { paceAt } from "./ledger-store.ts";
import { misplacedSql, shownAtSql } from "./pool-location-store.ts";

/** A pool as it is stored. */
export interface PoolRow {
  readonly id: string;
  /** Null: of one store. */
  readonly groupId: string | null;
  readonly shop: string | null;
  readonly sku: string;
  /** Of those of the group. */
  readonly poolLocationId: string;
  readonly quantity: number;
  readonly held: number;
  readonly seq: number | null;
  readonly buffer: number;
  readonly raisedAt: Date;
  readonly soldAt: Date | null;
  readonly ownerAt: Date | null;
}

const columns = `id, group_id AS "groupId", shop, sku, pool_location_id AS "poolLocationId", quantity,
  held, seq, buffer,
  raised_at AS "raisedAt", sold_at AS "soldAt", owner_at AS "ownerAt"`;

/** Locks pools until the transaction ends, in one order for everybody; those that are gone are missing. */
export async function lockPools(
  tx: Transaction,
  ids: readonly string[],
): Promise<Map<string, PoolRow>> {
  if (ids.length === 0) return new Map();
  const { rows } = await tx.query<PoolRow>(
    `SELECT ${columns} FROM pools WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE`,
    [ids],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** The pools of an article in a group, one for each pool location that has any. Nothing is locked. */
export async function poolsOfArticle(
  db: Queryable,
  groupId: string,
  sku: string,
): Promise<PoolRow[]> {
  const { rows } = await db.query<PoolRow>(
    `SELECT ${columns} FROM pools WHERE group_id = $1 AND sku = $2 ORDER BY id`,
    [groupId, sku],
  );
  return rows;
}

/** The ids of some pools of groups, and of those of the same articles at the other pool locations. */
export async function withSiblings(db: Queryable, ids: readonly string[]): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `SELECT DISTINCT s.id FROM pools p
     JOIN pools s ON s.group_id = p.group_id AND s.sku = p.sku
     WHERE p.id = ANY($1::uuid[]) ORDER BY s.id`,
    [ids],
  );
  return rows.map((row) => row.id);
}

/** An article of a group at one of its pool locations. */
export interface PoolName {
  readonly groupId: string;
  readonly poolLocationId: string;
  readonly sku: string;
}

/** How a pool is named among those of all groups. */
export function poolKey({ groupId, poolLocationId, sku }: PoolName): string {
  return `${groupId} ${poolLocationId} ${sku}`;
}

/** The ids of some pools of groups by `poolKey`, made where there are none yet. */
export async function ensurePools(
  tx: Transaction,
  wanted: readonly PoolName[],
): Promise<Map<string, string>> {
  const unique = new Map(wanted.map((name) => [poolKey(name), name]));
  const rows = [...unique.values()].map(({ groupId, poolLocationId, sku }) => ({
    id: uuidv7(),
    groupId,
    poolLocationId,
    sku,
  }));
  const names = JSON.stringify(rows);
  await tx.query(
    `INSERT INTO pools (id, group_id, pool_location_id, sku)
     SELECT id, "groupId", "poolLocationId", sku
     FROM json_to_recordset($1::json)
       AS r (id uuid, "groupId" text, "poolLocationId" text, sku text)
     ORDER BY "groupId", sku, "poolLocationId"
     ON CONFLICT (group_id, sku, pool_location_id) WHERE group_id IS NOT NULL DO NOTHING`,
    [names],
  );
  const found = await tx.query<PoolName & { id: string }>(
    `SELECT p.id, p.group_id AS "groupId", p.pool_location_id AS "poolLocationId", p.sku
     FROM pools p
     JOIN json_to_recordset($1::json) AS r ("groupId" text, "poolLocationId" text, sku text)
       ON p.group_id = r."groupId" AND p.sku = r.sku AND p.pool_location_id = r."poolLocationId"`,
    [names],
  );
  return new Map(found.rows.map((row) => [poolKey(row), row.id]));
}

/** Writes down a pool of one store, which follows what Shopify has. */
export async function insertOwnPool(
  tx: Transaction,
  pool: { readonly id: string; readonly shop: string; readonly sku: string },
): Promise<void> {
  await tx.query("INSERT INTO pools (id, shop, sku) VALUES ($1, $2, $3)", [
    pool.id,
    pool.shop,
    pool.sku,
  ]);
}

/** Notes when the owner's word is of. */
export async function noteOwnersWord(tx: Transaction, id: string, atMs: number): Promise<void> {
  await tx.query("UPDATE pools SET owner_at = $2 WHERE id = $1", [id, new Date(atMs)]);
}

/**
 * Keeps so much of some locked pools back from sale. `raised`: some store is to show more than before;
 * it does only on evidence of after `atMs`.
 */
export async function setBuffers(
  tx: Transaction,
  buffers: readonly { readonly id: string; readonly buffer: number; readonly raised: boolean }[],
  atMs: number,
): Promise<void> {
  if (buffers.length === 0) return;
  await tx.query(
    `UPDATE pools p SET buffer = r.buffer,
       raised_at = CASE WHEN r.raised THEN greatest(p.raised_at, $2) ELSE p.raised_at END
     FROM json_to_recordset($1::json) AS r (id uuid, buffer int, raised bool) WHERE p.id = r.id`,
    [JSON.stringify(buffers), new Date(atMs)],
  );
}

/** A page of a group's pools in the order of their ids, locked. */
export async function poolsAfter(
  tx: Transaction,
  groupId: string,
  after: string | null,
  limit: number,
): Promise<PoolRow[]> {
  const { rows } = await tx.query<PoolRow>(
    `SELECT ${columns} FROM pools
     WHERE group_id = $1 AND ($2::uuid IS NULL OR id > $2) ORDER BY id LIMIT $3 FOR UPDATE`,
    [groupId, after, limit],
  );
  return rows;
}

/** A page of a group's pools that a store is to show and does not, in the order of their ids, locked. */
export async function poolsWithout(
  tx: Transaction,
  groupId: string,
  shop: string,
  page: {
    readonly after: string | null;
    readonly limit: number;
    /** Only this one, if it is one of them. */
    readonly poolId: string | null;
  },
): Promise<PoolRow[]> {
  const { rows } = await tx.query<PoolRow>(
    `SELECT ${columns} FROM pools p
     WHERE group_id = $1 AND ($2::uuid IS NULL OR id > $2) AND ($5::uuid IS NULL OR id = $5)
       AND NOT EXISTS (SELECT 1 FROM pool_levels l WHERE l.pool_id = p.id AND l.shop = $4)
       AND EXISTS (SELECT 1 FROM store_group_members m
                   WHERE m.shop = $4 AND ${shownAtSql} IS DISTINCT FROM '')
     ORDER BY id LIMIT $3 FOR UPDATE`,
    [groupId, page.after, page.limit, shop, page.poolId],
  );
  return rows;
}

/** A page of a group's pools that a store shows elsewhere than it says, in the order of their ids, locked. */
export async function poolsElsewhere(
  tx: Transaction,
  groupId: string,
  shop: string,
  page: { readonly after: string | null; readonly limit: number },
): Promise<PoolRow[]> {
  const { rows } = await tx.query<PoolRow>(
    `SELECT ${columns} FROM pools p
     WHERE group_id = $1 AND ($2::uuid IS NULL OR id > $2)
       AND EXISTS (SELECT 1 FROM store_group_members m JOIN pool_levels l ON l.shop = m.shop
                   WHERE m.shop = $4 AND l.pool_id = p.id AND ${misplacedSql})
     ORDER BY id LIMIT $3 FOR UPDATE`,
    [groupId, page.after, page.limit, shop],
  );
  return rows;
}

/** Stores that show a pool of their group elsewhere than they say. */
export async function storesElsewhere(
  db: Queryable,
): Promise<{ readonly shop: string; readonly groupId: string }[]> {
  const { rows } = await db.query<{ shop: string; groupId: string }>(
    `SELECT m.shop, m.group_id AS "groupId" FROM store_group_members m
     WHERE (m.location_id IS NOT NULL
         OR EXISTS (SELECT 1 FROM pool_locations g WHERE g.group_id = m.group_id))
       AND EXISTS (
         SELECT 1 FROM pool_levels l JOIN pools p ON p.id = l.pool_id
         WHERE l.shop = m.shop AND p.group_id = m.group_id AND ${misplacedSql})`,
  );
  return rows;
}

/** Stores that do not show all pools of their group that they are to show. */
export async function storesWithout(
  db: Queryable,
): Promise<{ readonly shop: string; readonly groupId: string }[]> {
  const { rows } = await db.query<{ shop: string; groupId: string }>(
    `SELECT m.shop, m.group_id AS "groupId" FROM store_group_members m
     WHERE EXISTS (
       SELECT 1 FROM pools p WHERE p.group_id = m.group_id
         AND NOT EXISTS (SELECT 1 FROM pool_levels l WHERE l.pool_id = p.id AND l.shop = m.shop)
         AND ${shownAtSql} IS DISTINCT FROM '')`,
  );
  return rows;
}

/** Every pool of a group; nothing is locked. */
export async function poolsOfGroup(db: Queryable, groupId: string): Promise<PoolRow[]> {
  const { rows } = await db.query<PoolRow>(
    `SELECT ${columns} FROM pools WHERE group_id = $1 ORDER BY sku`,
    [groupId],
  );
  return rows;
}

/** A pool that sells, how fast, and how much stores show of it. */
export interface SellingPool {
  readonly id: string;
  readonly sku: string;
  readonly poolLocationId: string;
  readonly quantity: number;
  readonly held: number;
  /** Where least is kept back. */
  readonly buffer: number;
  /** Units that all stores show together. */
  readonly shown: number;
  readonly unitsPerSecond: number;
}

/** The pools of a group that sold something since an instant, the fastest first. */
export async function sellingPools(
  db: Queryable,
  groupId: string,
  span: { readonly nowMs: number; readonly sinceMs: number; readonly limit: number },
): Promise<SellingPool[]> {
  const { rows } = await db.query<SellingPool>(
    `SELECT p.id, p.sku, p.pool_location_id AS "poolLocationId", p.quantity, p.held,
       coalesce(at.least, p.buffer) AS buffer,
       coalesce(at.shown, 0)::int AS shown, ${paceAt("$2::timestamptz")} AS "unitsPerSecond"
     FROM pools p CROSS JOIN LATERAL (
       SELECT min(coalesce(l.buffer, p.buffer)) AS least,
         sum(greatest(0, p.quantity - p.held - coalesce(l.buffer, p.buffer))) AS shown
       FROM pool_levels l WHERE l.pool_id = p.id) AS at
     WHERE p.group_id = $1 AND p.paced_at > $3
     ORDER BY "unitsPerSecond" DESC LIMIT $4`,
    [groupId, new Date(span.nowMs), new Date(span.sinceMs), span.limit],
  );
  return rows;
}

/** Pools of a store or its group in the order of their SKUs, one more than `limit`. */
export async function pagePools(
  db: Queryable,
  whose: { readonly shop: string; readonly groupId: string | null },
  page: {
    readonly limit: number;
    /** `sku id` of the last one before. */
    readonly after: string | null;
    readonly search: string;
    readonly id?: string;
  },
): Promise<PoolRow[]> {
  const at = page.after?.lastIndexOf(" ") ?? -1;
  const after = at > 0 ? [page.after?.slice(0, at), page.after?.slice(at + 1)] : [null, null];
  const { rows } = await db.query<PoolRow>(
    `SELECT ${columns} FROM pools
     WHERE (group_id = $1 OR shop = $2) AND ($3::text IS NULL OR (sku, id::text) > ($3, $4))
       AND starts_with(sku, $5) AND ($6::uuid IS NULL OR id = $6)
     ORDER BY sku, id::text LIMIT $7`,
    [whose.groupId, whose.shop, ...after, page.search, page.id ?? null, page.limit + 1],
  );
  return rows;
}
