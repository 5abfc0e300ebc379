import type { Queryable } from "#app/db.server.ts";

/** A location of a store; its id is a gid. */
export interface StoreLocation {
  readonly id: string;
  readonly name: string;
}

/** Learns what a store calls its locations; what is known already is not written again. */
export async function learnLocations(
  db: Queryable,
  shop: string,
  locations: readonly StoreLocation[],
): Promise<void> {
  if (locations.length === 0) return;
  await db.query(
    `INSERT INTO store_locations (shop, id, name)
     SELECT $1, r.id, r.name FROM json_to_recordset($2::json) AS r (id text, name text)
     WHERE NOT EXISTS (
       SELECT FROM store_locations k WHERE k.shop = $1 AND k.id = r.id AND k.name = r.name)
     ORDER BY r.id
     ON CONFLICT (shop, id) DO UPDATE SET name = excluded.name`,
    [shop, JSON.stringify(locations.map(({ id, name }) => ({ id, name })))],
  );
}

/** What a store calls some of its locations, by gid; what was never read is missing. */
export async function locationNames(
  db: Queryable,
  shop: string,
  ids: readonly string[],
): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const { rows } = await db.query<StoreLocation>(
    "SELECT id, name FROM store_locations WHERE shop = $1 AND id = ANY($2)",
    [shop, ids],
  );
  return new Map(rows.map(({ id, name }) => [id, name]));
}
