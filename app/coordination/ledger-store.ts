import type { Queryable, Transaction } from "#app/db.server.ts";
import type { Vault } from "#app/vault/index.server.ts";
import { openReference } from "./hold-store.ts";
import type { LedgerEntryView } from "./types.ts";

/** What moves a pool, and why. */
export interface LedgerEntry {
  readonly poolId: string;
  readonly kind: LedgerEntryView["kind"];
  /** Of what there is. */
  readonly delta: number;
  /** Of what is held. */
  readonly heldDelta: number;
  /** What it stands for; the second time it does nothing. */
  readonly source: string;
  readonly shop: string | null;
  readonly note?: string | null;
  readonly correlationId: string | null;
  readonly atMs: number;
  /** Of a sale: when it happened, by Shopify's clock. */
  readonly soldAtMs?: number | null;
}

/** Sales of about so long tell how fast an article goes, a flash sale's first minute too; older ones fade. */
const paceSeconds = 60;

/**
 * Units a second that a pool `p` sells at an instant, as SQL: each sale counts for what it is, over
 * `paceSeconds`, and less and less from then on. So that nobody has to add up the ledger.
 */
export function paceAt(instant: string): string {
  return `p.pace * exp(-greatest(0, extract(epoch FROM ${instant} - p.paced_at)) / ${String(paceSeconds)}.0)`;
}

/**
 * Moves a locked pool and writes down why, in one statement; false when that was done before. Entry
 * and pool are tied by foreign keys: a pool that is not the sum of its ledger cannot be stored.
 */
export async function movePool(tx: Transaction, entry: LedgerEntry): Promise<boolean> {
  const { rows } = await tx.query(
    `WITH entry AS (
       INSERT INTO pool_ledger (pool_id, seq, prev_seq, kind, delta, held_delta, before, after,
         held_before, held_after, source, shop, note, correlation_id, at)
       SELECT id, coalesce(seq, 0) + 1, seq, $2, $3::int, $4::int, quantity, quantity + $3::int,
         held, held + $4::int, $5, $6, $7, $8, $9
       FROM pools WHERE id = $1
       ON CONFLICT (pool_id, source) DO NOTHING
       RETURNING pool_id, seq, after, held_after)
     UPDATE pools p SET quantity = entry.after, held = entry.held_after, seq = entry.seq,
       raised_at = CASE WHEN $3::int - $4::int > 0 THEN greatest(p.raised_at, $9) ELSE p.raised_at END,
       sold_at = greatest(p.sold_at, $10),
       pace = CASE WHEN $2 = 'sale' THEN ${paceAt("$9::timestamptz")} - $3::int / ${String(paceSeconds)}.0
         ELSE p.pace END,
       paced_at = CASE WHEN $2 = 'sale' THEN greatest(p.paced_at, $9) ELSE p.paced_at END
     FROM entry WHERE p.id = entry.pool_id RETURNING 1 AS one`,
    [
      entry.poolId,
      entry.kind,
      entry.delta,
      entry.heldDelta,
      entry.source,
      entry.shop,
      entry.note ?? null,
      entry.correlationId,
      new Date(entry.atMs),
      entry.soldAtMs === undefined || entry.soldAtMs === null ? null : new Date(entry.soldAtMs),
    ],
  );
  return rows.length > 0;
}

/** Whether stores changed a pool after an instant: by selling, by giving back, or by hand. */
export async function movedSince(tx: Queryable, poolId: string, sinceMs: number): Promise<boolean> {
  const { rows } = await tx.query(
    `SELECT 1 AS one FROM pool_ledger
     WHERE pool_id = $1 AND at > $2 AND kind IN ('sale', 'return', 'edit') AND delta <> 0 LIMIT 1`,
    [poolId, new Date(sinceMs)],
  );
  return rows.length > 0;
}

/**
 * Entries of before an instant, a few at a time; the last one of each pool stays, since the pool is
 * where it ended. Returns how many went.
 */
export async function dropOldEntries(
  db: Queryable,
  beforeMs: number,
  limit: number,
): Promise<number> {
  const { rows } = await db.query(
    `DELETE FROM pool_ledger WHERE ctid IN (
       SELECT l.ctid FROM pool_ledger l LEFT JOIN pools p ON p.id = l.pool_id
       WHERE l.at < $1 AND p.seq IS DISTINCT FROM l.seq LIMIT $2)
     RETURNING 1 AS one`,
    [new Date(beforeMs), limit],
  );
  return rows.length;
}

/** Units of some pools that were sold in the last stretches of time, one figure for each stretch. */
export async function soldInStretches(
  db: Queryable,
  poolIds: readonly string[],
  stretchesSeconds: readonly number[],
  nowMs: number,
): Promise<Map<string, readonly number[]>> {
  if (poolIds.length === 0) return new Map();
  const { rows } = await db.query<{ id: string; units: number[] }>(
    `SELECT l.pool_id AS id, array_agg(l.units ORDER BY l.nr) AS units FROM (
       SELECT e.pool_id, s.nr, coalesce(sum(-e.delta) FILTER (
           WHERE e.at > $3::timestamptz - make_interval(secs => s.seconds)), 0)::int AS units
       FROM unnest($2::int[]) WITH ORDINALITY AS s (seconds, nr)
       CROSS JOIN pool_ledger e
       WHERE e.pool_id = ANY($1::uuid[]) AND e.kind = 'sale'
         AND e.at > $3::timestamptz - make_interval(secs => $4)
       GROUP BY e.pool_id, s.nr) AS l
     GROUP BY l.pool_id`,
    [poolIds, stretchesSeconds, new Date(nowMs), Math.max(...stretchesSeconds)],
  );
  return new Map(rows.map(({ id, units }) => [id, units]));
}

/**
 * What moved a pool, newest first, before an entry (null: from the last one on). What units were held
 * for is read from the hold.
 */
export async function listEntries(
  { db, vault }: { readonly db: Queryable; readonly vault: Vault },
  poolId: string,
  page: { readonly limit: number; readonly before: number | null },
): Promise<LedgerEntryView[]> {
  type Row = Omit<LedgerEntryView, "at"> & {
    at: Date;
    holdId: string | null;
    sealed: Buffer | null;
  };
  const { rows } = await db.query<Row>(
    `SELECT e.seq, e.kind, e.delta, e.held_delta AS "heldDelta", e.before, e.after, e.shop, e.note,
       e.correlation_id AS "correlationId", e.at, h.id AS "holdId", h.reference AS sealed
     FROM pool_ledger e
     LEFT JOIN holds h ON h.id = CASE WHEN e.kind IN ('hold', 'consume')
       THEN split_part(e.source, ':', 2)::uuid END
     WHERE e.pool_id = $1 AND ($2::int IS NULL OR e.seq < $2)
     ORDER BY e.seq DESC LIMIT $3`,
    [poolId, page.before, page.limit],
  );
  return rows.map(({ holdId, sealed, ...row }) => ({
    ...row,
    note: holdId === null ? row.note : openReference(vault, holdId, sealed),
    at: row.at.toISOString(),
  }));
}
