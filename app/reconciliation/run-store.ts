import type { DataDomain } from "#app/data-domains.ts";
import { firstIdOf, type Queryable, type Transaction } from "#app/db.server.ts";
import type { RunMode, RunPhase, RunStatus, RunTrigger } from "./types.ts";

/** What the phases need to go on after a crash. Every field is set by the phase that knows it. */
export interface RunWork {
  readonly bulkId?: string;
  /** Bulk operations begun so far. */
  readonly bulkTries?: number;
  readonly polls?: number;
  /** When the last operation was begun: what it says is not older. Epoch milliseconds. */
  readonly readFromMs?: number;
  readonly resultUrl?: string;
  readonly resultBytes?: number | null;
  /** Objects Shopify announced. */
  readonly objects?: number;
  /** Bytes of the result whose lines are stored. */
  readonly storedBytes?: number;
  readonly storedLines?: number;
  readonly storedRows?: number;
  /** Downloads in a row that brought nothing. */
  readonly stalls?: number;
  /** The result is only part of the data: nothing is missing because it is not there. */
  readonly partial?: boolean;
  readonly snapshotId?: string;
  readonly snapshotAtMs?: number;
  readonly snapshotGaps?: boolean;
  readonly snapshotRows?: number;
  /** By how much the system's numbers may differ. */
  readonly within?: Readonly<Record<string, number>>;
  /** Which part of the comparison is under way, and after which key it goes on. */
  readonly part?: "rows" | "mirror" | "snapshot";
  readonly after?: string;
  /** Records whose news is being taken in: they were confirmed, whatever is known of them by now. */
  readonly taking?: readonly string[];
  /** Rows of SKUs that several articles carry. */
  readonly ambiguous?: number;
  /** All this comparison found new in Shopify has been taken in; until then, how much was left when. */
  readonly newsKnown?: boolean;
  readonly newsLeft?: number;
  readonly newsMovedMs?: number;
  /** When the first of the failures in a row was; null after a success. Epoch milliseconds. */
  readonly failingSinceMs?: number | null;
}

/** A comparison as it is stored. */
export interface RunRow {
  readonly id: string;
  readonly shop: string;
  readonly domain: DataDomain;
  readonly system: string;
  readonly trigger: RunTrigger;
  readonly actor: string;
  readonly mode: RunMode;
  readonly status: RunStatus;
  readonly phase: RunPhase;
  readonly version: number;
  readonly work: RunWork;
  readonly compared: number;
  readonly found: number;
  readonly repaired: number;
  readonly in_flight: number;
  readonly note: string | null;
  readonly started_at: Date;
  readonly updated_at: Date;
  readonly finished_at: Date | null;
}

/** Somebody else works on the run, or it was cancelled: what was about to be written is not. */
export class RunLostError extends Error {
  override readonly name = "RunLostError";
}

/** Begins a comparison; null when one of the same is running. */
export async function insertRun(
  tx: Transaction,
  run: Pick<RunRow, "id" | "shop" | "domain" | "system" | "trigger" | "actor" | "mode">,
  atMs: number,
): Promise<RunRow | null> {
  const { rows } = await tx.query<RunRow>(
    `INSERT INTO reconciliations (id, shop, domain, system, trigger, actor, mode, started_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)
     ON CONFLICT (shop, domain, system) WHERE status = 'running' DO NOTHING RETURNING *`,
    [run.id, run.shop, run.domain, run.system, run.trigger, run.actor, run.mode, new Date(atMs)],
  );
  return rows[0] ?? null;
}

/** What one write changes of a running comparison. Counts are added. */
export interface RunChange {
  readonly phase?: RunPhase;
  readonly work?: RunWork;
  /** `work` stands instead of what there is. */
  readonly replaceWork?: boolean;
  readonly note?: string | null;
  readonly compared?: number;
  readonly found?: number;
  readonly repaired?: number;
  readonly inFlight?: number;
  readonly status?: Exclude<RunStatus, "running">;
}

/**
 * Moves a running comparison on from exactly where the caller knows it to be, and returns it.
 * `work` is laid over what is there. @throws {RunLostError}
 */
export async function moveRun(
  tx: Queryable,
  run: RunRow,
  change: RunChange,
  atMs: number,
): Promise<RunRow> {
  const { rows } = await tx.query<RunRow>(
    `UPDATE reconciliations SET version = version + 1, updated_at = $3::timestamptz,
       phase = coalesce($4::text, phase), work = CASE WHEN $13::boolean THEN $5::jsonb ELSE work || $5::jsonb END,
       note = CASE WHEN $6::boolean THEN $7::text ELSE note END,
       compared = compared + $8::int, found = found + $9::int, repaired = repaired + $10::int,
       in_flight = in_flight + $11::int, status = coalesce($12::text, status),
       finished_at = CASE WHEN $12::text IS NULL THEN NULL ELSE $3::timestamptz END
     WHERE id = $1 AND version = $2 AND status = 'running' RETURNING *`,
    [
      run.id,
      run.version,
      new Date(atMs),
      change.phase ?? null,
      JSON.stringify(change.work ?? {}),
      change.note !== undefined,
      change.note ?? null,
      change.compared ?? 0,
      change.found ?? 0,
      change.repaired ?? 0,
      change.inFlight ?? 0,
      change.status ?? null,
      change.replaceWork === true,
    ],
  );
  const [moved] = rows;
  if (!moved) throw new RunLostError("the comparison is in other hands, or over");
  return moved;
}

/** Ends a running comparison from outside; null when there is none that runs. */
export async function endRun(
  tx: Transaction,
  shop: string,
  id: string,
  note: string,
  atMs: number,
): Promise<RunRow | null> {
  const { rows } = await tx.query<RunRow>(
    `UPDATE reconciliations SET status = 'cancelled', version = version + 1, note = $3,
       finished_at = $4, updated_at = $4
     WHERE shop = $1 AND id = $2 AND status = 'running' RETURNING *`,
    [shop, id, note, new Date(atMs)],
  );
  return rows[0] ?? null;
}

/** One comparison of a shop, or null. */
export async function findRun(db: Queryable, shop: string, id: string): Promise<RunRow | null> {
  const { rows } = await db.query<RunRow>(
    "SELECT * FROM reconciliations WHERE shop = $1 AND id = $2",
    [shop, id],
  );
  return rows[0] ?? null;
}

/** Comparisons of a shop, newest first. */
export async function selectRuns(
  db: Queryable,
  shop: string,
  filter: { readonly domain?: DataDomain; readonly system?: string },
  limit: number,
  after: string | null,
): Promise<RunRow[]> {
  const { rows } = await db.query<RunRow>(
    `SELECT * FROM reconciliations
     WHERE shop = $1 AND ($2::uuid IS NULL OR id < $2) AND ($3::text IS NULL OR domain = $3)
       AND ($4::text IS NULL OR system = $4)
     ORDER BY id DESC LIMIT $5`,
    [shop, after, filter.domain ?? null, filter.system ?? null, limit],
  );
  return rows;
}

/**
 * Comparisons that run and that nobody moved since `beforeMs`: their job is lost. They are the
 * caller's to hand out again; nobody else gets them before they have stood still as long once more.
 */
export async function takeStalledRuns(
  tx: Transaction,
  beforeMs: number,
  nowMs: number,
): Promise<{ id: string; shop: string }[]> {
  const { rows } = await tx.query<{ id: string; shop: string }>(
    `UPDATE reconciliations SET updated_at = $2
     WHERE status = 'running' AND updated_at < $1 RETURNING id, shop`,
    [new Date(beforeMs), new Date(nowMs)],
  );
  return rows;
}

/** Snapshots that comparisons under way read. */
export async function snapshotsInUse(db: Queryable): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `SELECT work ->> 'snapshotId' AS id FROM reconciliations
     WHERE status = 'running' AND work ? 'snapshotId'`,
  );
  return rows.map((row) => row.id);
}

/** Which comparisons of a shop were begun at an instant or since, as `domain system`. */
export async function begunSince(
  db: Queryable,
  shop: string,
  sinceMs: number,
): Promise<ReadonlySet<string>> {
  const { rows } = await db.query<{ name: string }>(
    `SELECT DISTINCT domain || ' ' || system AS name FROM reconciliations
     WHERE shop = $1 AND id >= $2::uuid`,
    [shop, firstIdOf(sinceMs)],
  );
  return new Set(rows.map((row) => row.name));
}
