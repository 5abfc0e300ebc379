import type { Queryable } from "#app/db.server.ts";

/** What Shopify has of one record, while a comparison runs. */
export interface StagedRow {
  readonly id: string;
  readonly sku: string | null;
  readonly itemId: string | null;
  readonly locationId: string | null;
  readonly quantity: number | null;
  /** RFC 3339. */
  readonly version: string;
  readonly body: Buffer;
}

const columns = `id, sku, item_id AS "itemId", location_id AS "locationId", quantity, version, body`;

/** The row that says the others are still there: unlogged tables are empty after a crash of Postgres. */
const sentinel: StagedRow = {
  id: "",
  sku: null,
  itemId: null,
  locationId: null,
  quantity: null,
  version: "",
  body: Buffer.alloc(0),
};

/** Stores rows, once each. */
export async function stageRows(
  db: Queryable,
  runId: string,
  rows: readonly StagedRow[],
): Promise<number> {
  const all = [sentinel, ...rows];
  const { rows: stored } = await db.query<{ id: string }>(
    `INSERT INTO reconciliation_rows (run_id, id, sku, item_id, location_id, quantity, version, body)
     SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::int[], $7::text[],
       $8::bytea[])
     ON CONFLICT (run_id, id) DO NOTHING RETURNING id`,
    [
      runId,
      all.map((row) => row.id),
      all.map((row) => row.sku),
      all.map((row) => row.itemId),
      all.map((row) => row.locationId),
      all.map((row) => row.quantity),
      all.map((row) => row.version),
      all.map((row) => row.body),
    ],
  );
  return stored.filter((row) => row.id !== "").length;
}

/** Whether what was staged is still there. */
export async function isStaged(db: Queryable, runId: string): Promise<boolean> {
  const { rows } = await db.query(
    "SELECT 1 AS one FROM reconciliation_rows WHERE run_id = $1 AND id = ''",
    [runId],
  );
  return rows.length > 0;
}

/** Rows in order of their ids, after one of them. */
export async function stagedAfter(
  db: Queryable,
  runId: string,
  after: string,
  limit: number,
): Promise<StagedRow[]> {
  const { rows } = await db.query<StagedRow>(
    `SELECT ${columns} FROM reconciliation_rows WHERE run_id = $1 AND id > $2 ORDER BY id LIMIT $3`,
    [runId, after, limit],
  );
  return rows;
}

/** Some rows by id. */
export async function stagedRows(
  db: Queryable,
  runId: string,
  ids: readonly string[],
): Promise<Map<string, StagedRow>> {
  if (ids.length === 0) return new Map();
  const { rows } = await db.query<StagedRow>(
    `SELECT ${columns} FROM reconciliation_rows WHERE run_id = $1 AND id = ANY($2::text[])`,
    [runId, ids],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** Which of these ids Shopify has. */
export async function presentAmong(
  db: Queryable,
  runId: string,
  ids: readonly string[],
): Promise<Set<string>> {
  const { rows } = await db.query<{ id: string }>(
    "SELECT id FROM reconciliation_rows WHERE run_id = $1 AND id = ANY($2::text[])",
    [runId, ids],
  );
  return new Set(rows.map((row) => row.id));
}

/** What carries a SKU in Shopify. */
export interface SkuPlaces {
  /** Different articles; more than one: the SKU does not say which. */
  readonly articles: number;
  /** Units of all places together. */
  readonly total: number;
  readonly ids: readonly string[];
  readonly places: readonly (string | null)[];
}

/** What carries each of some SKUs. */
export async function placesOfSkus(
  db: Queryable,
  runId: string,
  skus: readonly string[],
): Promise<Map<string, SkuPlaces>> {
  if (skus.length === 0) return new Map();
  const { rows } = await db.query<SkuPlaces & { sku: string }>(
    `SELECT sku, count(DISTINCT item_id)::int AS articles, coalesce(sum(quantity), 0)::int AS total,
       array_agg(id ORDER BY id) AS ids, array_agg(location_id) AS places
     FROM reconciliation_rows WHERE run_id = $1 AND sku = ANY($2::text[]) GROUP BY sku`,
    [runId, skus],
  );
  return new Map(rows.map((row) => [row.sku, row]));
}

/** Forgets what was staged, in pieces. */
export async function dropRows(db: Queryable, runId: string): Promise<void> {
  for (;;) {
    const { rows } = await db.query<{ dropped: number }>(
      `WITH gone AS (
         DELETE FROM reconciliation_rows WHERE ctid = ANY(ARRAY(
           SELECT ctid FROM reconciliation_rows WHERE run_id = $1 LIMIT 20000)) RETURNING 1)
       SELECT count(*)::int AS dropped FROM gone`,
      [runId],
    );
    if ((rows[0]?.dropped ?? 0) === 0) return;
  }
}
