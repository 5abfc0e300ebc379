import type { DataDomain } from "#app/data-domains.ts";
import type { Queryable, Transaction } from "#app/db.server.ts";
import type { RejectedLine } from "./types.ts";

/** A snapshot as it is stored. */
export interface SnapshotHead {
  readonly id: string;
  readonly rows: number;
  readonly gaps: boolean;
  readonly startedAt: Date;
  readonly completedAt: Date;
}

/** A record as it is stored; `fields` may be sealed. */
export interface StoredRecord {
  readonly key: string;
  readonly observedAt: Date | null;
  readonly fields: Buffer | null;
}

/** What a record's fields are sealed for. */
export function recordPurpose(snapshotId: string, key: string): string {
  return `snapshot:${snapshotId}:${key}`;
}

/** Begins a snapshot; it counts for nothing until it is complete. */
export async function beginSnapshot(
  db: Queryable,
  snapshot: {
    readonly id: string;
    readonly shop: string;
    readonly systemId: string;
    readonly domain: DataDomain;
    readonly source: "pushed" | "pulled";
    readonly atMs: number;
  },
): Promise<void> {
  await db.query(
    `INSERT INTO snapshots (id, shop, system_id, domain, source, started_at)
     VALUES ($1, $2, $3, $4, $5, $6)`,
    [
      snapshot.id,
      snapshot.shop,
      snapshot.systemId,
      snapshot.domain,
      snapshot.source,
      new Date(snapshot.atMs),
    ],
  );
}

/** Stores records of a snapshot; of two with one key the later stands. Keys are unique within a call. */
export async function addRecords(
  db: Queryable,
  snapshotId: string,
  records: readonly {
    readonly key: string;
    readonly observedAt: string | null;
    readonly fields: Buffer | null;
  }[],
): Promise<void> {
  if (records.length === 0) return;
  await db.query(
    `INSERT INTO snapshot_rows (snapshot_id, key, observed_at, fields)
     SELECT $1, key, at, fields
     FROM unnest($2::text[], $3::timestamptz[], $4::bytea[]) AS r (key, at, fields)
     ON CONFLICT (snapshot_id, key) DO UPDATE SET
       observed_at = excluded.observed_at, fields = excluded.fields`,
    [
      snapshotId,
      records.map((record) => record.key),
      records.map((record) => record.observedAt),
      records.map((record) => record.fields),
    ],
  );
}

/** Makes a snapshot the one that counts, in place of the one before. Returns its number of records. */
export async function completeSnapshot(
  tx: Transaction,
  snapshot: {
    readonly id: string;
    readonly shop: string;
    readonly systemId: string;
    readonly domain: DataDomain;
    readonly rejected: number;
    readonly rejections: readonly RejectedLine[];
    readonly gaps: boolean;
    readonly atMs: number;
  },
): Promise<number> {
  const { shop, systemId, domain } = snapshot;
  // Two uploads that end at once take turns: the one that ends last counts.
  await tx.query("SELECT pg_advisory_xact_lock(hashtextextended('snapshot ' || $1, 0))", [
    JSON.stringify([shop, systemId, domain]),
  ]);
  await tx.query(
    `UPDATE snapshots SET status = 'replaced'
     WHERE shop = $1 AND system_id = $2 AND domain = $3 AND status = 'current'`,
    [shop, systemId, domain],
  );
  const { rows } = await tx.query<{ rows: number }>(
    `UPDATE snapshots SET status = 'current', completed_at = $2, rejected = $3, rejections = $4,
       gaps = $5, rows = (SELECT count(*) FROM snapshot_rows WHERE snapshot_id = $1)
     WHERE id = $1 AND status = 'receiving' RETURNING rows`,
    [
      snapshot.id,
      new Date(snapshot.atMs),
      snapshot.rejected,
      JSON.stringify(snapshot.rejections),
      snapshot.gaps,
    ],
  );
  const [row] = rows;
  if (!row) throw new Error("a snapshot was swept away while it was still being received");
  return row.rows;
}

/** The full state that counts; null: the system never told a whole one. */
export async function currentSnapshot(
  db: Queryable,
  shop: string,
  systemId: string,
  domain: DataDomain,
): Promise<SnapshotHead | null> {
  const { rows } = await db.query<SnapshotHead>(
    `SELECT id, rows, gaps, started_at AS "startedAt", completed_at AS "completedAt" FROM snapshots
     WHERE shop = $1 AND system_id = $2 AND domain = $3 AND status = 'current'`,
    [shop, systemId, domain],
  );
  return rows[0] ?? null;
}

/** Forgets a snapshot that came to nothing. */
export async function dropSnapshot(db: Queryable, id: string): Promise<void> {
  await db.query("DELETE FROM snapshot_rows WHERE snapshot_id = $1", [id]);
  await db.query("DELETE FROM snapshots WHERE id = $1", [id]);
}

/**
 * Forgets what was replaced, and what began before `abandonedBeforeMs` and never ended. What a
 * running comparison still reads (`kept`) stays until the next time.
 */
export async function sweepSnapshots(
  db: Queryable,
  abandonedBeforeMs: number,
  kept: readonly string[],
): Promise<void> {
  const { rows } = await db.query<{ id: string }>(
    `SELECT id FROM snapshots
     WHERE (status = 'replaced' OR (status = 'receiving' AND started_at < $1))
       AND id <> ALL($2::uuid[])
     ORDER BY started_at LIMIT 20`,
    [new Date(abandonedBeforeMs), kept],
  );
  for (const { id } of rows) await dropSnapshot(db, id);
}

/** Records of a snapshot by key; what it does not name is missing from the answer. */
export async function recordsOf(
  db: Queryable,
  snapshotId: string,
  keys: readonly string[],
): Promise<Map<string, StoredRecord>> {
  if (keys.length === 0) return new Map();
  const { rows } = await db.query<StoredRecord>(
    `SELECT key, observed_at AS "observedAt", fields FROM snapshot_rows
     WHERE snapshot_id = $1 AND key = ANY($2::text[])`,
    [snapshotId, keys],
  );
  return new Map(rows.map((row) => [row.key, row]));
}

/** Keys of a snapshot in order, after one of them; at most `limit`. */
export async function keysAfter(
  db: Queryable,
  snapshotId: string,
  after: string,
  limit: number,
): Promise<string[]> {
  const { rows } = await db.query<{ key: string }>(
    `SELECT key FROM snapshot_rows WHERE snapshot_id = $1 AND key > $2 ORDER BY key LIMIT $3`,
    [snapshotId, after, limit],
  );
  return rows.map((row) => row.key);
}

/** Which full states a shop's systems have told, as `system domain`. */
export async function snapshotsOf(db: Queryable, shop: string): Promise<Set<string>> {
  const { rows } = await db.query<{ name: string }>(
    `SELECT system_id || ' ' || domain AS name FROM snapshots
     WHERE shop = $1 AND status = 'current'`,
    [shop],
  );
  return new Set(rows.map((row) => row.name));
}
