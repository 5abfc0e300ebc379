import type { Queryable, Transaction } from "#app/db.server.ts";
import { shownAtSql } from "./pool-location-store.ts";

/** A store's stock level in a pool, as it is stored. */
export interface LevelRow {
  readonly shop: string;
  readonly levelId: string;
  readonly poolId: string;
  readonly itemId: string;
  readonly locationId: string;
  readonly version: number;
  readonly seen: number | null;
  readonly committed: number | null;
  readonly onHand: number | null;
  readonly readAt: Date | null;
  readonly askedAt: Date | null;
  readonly recount: boolean;
  /** It is lowered to nothing, and another place takes over. */
  readonly leaving: boolean;
  readonly pendingId: string | null;
  readonly pendingKind: PendingWrite["kind"] | null;
  readonly pendingFrom: number | null;
  readonly pendingTo: number | null;
  readonly pendingHold: string | null;
  readonly pendingAt: Date | null;
  readonly writtenAt: Date | null;
  readonly written: string | null;
  /** What is kept back here, by a rule for this place; null: as much as of the pool. */
  readonly buffer: number | null;
}

const columns = `shop, level_id AS "levelId", pool_id AS "poolId", item_id AS "itemId",
  location_id AS "locationId", version, seen, committed, on_hand AS "onHand", read_at AS "readAt",
  asked_at AS "askedAt", recount, leaving, pending_id AS "pendingId", pending_kind AS "pendingKind",
  pending_from AS "pendingFrom", pending_to AS "pendingTo", pending_hold AS "pendingHold",
  pending_at AS "pendingAt", written_at AS "writtenAt", written, buffer`;

/** The levels of some pools, by pool. Their pools' locks are what keeps them still. */
export async function levelsOfPools(
  db: Queryable,
  poolIds: readonly string[],
): Promise<Map<string, LevelRow[]>> {
  const byPool = new Map<string, LevelRow[]>();
  if (poolIds.length === 0) return byPool;
  const { rows } = await db.query<LevelRow>(
    `SELECT ${columns} FROM pool_levels WHERE pool_id = ANY($1::uuid[]) ORDER BY shop, level_id`,
    [poolIds],
  );
  for (const row of rows) byPool.set(row.poolId, [...(byPool.get(row.poolId) ?? []), row]);
  return byPool;
}

/** What stores show of an article at any pool location of its group, by each pool that was asked for. */
export async function levelsOfArticles(
  db: Queryable,
  poolIds: readonly string[],
): Promise<Map<string, ShownArticle[]>> {
  const { rows } = await db.query<ShownArticle & { poolId: string }>(
    `SELECT DISTINCT p.id AS "poolId", l.shop, l.item_id AS "itemId" FROM pools p
     JOIN pools s ON s.group_id = p.group_id AND s.sku = p.sku
     JOIN pool_levels l ON l.pool_id = s.id
     WHERE p.id = ANY($1::uuid[]) ORDER BY 1, 2, 3`,
    [poolIds],
  );
  const byPool = new Map<string, ShownArticle[]>();
  for (const { poolId, ...row } of rows) byPool.set(poolId, [...(byPool.get(poolId) ?? []), row]);
  return byPool;
}

/** An article of a store that is shown from a pool. */
export interface ShownArticle {
  readonly shop: string;
  readonly itemId: string;
}

/** Some levels of a store that are in pools; nothing is locked. */
export async function levelsNamed(
  db: Queryable,
  shop: string,
  levelIds: readonly string[],
): Promise<LevelRow[]> {
  const { rows } = await db.query<LevelRow>(
    `SELECT ${columns} FROM pool_levels WHERE shop = $1 AND level_id = ANY($2)`,
    [shop, levelIds],
  );
  return rows;
}

/** What a change of stock has to know of pools. */
export interface PooledLevel {
  readonly poolId: string;
  readonly seen: number | null;
  /** The pool is a group's: it says what the level shows, whoever else writes it. */
  readonly shared: boolean;
  /** The group whose pool the store does not show yet, though it has the article; else null. */
  readonly missingIn: string | null;
}

/** A stock level that something was told of. */
export interface ToldLevel {
  readonly levelId: string;
  /** Null: not known. */
  readonly sku: string | null;
  /** Null: not told. */
  readonly locationId: string | null;
}

/**
 * Those of some stock levels of a store at which a pool is shown or a hold is on, and those whose
 * article (by SKU, where it is known) the store's group has a pool of that it does not show yet.
 */
export async function pooledLevels(
  db: Queryable,
  shop: string,
  levels: readonly ToldLevel[],
): Promise<ReadonlyMap<string, PooledLevel>> {
  if (levels.length === 0 || !(await hasPools(db, shop))) return new Map();
  const { rows } = await db.query<PooledLevel & { levelId: string }>(
    `WITH told AS (
       SELECT "levelId", sku, "locationId" FROM json_to_recordset($2::json)
         AS r ("levelId" text, sku text, "locationId" text)),
     missing AS (
       -- Of several pools, the one that is to be shown at the very place.
       SELECT DISTINCT ON (t."levelId") t."levelId", p.id, p.group_id
       FROM store_group_members m JOIN pools p ON p.group_id = m.group_id
       JOIN told t ON t.sku = p.sku
       WHERE m.shop = $1 AND ${shownAtSql} IS DISTINCT FROM ''
         AND NOT EXISTS (SELECT 1 FROM pool_levels l WHERE l.pool_id = p.id AND l.shop = $1)
         AND NOT EXISTS (SELECT 1 FROM pool_levels l JOIN pools o ON o.id = l.pool_id
                         WHERE l.shop = $1 AND l.level_id = t."levelId" AND o.group_id IS NOT NULL)
         AND NOT EXISTS (SELECT 1 FROM pool_links k
                         WHERE k.pool_id = p.id AND k.shop = $1 AND k.state = 'apart')
       ORDER BY t."levelId", (${shownAtSql} = t."locationId") DESC NULLS LAST, p.id)
     SELECT l.level_id AS "levelId", l.pool_id AS "poolId", l.seen,
       p.group_id IS NOT NULL AS shared, NULL AS "missingIn"
     FROM told t JOIN pool_levels l ON l.shop = $1 AND l.level_id = t."levelId"
     JOIN pools p ON p.id = l.pool_id
     -- What a lone store sells is nobody's business while none of it is held.
     WHERE p.group_id IS NOT NULL OR p.held > 0
       OR EXISTS (SELECT 1 FROM holds h WHERE h.shop = $1 AND h.level_id = l.level_id
                  AND h.move_state IN ('take', 'return'))
     UNION ALL
     SELECT "levelId", id, NULL, false, group_id FROM missing`,
    [
      shop,
      JSON.stringify(levels.map(({ levelId, sku, locationId }) => ({ levelId, sku, locationId }))),
    ],
  );
  return new Map(rows.map(({ levelId, ...level }) => [levelId, level]));
}

/**
 * Whether a store shows any pool or is in a group. Most are not, and every batch of their changes asks:
 * to plan the question about their levels took ten times as long as to ask this one.
 */
async function hasPools(db: Queryable, shop: string): Promise<boolean> {
  const { rows } = await db.query(
    `SELECT 1 AS one WHERE EXISTS (SELECT FROM pool_levels WHERE shop = $1)
       OR EXISTS (SELECT FROM store_group_members WHERE shop = $1)`,
    [shop],
  );
  return rows.length > 0;
}

/** Whether an article of a store, by its SKU or inventory item, is shown from a group's pool. */
export async function isPooled(
  db: Queryable,
  shop: string,
  named: { readonly sku: string | null; readonly itemId: string | null },
): Promise<boolean> {
  const { rows } = await db.query(
    `SELECT 1 AS one FROM pool_levels l JOIN pools p ON p.id = l.pool_id
     WHERE l.shop = $1 AND p.group_id IS NOT NULL AND (p.sku = $2 OR l.item_id = $3) LIMIT 1`,
    [shop, named.sku, named.itemId],
  );
  return rows.length > 0;
}

/**
 * Ties a level to a locked pool; false when it, or another of the store, is tied already. What a lone store's pool left behind,
 * with nothing held, makes way.
 */
export async function linkLevel(
  tx: Transaction,
  level: Pick<LevelRow, "shop" | "levelId" | "poolId" | "itemId" | "locationId">,
): Promise<boolean> {
  const { shop, levelId, poolId, itemId, locationId } = level;
  await tx.query(
    `DELETE FROM pool_levels l USING pools p
     WHERE l.shop = $1 AND l.level_id = $2 AND p.id = l.pool_id AND p.group_id IS NULL
       AND p.held = 0 AND l.pending_id IS NULL AND p.id <> $3`,
    [shop, levelId, poolId],
  );
  const { rows } = await tx.query(
    `INSERT INTO pool_levels (shop, level_id, pool_id, item_id, location_id)
     VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING RETURNING 1 AS one`,
    [shop, levelId, poolId, itemId, locationId],
  );
  return rows.length > 0;
}

/** Notes what Shopify was read to have; every earlier read of the level is void from then on. */
export async function noteCount(
  tx: Transaction,
  { shop, levelId }: Pick<LevelRow, "shop" | "levelId">,
  count: {
    readonly available: number;
    readonly committed: number | null;
    readonly onHand: number | null;
    readonly readAtMs: number;
  },
): Promise<void> {
  await tx.query(
    `UPDATE pool_levels SET seen = $3, committed = $4, on_hand = $6, read_at = $5,
       version = version + 1, recount = false, asked_at = NULL
     WHERE shop = $1 AND level_id = $2`,
    [shop, levelId, count.available, count.committed, new Date(count.readAtMs), count.onHand],
  );
}

/** Notes that levels have to be read (again): `recount`, for what was heard of them. */
export async function noteAsked(
  tx: Transaction,
  shop: string,
  levelIds: readonly string[],
  atMs: number,
  recount: boolean,
): Promise<void> {
  await tx.query(
    `UPDATE pool_levels SET asked_at = $3, recount = recount OR $4
     WHERE shop = $1 AND level_id = ANY($2)`,
    [shop, levelIds, new Date(atMs), recount],
  );
}

/** Keeps so much back at some levels of locked pools; null: as much as of the pool. */
export async function setLevelBuffers(
  tx: Transaction,
  levels: readonly Pick<LevelRow, "shop" | "levelId" | "buffer">[],
): Promise<void> {
  if (levels.length === 0) return;
  await tx.query(
    `UPDATE pool_levels l SET buffer = r.buffer
     FROM json_to_recordset($1::json) AS r (shop text, "levelId" text, buffer int)
     WHERE l.shop = r.shop AND l.level_id = r."levelId"`,
    [JSON.stringify(levels)],
  );
}

/** Has levels of a store lowered to nothing, so that another place can take over. */
export async function markLeaving(
  tx: Transaction,
  shop: string,
  levelIds: readonly string[],
): Promise<void> {
  await tx.query("UPDATE pool_levels SET leaving = true WHERE shop = $1 AND level_id = ANY($2)", [
    shop,
    levelIds,
  ]);
}

/** Takes a level out of its pool: Shopify has it no more, or another one takes its place. */
export async function unlinkLevel(tx: Transaction, shop: string, levelId: string): Promise<void> {
  await tx.query("DELETE FROM pool_levels WHERE shop = $1 AND level_id = $2", [shop, levelId]);
}

/** Takes every level of a store out of the pools of groups. */
export async function unlinkStore(tx: Transaction, shop: string): Promise<void> {
  await tx.query(
    `DELETE FROM pool_levels l USING pools p
     WHERE l.shop = $1 AND p.id = l.pool_id AND p.group_id IS NOT NULL`,
    [shop],
  );
}

/** A write that is about to be sent. */
export interface PendingWrite {
  readonly id: string;
  readonly kind: "set" | "take" | "return" | "write_off";
  readonly from: number;
  readonly to: number;
  readonly holdId: string | null;
  readonly atMs: number;
}

/** Puts a write on record, before it is sent. The pool is locked, so there is no other. */
export async function beginWrite(
  tx: Transaction,
  { shop, levelId }: Pick<LevelRow, "shop" | "levelId">,
  write: PendingWrite,
): Promise<void> {
  await tx.query(
    `UPDATE pool_levels SET version = version + 1, pending_id = $3, pending_kind = $4,
       pending_from = $5, pending_to = $6, pending_hold = $7, pending_at = $8
     WHERE shop = $1 AND level_id = $2 AND pending_id IS NULL`,
    [shop, levelId, write.id, write.kind, write.from, write.to, write.holdId, new Date(write.atMs)],
  );
}

/**
 * Writes down how a write ended: what is available is known when one was applied that says what it
 * was before, which a write-off does not. False: somebody else has done that.
 */
export async function endWrite(
  tx: Transaction,
  { shop, levelId }: Pick<LevelRow, "shop" | "levelId">,
  end: {
    readonly id: string;
    readonly applied: boolean;
    /** The level was found changed: it has to be counted. */
    readonly changed: boolean;
    readonly written: string;
    readonly atMs: number;
  },
): Promise<boolean> {
  const { rows } = await tx.query(
    `UPDATE pool_levels SET version = version + 1,
       seen = CASE WHEN $4 AND pending_kind <> 'write_off' THEN pending_to ELSE seen END,
       -- A move to reserved and back leaves it alone; a set brings it along, and so does a write-off.
       on_hand = CASE WHEN $4 AND pending_kind IN ('set', 'write_off')
         THEN on_hand + pending_to - pending_from ELSE on_hand END,
       read_at = CASE WHEN $4 AND pending_kind <> 'write_off'
         THEN greatest(read_at, pending_at) ELSE read_at END,
       recount = recount OR $7, written = $5, written_at = $6,
       pending_id = NULL, pending_kind = NULL, pending_from = NULL, pending_to = NULL,
       pending_hold = NULL, pending_at = NULL
     WHERE shop = $1 AND level_id = $2 AND pending_id = $3 RETURNING 1 AS one`,
    [shop, levelId, end.id, end.applied, end.written, new Date(end.atMs), end.changed],
  );
  return rows.length > 0;
}
