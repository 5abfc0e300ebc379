import type { Queryable, Transaction } from "#app/db.server.ts";
import type { ReplayStatus, ReplayView } from "./types.ts";

/** Something a replay is to do: a dead delivery, a dead event, or a change that was never sent. */
export interface ReplayItem {
  /** Empty for events. */
  readonly systemId: string;
  readonly kind: "delivery" | "event" | "change";
  /** The plain id; ids ascend with time. */
  readonly letterId: string;
}

/** A replay about to be written down. */
export interface NewReplay {
  readonly id: string;
  readonly shop: string;
  readonly kind: ReplayView["kind"];
  readonly actor: string;
  readonly selection: unknown;
  readonly pacePerSecond: number;
}

/** Writes a replay down, without items. */
export async function insertReplay(tx: Transaction, replay: NewReplay, nowMs: number) {
  await tx.query(
    `INSERT INTO replay_jobs (id, shop, kind, actor, selection, pace_per_second, stepped_at, total,
       created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $7)`,
    [
      replay.id,
      replay.shop,
      replay.kind,
      replay.actor,
      JSON.stringify(replay.selection),
      replay.pacePerSecond,
      new Date(nowMs),
    ],
  );
}

/**
 * Lets one replay of a shop begin at a time, until the transaction ends: what two people choose at
 * once is chosen once. An advisory lock, since what is locked is the choice and not a row.
 */
export async function lockReplays(tx: Transaction, shop: string): Promise<void> {
  await tx.query("SELECT pg_advisory_xact_lock(hashtextextended('replay ' || $1, 0))", [shop]);
}

/** Adds to what a replay has to do; returns how much there is now. */
export async function addItems(
  tx: Transaction,
  replayId: string,
  items: readonly ReplayItem[],
): Promise<number> {
  const { rows } = await tx.query<{ total: number }>(
    `WITH added AS (
       INSERT INTO replay_items (replay_id, system_id, kind, letter_id)
       SELECT $1, "systemId", kind, "letterId"
       FROM json_to_recordset($2::json) AS r ("systemId" text, kind text, "letterId" text)
       ON CONFLICT DO NOTHING RETURNING 1
     )
     UPDATE replay_jobs SET total = total + (SELECT count(*) FROM added) WHERE id = $1
     RETURNING total`,
    [replayId, JSON.stringify(items)],
  );
  return rows[0]?.total ?? 0;
}

/** Removes a replay that turned out to have nothing to do. */
export async function deleteReplay(tx: Transaction, replayId: string): Promise<void> {
  await tx.query("DELETE FROM replay_jobs WHERE id = $1", [replayId]);
}

/** A replay under lock, with what a step needs to know. */
export interface LockedReplay {
  readonly id: string;
  readonly status: ReplayStatus;
  readonly step: number;
  readonly pacePerSecond: number;
  readonly steppedAtMs: number;
  readonly total: number;
}

/** Locks a replay of a shop; null when there is none. */
export async function lockReplay(
  tx: Transaction,
  shop: string,
  id: string,
): Promise<LockedReplay | null> {
  const { rows } = await tx.query<Row>(
    "SELECT * FROM replay_jobs WHERE shop = $1 AND id = $2::uuid FOR UPDATE",
    [shop, id],
  );
  const [row] = rows;
  if (!row) return null;
  return {
    id: row.id,
    status: row.status,
    step: row.step,
    pacePerSecond: row.pace_per_second,
    steppedAtMs: row.stepped_at.getTime(),
    total: row.total,
  };
}

/** Takes the oldest items of a replay, up to `perSystem` of each system: they are not there any more. */
export async function takeItems(
  tx: Transaction,
  replayId: string,
  perSystem: number,
): Promise<ReplayItem[]> {
  const { rows } = await tx.query<ReplayItem>(
    `DELETE FROM replay_items i
     USING (SELECT s.system_id, t.kind, t.letter_id
            FROM (SELECT DISTINCT system_id FROM replay_items WHERE replay_id = $1) s
            CROSS JOIN LATERAL (
              SELECT kind, letter_id FROM replay_items o
              WHERE o.replay_id = $1 AND o.system_id = s.system_id
              ORDER BY letter_id, kind LIMIT $2) t) taken
     WHERE i.replay_id = $1 AND i.system_id = taken.system_id AND i.kind = taken.kind
       AND i.letter_id = taken.letter_id
     RETURNING i.system_id AS "systemId", i.kind, i.letter_id AS "letterId"`,
    [replayId, perSystem],
  );
  return rows.sort((a, b) => (a.letterId < b.letterId ? -1 : 1));
}

/**
 * Writes a step down; a replay with nothing left is completed. Returns the number of the next step, or
 * null when there is none.
 */
export async function recordStep(
  tx: Transaction,
  replayId: string,
  taken: { readonly items: number; readonly skipped: number },
  nowMs: number,
): Promise<number | null> {
  const { rows } = await tx.query<{ step: number; status: ReplayStatus }>(
    `UPDATE replay_jobs j SET step = step + 1, done = done + $2::int, skipped = skipped + $3::int,
       stepped_at = CASE WHEN $2::int > 0 THEN $4::timestamptz ELSE stepped_at END,
       status = CASE WHEN left_over THEN status ELSE 'completed' END,
       finished_at = CASE WHEN left_over THEN NULL ELSE $4::timestamptz END
     FROM (SELECT EXISTS (SELECT 1 FROM replay_items WHERE replay_id = $1) AS left_over) l
     WHERE j.id = $1 RETURNING j.step, j.status`,
    [replayId, taken.items, taken.skipped, new Date(nowMs)],
  );
  return rows[0]?.status === "running" ? rows[0].step : null;
}

/** Sets the status a person chose; jobs of before are stale from then on. Returns the next step. */
export async function setReplayStatus(
  tx: Transaction,
  replayId: string,
  status: ReplayStatus,
  nowMs: number,
): Promise<number> {
  const { rows } = await tx.query<{ step: number }>(
    `UPDATE replay_jobs SET status = $2, step = step + 1, stepped_at = $3,
       finished_at = CASE WHEN $2 = 'cancelled' THEN $3::timestamptz END
     WHERE id = $1 RETURNING step`,
    [replayId, status, new Date(nowMs)],
  );
  if (status === "cancelled")
    await tx.query("DELETE FROM replay_items WHERE replay_id = $1", [replayId]);
  return rows[0]?.step ?? 0;
}

/** One replay of a shop, or null. */
export async function replayOf(
  db: Queryable,
  shop: string,
  id: string,
): Promise<ReplayView | null> {
  const { rows } = await db.query<Row>(
    "SELECT * FROM replay_jobs WHERE shop = $1 AND id = $2::uuid",
    [shop, id],
  );
  return rows[0] ? toView(rows[0]) : null;
}

/** The newest replays of a shop. */
export async function replaysOf(
  db: Queryable,
  shop: string,
  after: string | null,
  limit: number,
): Promise<ReplayView[]> {
  const { rows } = await db.query<Row>(
    `SELECT * FROM replay_jobs WHERE shop = $1 AND ($2::uuid IS NULL OR id < $2)
     ORDER BY id DESC LIMIT $3`,
    [shop, after, limit],
  );
  return rows.map(toView);
}

interface Row {
  id: string;
  kind: ReplayView["kind"];
  actor: string;
  selection: unknown;
  status: ReplayStatus;
  pace_per_second: number;
  step: number;
  stepped_at: Date;
  total: number;
  done: number;
  skipped: number;
  created_at: Date;
  finished_at: Date | null;
}

function toView(row: Row): ReplayView {
  return {
    id: row.id,
    kind: row.kind,
    actor: row.actor,
    selection: row.selection,
    status: row.status,
    pacePerSecond: row.pace_per_second,
    total: row.total,
    done: row.done,
    skipped: row.skipped,
    createdAt: row.created_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
  };
}
