import type { Queryable, Transaction } from "#app/db.server.ts";

/** The last applied version of a resource. */
export interface KnownResource {
  readonly type: string;
  readonly id: string;
  readonly versionAtMs: number;
  readonly triggeredAtMs: number | null;
  readonly deleted: boolean;
  readonly digest: Buffer;
  /** When it was moved here, by our clock. */
  readonly appliedAtMs: number;
}

/** A resource's next version. `state` is sealed. */
export interface ResourceMove {
  readonly type: string;
  readonly id: string;
  readonly version: string;
  readonly versionAtMs: number;
  readonly triggeredAtMs: number | null;
  readonly deleted: boolean;
  readonly digest: Buffer;
  readonly state: Buffer;
  readonly eventId: string;
  /** Whose it is; not told: what is known stays. */
  readonly belongsTo?: string | null;
}

interface Row {
  type: string;
  id: string;
  version_at: Date | number;
  triggered_at: Date | null;
  deleted: boolean;
  digest: Buffer;
  applied_at: Date | number;
}

const lockSql = `
  SELECT m.type, m.id, m.version_at, m.triggered_at, m.deleted, m.digest, m.applied_at
  FROM mirror_resources m
  JOIN json_to_recordset($2::json) AS k (type text, id text) ON m.type = k.type AND m.id = k.id
  WHERE m.shop = $1
  ORDER BY m.type, m.id
  FOR UPDATE OF m`;

/**
 * Locks resources until the transaction ends and tells what is known of them. A resource never seen
 * before gets an empty row first, so that two workers that meet it at once still take turns.
 * Keys of the result: `type id`.
 */
export async function lockResources(
  tx: Transaction,
  shop: string,
  keys: readonly { readonly type: string; readonly id: string }[],
): Promise<Map<string, KnownResource>> {
  const known = new Map<string, KnownResource>();
  const wanted = [...new Map(keys.map((key) => [`${key.type} ${key.id}`, key])).values()];
  const lock = async (subset: readonly { type: string; id: string }[]) => {
    const { rows } = await tx.query<Row>(lockSql, [shop, JSON.stringify(subset)]);
    for (const row of rows) known.set(`${row.type} ${row.id}`, toKnown(row));
  };
  if (wanted.length === 0) return known;
  await lock(wanted);
  const missing = wanted.filter((key) => !known.has(`${key.type} ${key.id}`));
  if (missing.length > 0) {
    await tx.query(
      `INSERT INTO mirror_resources (shop, type, id, version, version_at, digest, state, event_id, applied_at)
       SELECT $1, type, id, '', '-infinity', '', '', '00000000-0000-0000-0000-000000000000', '-infinity'
       FROM json_to_recordset($2::json) AS k (type text, id text)
       ORDER BY type, id
       ON CONFLICT DO NOTHING`,
      [shop, JSON.stringify(missing)],
    );
    await lock(missing);
  }
  return known;
}

/** What is known of resources right now, nothing locked. Keys of the result: `type id`. */
export async function knownResources(
  db: Queryable,
  shop: string,
  keys: readonly { readonly type: string; readonly id: string }[],
): Promise<Map<string, KnownResource>> {
  if (keys.length === 0) return new Map();
  const { rows } = await db.query<Row>(
    `SELECT m.type, m.id, m.version_at, m.triggered_at, m.deleted, m.digest, m.applied_at
     FROM mirror_resources m
     JOIN json_to_recordset($2::json) AS k (type text, id text) ON m.type = k.type AND m.id = k.id
     WHERE m.shop = $1`,
    [shop, JSON.stringify(keys.map(({ type, id }) => ({ type, id })))],
  );
  return new Map(rows.map((row) => [`${row.type} ${row.id}`, toKnown(row)]));
}

/** Moves locked resources to their next version. */
export async function moveResources(
  tx: Transaction,
  shop: string,
  moves: readonly ResourceMove[],
  atMs: number,
): Promise<void> {
  if (moves.length === 0) return;
  const rows = moves.map((move) => ({
    type: move.type,
    id: move.id,
    version: move.version,
    version_at: new Date(move.versionAtMs).toISOString(),
    triggered_at: move.triggeredAtMs === null ? null : new Date(move.triggeredAtMs).toISOString(),
    deleted: move.deleted,
    digest: move.digest.toString("base64"),
    state: move.state.toString("base64"),
    event_id: move.eventId,
    belongs_to: move.belongsTo ?? null,
  }));
  await tx.query(
    `UPDATE mirror_resources m
     SET version = r.version, version_at = r.version_at, triggered_at = r.triggered_at,
         deleted = r.deleted, digest = decode(r.digest, 'base64'),
         state = decode(r.state, 'base64'), event_id = r.event_id, applied_at = $3,
         belongs_to = coalesce(r.belongs_to, m.belongs_to)
     FROM json_to_recordset($2::json) AS r (type text, id text, version text,
       version_at timestamptz, triggered_at timestamptz, deleted boolean, digest text, state text,
       event_id uuid, belongs_to text)
     WHERE m.shop = $1 AND m.type = r.type AND m.id = r.id`,
    [shop, JSON.stringify(rows), new Date(atMs)],
  );
}

/** The sealed states of resources, by `type id`; what was never seen is missing from the answer. */
export async function statesOf(
  db: Queryable,
  shop: string,
  keys: readonly { readonly type: string; readonly id: string }[],
): Promise<Map<string, Buffer>> {
  if (keys.length === 0) return new Map();
  const { rows } = await db.query<{ type: string; id: string; state: Buffer }>(
    `SELECT m.type, m.id, m.state FROM mirror_resources m
     JOIN json_to_recordset($2::json) AS k (type text, id text) ON m.type = k.type AND m.id = k.id
     WHERE m.shop = $1 AND m.version <> ''`,
    [shop, JSON.stringify(keys.map(({ type, id }) => ({ type, id })))],
  );
  return new Map(rows.map((row) => [`${row.type} ${row.id}`, row.state]));
}

/** A stock level as Shopify told of it last; `state` is sealed. */
export interface MirroredLevel {
  readonly id: string;
  readonly versionAt: Date;
  readonly state: Buffer;
}

/** What is known of stock levels, by their gids and by the gids of the articles they are of. */
export async function levelsOf(
  db: Queryable,
  shop: string,
  levelIds: readonly string[],
  itemIds: readonly string[],
): Promise<MirroredLevel[]> {
  const known = `SELECT id, version_at AS "versionAt", state FROM mirror_resources
    WHERE shop = $1 AND type = 'InventoryLevel' AND NOT deleted AND version <> ''`;
  const { rows } = await db.query<MirroredLevel>(
    `${known} AND id = ANY($2)
     UNION ${known} AND substring(id from 'inventory_item_id=(\\d+)$') = ANY($3)`,
    [shop, levelIds, itemIds.map((id) => id.split("/").at(-1) ?? id)],
  );
  return rows;
}

/** What is known of a resource, with its sealed state; nothing is locked. */
export interface KnownState {
  readonly id: string;
  readonly version: string;
  readonly versionAtMs: number;
  readonly deleted: boolean;
  readonly appliedAtMs: number;
  readonly state: Buffer;
}

/** What is known of some resources of one type, by id. */
export async function knownStates(
  db: Queryable,
  shop: string,
  type: string,
  ids: readonly string[],
): Promise<Map<string, KnownState>> {
  if (ids.length === 0) return new Map();
  const { rows } = await db.query<{
    id: string;
    version: string;
    version_at: Date;
    deleted: boolean;
    applied_at: Date;
    state: Buffer;
  }>(
    `SELECT id, version, version_at, deleted, applied_at, state FROM mirror_resources
     WHERE shop = $1 AND type = $2 AND id = ANY($3::text[]) AND version <> ''`,
    [shop, type, ids],
  );
  return new Map(
    rows.map(({ id, version, version_at, deleted, applied_at, state }) => [
      id,
      {
        id,
        version,
        versionAtMs: instantMs(version_at),
        deleted,
        appliedAtMs: instantMs(applied_at),
        state,
      },
    ]),
  );
}

/** A page of the ids of one type in the order of the database, after one of them. */
export async function idsAfter(
  db: Queryable,
  shop: string,
  type: string,
  after: string,
  limit: number,
): Promise<{ id: string; alive: boolean }[]> {
  const { rows } = await db.query<{ id: string; alive: boolean }>(
    `SELECT id, (NOT deleted AND version <> '') AS alive FROM mirror_resources
     WHERE shop = $1 AND type = $2 AND id > $3 ORDER BY id LIMIT $4`,
    [shop, type, after, limit],
  );
  return rows;
}

/** Replaces what is known beside the version of locked resources; the versions stay. */
export async function rewriteStates(
  tx: Transaction,
  shop: string,
  states: readonly { readonly type: string; readonly id: string; readonly state: Buffer }[],
): Promise<void> {
  if (states.length === 0) return;
  const rows = states.map(({ type, id, state }) => ({ type, id, state: state.toString("base64") }));
  await tx.query(
    `UPDATE mirror_resources m SET state = decode(r.state, 'base64')
     FROM json_to_recordset($2::json) AS r (type text, id text, state text)
     WHERE m.shop = $1 AND m.type = r.type AND m.id = r.id`,
    [shop, JSON.stringify(rows)],
  );
}

/** What the state of a resource is sealed for. */
export function statePurpose(shop: string, type: string, id: string): string {
  return `mirror:${shop}:${type} ${id}`;
}

function toKnown(row: Row): KnownResource {
  return {
    type: row.type,
    id: row.id,
    // '-infinity' arrives as the number -Infinity: older than any real version.
    versionAtMs: instantMs(row.version_at),
    triggeredAtMs: row.triggered_at?.getTime() ?? null,
    deleted: row.deleted,
    digest: row.digest,
    appliedAtMs: instantMs(row.applied_at),
  };
}

function instantMs(instant: Date | number): number {
  return typeof instant === "number" ? instant : instant.getTime();
}
