import type { DataDomain } from "#app/data-domains.ts";
import { firstIdOf, type Queryable, type Transaction } from "#app/db.server.ts";
import { slotOf } from "#app/time-slots.ts";
import type { FoundDiscrepancy } from "./record-discrepancy.ts";
import type { DiscrepancyFilter, DiscrepancyKind, DiscrepancyStatus } from "./types.ts";

/** A discrepancy as it is stored; `values` is sealed. */
export interface DiscrepancyRow {
  readonly id: string;
  readonly shop: string;
  readonly domain: DataDomain;
  readonly kind: DiscrepancyKind;
  readonly system_id: string;
  readonly owner: string;
  readonly resource_type: string;
  readonly resource_id: string;
  readonly location_id: string;
  readonly sku: string | null;
  readonly values: Buffer;
  readonly cause: string;
  readonly event_id: string | null;
  readonly correlation_id: string;
  readonly traceparent: string;
  readonly status: DiscrepancyStatus;
  readonly times: number;
  readonly first_seen_at: Date;
  readonly last_seen_at: Date;
  readonly resolved_at: Date | null;
  readonly resolution: string | null;
}

/** What the values of a discrepancy are sealed for. */
export function valuesPurpose(shop: string, resourceId: string): string {
  return `discrepancy:${shop}:${resourceId}`;
}

/**
 * Inserts a discrepancy, or brings the open one up to date with what `merged` makes of its values.
 * Two at once: the second waits for the first one's row and then updates it. Returns the id.
 */
export async function upsertDiscrepancy(
  tx: Transaction,
  row: {
    readonly id: string;
    readonly found: FoundDiscrepancy;
    readonly values: Buffer;
    readonly merged: (known: Buffer) => Buffer;
  },
): Promise<string> {
  const { found } = row;
  const at = new Date(found.foundAtMs);
  const { rows } = await tx.query<{ id: string; values: Buffer; times: number }>(
    `INSERT INTO discrepancies AS d (id, shop, domain, kind, system_id, owner, resource_type,
       resource_id, location_id, sku, values, cause, event_id, correlation_id, traceparent,
       first_seen_at, last_seen_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $16)
     ON CONFLICT (shop, domain, resource_type, resource_id, location_id, system_id, kind)
       WHERE status = 'open'
     DO UPDATE SET times = d.times + 1, last_seen_at = $16, cause = $12, event_id = $13,
       owner = $6, correlation_id = $14, traceparent = $15, sku = coalesce($10, d.sku)
     RETURNING id, values, times`,
    [
      row.id,
      found.shop,
      found.domain,
      found.kind,
      found.systemId ?? "",
      found.owner,
      found.resource.type,
      found.resource.id,
      found.resource.locationId ?? "",
      found.sku,
      row.values,
      found.cause,
      found.eventId,
      found.correlationId,
      found.traceparent,
      at,
    ],
  );
  const [stored] = rows;
  if (!stored) throw new Error("a discrepancy was neither inserted nor updated");
  if (stored.id !== row.id)
    await tx.query("UPDATE discrepancies SET values = $2 WHERE id = $1", [
      stored.id,
      row.merged(stored.values),
    ]);
  return stored.id;
}

/** Discrepancies of a shop, newest first; `after`: the id of the last one of the page before. */
export async function selectDiscrepancies(
  db: Queryable,
  shop: string,
  filter: DiscrepancyFilter,
  limit: number,
  after: string | undefined,
): Promise<DiscrepancyRow[]> {
  const values: unknown[] = [shop];
  const where = ["shop = $1"];
  const add = (column: string, value: unknown) => {
    if (value === undefined) return;
    values.push(value);
    where.push(`${column} $${String(values.length)}`);
  };
  add("status =", filter.status);
  add("domain =", filter.domain);
  add("kind =", filter.kind);
  add("system_id =", filter.system);
  add("resource_id =", filter.resource);
  add("id <", after);
  values.push(limit);
  const { rows } = await db.query<DiscrepancyRow>(
    `SELECT * FROM discrepancies WHERE ${where.join(" AND ")}
     ORDER BY id DESC LIMIT $${String(values.length)}`,
    values,
  );
  return rows;
}

/** Open discrepancies of a shop, up to `cap` of them, and when the newest was seen first. */
export async function countOpen(
  db: Queryable,
  shop: string,
  cap: number,
  filter: Pick<DiscrepancyFilter, "domain" | "system"> = {},
): Promise<{ count: number; newestAt: string | null }> {
  const { rows } = await db.query<{ count: number; newest: Date | null }>(
    `SELECT count(*)::int AS count, max(first_seen_at) AS newest
     FROM (SELECT first_seen_at FROM discrepancies WHERE shop = $1 AND status = 'open'
             AND ($3::text IS NULL OR domain = $3) AND ($4::text IS NULL OR system_id = $4)
           ORDER BY id DESC LIMIT $2) AS capped`,
    [shop, cap, filter.domain ?? null, filter.system ?? null],
  );
  return { count: rows[0]?.count ?? 0, newestAt: rows[0]?.newest?.toISOString() ?? null };
}

/**
 * How many discrepancies of a shop were first seen in each of `points` equal spans of [fromMs, toMs),
 * oldest first; of the newest `cap` only. Ids sort by that time, so nothing older is read.
 */
export async function countFound(
  db: Queryable,
  shop: string,
  window: { readonly fromMs: number; readonly toMs: number; readonly points: number },
  cap: number,
): Promise<number[]> {
  const { fromMs, toMs, points } = window;
  const { rows } = await db.query<{ slot: number; count: number }>(
    `SELECT ${slotOf("first_seen_at", { from: "$3", slotMs: "$5", points: "$4" })} AS slot,
       count(*)::int AS count
     FROM (SELECT first_seen_at FROM discrepancies WHERE shop = $1 AND id >= $2::uuid
           ORDER BY id DESC LIMIT $6) AS capped
     GROUP BY slot`,
    [shop, firstIdOf(fromMs), new Date(fromMs), points, (toMs - fromMs) / points, cap],
  );
  const bySlot = new Map(rows.map((row) => [row.slot, row.count]));
  return Array.from({ length: points }, (_, slot) => bySlot.get(slot) ?? 0);
}

/** How many discrepancies of the whole installation are open, by domain. */
export async function openByDomain(db: Queryable): Promise<{ domain: string; count: number }[]> {
  const { rows } = await db.query<{ domain: string; count: number }>(
    `SELECT domain, count(*)::int AS count FROM discrepancies WHERE status = 'open'
     GROUP BY domain ORDER BY domain`,
  );
  return rows;
}

/** One discrepancy of a shop, or null. */
export async function findDiscrepancy(
  db: Queryable,
  shop: string,
  id: string,
): Promise<DiscrepancyRow | null> {
  const { rows } = await db.query<DiscrepancyRow>(
    "SELECT * FROM discrepancies WHERE shop = $1 AND id = $2",
    [shop, id],
  );
  return rows[0] ?? null;
}

/** One discrepancy of a shop, locked until the transaction ends; null when there is none. */
export async function lockDiscrepancy(
  tx: Transaction,
  shop: string,
  id: string,
): Promise<DiscrepancyRow | null> {
  const { rows } = await tx.query<DiscrepancyRow>(
    "SELECT * FROM discrepancies WHERE shop = $1 AND id = $2 FOR UPDATE",
    [shop, id],
  );
  return rows[0] ?? null;
}

/** Which open discrepancies are meant: those named, or all that a filter leaves. */
export interface ChosenDiscrepancies {
  readonly ids?: readonly string[];
  readonly filter?: Pick<DiscrepancyFilter, "domain" | "kind" | "system">;
}

/**
 * Open discrepancies of a shop that were found before an instant, the oldest first, locked until the
 * transaction ends; at most `limit`.
 */
export async function lockChosen(
  tx: Transaction,
  shop: string,
  { ids, filter = {} }: ChosenDiscrepancies,
  beforeMs: number,
  limit: number,
): Promise<DiscrepancyRow[]> {
  const { domain = null, kind = null, system = null } = filter;
  const { rows } = await tx.query<DiscrepancyRow>(
    `SELECT * FROM discrepancies
     WHERE shop = $1 AND status = 'open' AND id < $2::uuid
       AND ($3::uuid[] IS NULL OR id = ANY($3)) AND ($4::text IS NULL OR domain = $4)
       AND ($5::text IS NULL OR kind = $5) AND ($6::text IS NULL OR system_id = $6)
     ORDER BY id LIMIT $7 FOR UPDATE`,
    [shop, firstIdOf(beforeMs), ids ?? null, domain, kind, system, limit],
  );
  return rows;
}

/** Closes locked discrepancies. */
export async function closeDiscrepancies(
  tx: Transaction,
  ids: readonly string[],
  status: Exclude<DiscrepancyStatus, "open">,
  resolution: string,
  atMs: number,
): Promise<void> {
  await tx.query(
    `UPDATE discrepancies SET status = $2, resolution = $3, resolved_at = $4
     WHERE id = ANY($1::uuid[])`,
    [ids, status, resolution, new Date(atMs)],
  );
}

/** Closes open discrepancies whose sides agree again. Returns how many there were. */
export async function closeAgreed(
  tx: Transaction,
  shop: string,
  ids: readonly string[],
  resolution: string,
  atMs: number,
): Promise<number> {
  const { rows } = await tx.query(
    `UPDATE discrepancies SET status = 'resolved', resolution = $3, resolved_at = $4
     WHERE shop = $1 AND id = ANY($2::uuid[]) AND status = 'open' RETURNING id`,
    [shop, ids, resolution, new Date(atMs)],
  );
  return rows.length;
}
