import { validate as isUuid } from "uuid";
import { firstIdOf, type Queryable, type Transaction } from "#app/db.server.ts";
import type { Vault } from "#app/vault/index.server.ts";
import type { DueMove } from "./decide-step.ts";
import type { HoldAnswer, HoldStatus, HoldView, Participant } from "./types.ts";

/** A hold as it is stored, with who has to agree. */
export interface HoldRow {
  readonly id: string;
  readonly shop: string;
  readonly groupId: string | null;
  readonly poolId: string;
  readonly sku: string;
  /** Null: of a store without a group, or of a pool location that is no more. */
  readonly poolLocation: string | null;
  readonly quantity: number;
  /** Sealed: see `openReference`. */
  readonly reference: Uint8Array | null;
  readonly autoConfirm: boolean;
  readonly status: HoldStatus;
  readonly reason: string | null;
  readonly levelId: string | null;
  readonly moved: number;
  readonly moveState: "none" | "take" | "taken" | "return";
  readonly told: boolean;
  readonly correlationId: string;
  readonly traceparent: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly decidedAt: Date | null;
  /** The order that took the units. */
  readonly orderId: string | null;
  readonly participants: readonly ParticipantRow[];
}

/** @see Participant */
export interface ParticipantRow extends Participant {
  readonly shop: string;
  /** RFC 3339, as the database writes it. */
  readonly answeredAt: string | null;
}

/** Those who have to agree to the hold `h`, of units or of an order, as a JSON array. */
export const participantsSql = `coalesce((SELECT json_agg(json_build_object('systemId', p.system_id,
      'shop', p.shop, 'answer', p.answer, 'answeredAt', p.answered_at) ORDER BY p.system_id)
    FROM hold_participants p WHERE p.hold_id = h.id), '[]'::json)`;

const columns = `h.id, h.shop, h.group_id AS "groupId", h.pool_id AS "poolId", h.sku, h.quantity,
  h.reference, h.auto_confirm AS "autoConfirm", h.status, h.reason, h.level_id AS "levelId", h.moved,
  h.move_state AS "moveState", h.told, h.correlation_id AS "correlationId", h.traceparent,
  h.created_at AS "createdAt", h.expires_at AS "expiresAt", h.decided_at AS "decidedAt",
  h.order_id AS "orderId",
  (SELECT p.pool_location_id FROM pools p WHERE p.id = h.pool_id AND p.group_id IS NOT NULL)
    AS "poolLocation",
  ${participantsSql} AS participants`;

/** What a hold is for, as it is stored. */
export function sealReference(vault: Vault, id: string, reference: string): Buffer {
  return vault.seal(reference, `hold:${id}`);
}

/** What a hold is for, as it was given. */
export function openReference(vault: Vault, id: string, sealed: Uint8Array | null): string {
  return sealed === null ? "–" : vault.open(sealed, `hold:${id}`).toString("utf8");
}

/** A hold as others see it. */
export function viewOf(vault: Vault, row: HoldRow): HoldView {
  const { id, groupId, shop, sku, poolLocation, quantity, autoConfirm, status, reason } = row;
  return {
    id,
    groupId,
    shop,
    sku,
    poolLocation,
    quantity,
    reference: openReference(vault, id, row.reference),
    autoConfirm,
    status,
    reason,
    participants: row.participants.map(({ systemId, answer, answeredAt }) => ({
      systemId,
      answer,
      answeredAt: answeredAt === null ? null : new Date(answeredAt).toISOString(),
    })),
    reserved: row.moved,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    decidedAt: row.decidedAt?.toISOString() ?? null,
    orderId: row.orderId,
  };
}

/** Writes a new hold down, with those who have to agree. */
export async function insertHold(
  tx: Transaction,
  hold: Omit<
    HoldRow,
    "poolLocation" | "status" | "reason" | "moved" | "told" | "decidedAt" | "orderId"
  >,
): Promise<void> {
  await tx.query(
    `INSERT INTO holds (id, shop, group_id, pool_id, sku, quantity, reference, auto_confirm,
       level_id, move_state, correlation_id, traceparent, created_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
    [
      hold.id,
      hold.shop,
      hold.groupId,
      hold.poolId,
      hold.sku,
      hold.quantity,
      hold.reference,
      hold.autoConfirm,
      hold.levelId,
      hold.moveState,
      hold.correlationId,
      hold.traceparent,
      hold.createdAt,
      hold.expiresAt,
    ],
  );
  await tx.query(
    `INSERT INTO hold_participants (hold_id, system_id, shop)
     SELECT $1, "systemId", shop
     FROM json_to_recordset($2::json) AS r ("systemId" text, shop text)`,
    [hold.id, JSON.stringify(hold.participants)],
  );
}

/** A hold, or null; nothing is locked. */
export async function findHold(db: Queryable, id: string): Promise<HoldRow | null> {
  if (!isUuid(id)) return null;
  const { rows } = await db.query<HoldRow>(`SELECT ${columns} FROM holds h WHERE h.id = $1`, [id]);
  return rows[0] ?? null;
}

/** A hold whose pool is locked: nobody else decides about it meanwhile. */
export async function lockHold(tx: Transaction, id: string): Promise<HoldRow | null> {
  const { rows } = await tx.query<HoldRow>(
    `SELECT ${columns} FROM holds h WHERE h.id = $1 FOR UPDATE OF h`,
    [id],
  );
  return rows[0] ?? null;
}

/** A page of the holds of a store and, in a group, of its other stores; newest first. */
export async function listHolds(
  { db, vault }: { readonly db: Queryable; readonly vault: Vault },
  whose: { readonly shop: string; readonly groupId: string | null },
  page: {
    readonly limit: number;
    readonly after?: string | undefined;
    readonly status?: HoldStatus | undefined;
    readonly sku?: string | undefined;
    /** Of the group's pools: only this one. */
    readonly poolId?: string | undefined;
  },
): Promise<{ items: HoldView[]; next: string | null }> {
  const { rows } = await db.query<HoldRow>(
    `SELECT ${columns} FROM holds h
     WHERE (h.shop = $1 OR h.group_id = $2) AND ($3::uuid IS NULL OR h.id < $3)
       AND ($4::text IS NULL OR h.status = $4) AND ($5::text IS NULL OR h.sku = $5)
       AND ($7::uuid IS NULL OR h.group_id IS NULL OR h.pool_id = $7)
     ORDER BY h.id DESC LIMIT $6`,
    [
      whose.shop,
      whose.groupId,
      page.after !== undefined && isUuid(page.after) ? page.after : null,
      page.status ?? null,
      page.sku ?? null,
      page.limit + 1,
      page.poolId ?? null,
    ],
  );
  const items = rows.slice(0, page.limit).map((row) => viewOf(vault, row));
  return { items, next: rows.length > page.limit ? (items.at(-1)?.id ?? null) : null };
}

/** Notes a participant's first answer; false when it had answered. */
export async function noteAnswer(
  tx: Transaction,
  id: string,
  systemId: string,
  answer: HoldAnswer,
  atMs: number,
): Promise<void> {
  await tx.query(
    `UPDATE hold_participants SET answer = $3, answered_at = $4 WHERE hold_id = $1 AND system_id = $2`,
    [id, systemId, answer, new Date(atMs)],
  );
}

/** Moves a locked hold to its next status. */
export async function setHoldStatus(
  tx: Transaction,
  id: string,
  status: HoldStatus,
  reason: string | null,
  atMs: number,
): Promise<void> {
  await tx.query("UPDATE holds SET status = $2, reason = $3, decided_at = $4 WHERE id = $1", [
    id,
    status,
    reason,
    new Date(atMs),
  ]);
}

/** Notes which order took a hold's units. */
export async function noteOrder(tx: Transaction, id: string, orderId: string): Promise<void> {
  await tx.query("UPDATE holds SET order_id = $2 WHERE id = $1", [id, orderId]);
}

/** The confirmed holds of a store of some articles, oldest first. */
export async function confirmedHolds(
  db: Queryable,
  shop: string,
  skus: readonly string[],
): Promise<Pick<HoldRow, "id" | "sku" | "quantity" | "reference">[]> {
  const { rows } = await db.query<Pick<HoldRow, "id" | "sku" | "quantity" | "reference">>(
    `SELECT id, sku, quantity, reference FROM holds
     WHERE shop = $1 AND status = 'confirmed' AND sku = ANY($2) ORDER BY id`,
    [shop, skus],
  );
  return rows;
}

/** How many held units of an article an order has taken already. */
export async function consumedFor(
  db: Queryable,
  shop: string,
  orderId: string,
  sku: string,
): Promise<number> {
  const { rows } = await db.query<{ units: number }>(
    `SELECT coalesce(sum(quantity), 0)::int AS units FROM holds
     WHERE shop = $1 AND order_id = $2 AND sku = $3`,
    [shop, orderId, sku],
  );
  return rows[0]?.units ?? 0;
}

/** Notes where a hold's units are, and what has to be done with them next. */
export async function setMove(
  tx: Transaction,
  id: string,
  moveState: HoldRow["moveState"],
  moved: number,
): Promise<void> {
  await tx.query("UPDATE holds SET move_state = $2, moved = $3 WHERE id = $1", [
    id,
    moveState,
    moved,
  ]);
}

/** Notes that the participants of a hold were asked. */
export async function noteTold(tx: Transaction, id: string): Promise<void> {
  await tx.query("UPDATE holds SET told = true WHERE id = $1", [id]);
}

/** The holds of some levels whose units are to be moved, oldest first, by level. */
export async function dueMoves(
  tx: Queryable,
  shop: string,
  levelIds: readonly string[],
): Promise<Map<string, DueMove[]>> {
  const { rows } = await tx.query<DueMove & { levelId: string }>(
    `SELECT level_id AS "levelId", id AS "holdId", move_state AS direction, quantity, moved
     FROM holds WHERE shop = $1 AND level_id = ANY($2) AND move_state IN ('take', 'return')
     ORDER BY id`,
    [shop, levelIds],
  );
  const byLevel = new Map<string, DueMove[]>();
  for (const { levelId, ...move } of rows)
    byLevel.set(levelId, [...(byLevel.get(levelId) ?? []), move]);
  return byLevel;
}

/** How many holds of a store are not over, or have units to bring back. */
export async function openHolds(db: Queryable, shop: string): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM holds
     WHERE shop = $1 AND group_id IS NOT NULL
       AND (status IN ('held', 'confirmed') OR move_state IN ('take', 'return'))`,
    [shop],
  );
  return rows[0]?.count ?? 0;
}

/** How many holds have units of a level in reserved, or on their way there or back. */
export async function movesAt(db: Queryable, shop: string, levelId: string): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM holds
     WHERE shop = $1 AND level_id = $2
       AND (move_state IN ('take', 'return')
         OR (move_state = 'taken' AND status IN ('held', 'confirmed')))`,
    [shop, levelId],
  );
  return rows[0]?.count ?? 0;
}

/** The levels of some pools at which a hold's units are to be moved. */
export async function levelsWithMoves(
  tx: Queryable,
  poolIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const { rows } = await tx.query<{ id: string }>(
    `SELECT DISTINCT h.level_id AS id FROM pool_levels l
     JOIN holds h ON h.shop = l.shop AND h.level_id = l.level_id
     WHERE l.pool_id = ANY($1::uuid[]) AND h.move_state IN ('take', 'return')`,
    [poolIds],
  );
  return new Set(rows.map((row) => row.id));
}

/** Holds that were over before an instant, a few at a time, with their answers; returns how many went. */
export async function dropOldHolds(
  db: Queryable,
  beforeMs: number,
  limit: number,
): Promise<number> {
  const { rows } = await db.query(
    `WITH gone AS (
       DELETE FROM holds WHERE id IN (
         SELECT id FROM holds WHERE id < $1::uuid AND status IN ('released', 'expired', 'consumed')
           AND move_state = 'none' ORDER BY id LIMIT $2) RETURNING id
     ), asked AS (DELETE FROM hold_participants WHERE hold_id IN (SELECT id FROM gone))
     SELECT id FROM gone`,
    [firstIdOf(beforeMs), limit],
  );
  return rows.length;
}
