import type { Queryable, Transaction } from "#app/db.server.ts";

/** A resource by name. */
export interface ResourceName {
  readonly type: string;
  readonly id: string;
}

/** By id: until when what is said of a resource is erased, epoch milliseconds. */
export async function erasuresOf(
  db: Queryable,
  shop: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (ids.length === 0) return new Map();
  const { rows } = await db.query<{ id: string; erased_at: Date }>(
    `SELECT id, erased_at FROM mirror_resources
     WHERE shop = $1 AND id = ANY($2) AND erased_at IS NOT NULL`,
    [shop, ids],
  );
  return new Map(rows.map((row) => [row.id, row.erased_at.getTime()]));
}

/** What belongs to some resources, and what belongs to that: a customer's orders and fulfillments. */
export async function belongingsOf(
  db: Queryable,
  shop: string,
  ids: readonly string[],
): Promise<ResourceName[]> {
  const { rows } = await db.query<ResourceName>(
    `WITH RECURSIVE belongings AS (
       SELECT type, id FROM mirror_resources WHERE shop = $1 AND belongs_to = ANY($2)
       UNION
       SELECT m.type, m.id FROM mirror_resources m
       JOIN belongings b ON m.shop = $1 AND m.belongs_to = b.id
     )
     SELECT type, id FROM belongings ORDER BY type, id`,
    [shop, ids],
  );
  return rows;
}

/**
 * Empties what is known of resources as it was at `atMs`, and marks them so that what comes later of
 * before that is erased too. The versions stay. Waits for transactions that hold the resources.
 * Returns how many were not empty yet.
 */
export async function eraseStates(
  tx: Transaction,
  shop: string,
  resources: readonly (ResourceName & { readonly emptied: Buffer })[],
  atMs: number,
): Promise<number> {
  const rows = resources.map(({ type, id, emptied }) => ({
    type,
    id,
    emptied: emptied.toString("base64"),
  }));
  const { rows: erased } = await tx.query(
    `INSERT INTO mirror_resources AS m
       (shop, type, id, version, version_at, digest, state, event_id, applied_at, erased_at)
     SELECT $1, type, id, '', '-infinity', '', decode(emptied, 'base64'),
       '00000000-0000-0000-0000-000000000000', '-infinity', $3
     FROM json_to_recordset($2::json) AS r (type text, id text, emptied text)
     ORDER BY type, id
     ON CONFLICT (shop, type, id) DO UPDATE SET
       erased_at = greatest(m.erased_at, excluded.erased_at), digest = '', state = excluded.state
     WHERE m.erased_at IS NULL OR m.erased_at < excluded.erased_at
       OR (m.digest <> '' AND coalesce(m.triggered_at, m.applied_at) <= excluded.erased_at)
     RETURNING 1 AS one`,
    [shop, JSON.stringify(rows), new Date(atMs)],
  );
  return erased.length;
}

/** Deletes what some events led to, and what is still expected to echo of some resources. */
export async function eraseChanges(
  db: Queryable,
  shop: string,
  eventIds: readonly string[],
): Promise<number> {
  const { rows } = await db.query(
    "DELETE FROM changes WHERE event_id = ANY($2::uuid[]) AND shop = $1 RETURNING 1 AS one",
    [shop, eventIds],
  );
  return rows.length;
}

/** What is known of resources, still sealed; nothing for those that are unknown or emptied. */
export async function sealedStates(
  db: Queryable,
  shop: string,
  ids: readonly string[],
): Promise<(ResourceName & { readonly state: Buffer })[]> {
  const { rows } = await db.query<ResourceName & { state: Buffer }>(
    `SELECT type, id, state FROM mirror_resources
     WHERE shop = $1 AND id = ANY($2) AND version <> '' ORDER BY type, id`,
    [shop, ids],
  );
  return rows;
}
