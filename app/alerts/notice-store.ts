import { v7 as uuidv7 } from "uuid";
import type { Queryable, Transaction } from "#app/db.server.ts";
import type { NoticeKind } from "./plan-incidents.ts";
import { type Notice, toldKey } from "./plan-notices.ts";

/** Which of these alerts each channel has been told of, or is about to be. */
export async function toldOf(
  tx: Transaction,
  alertIds: readonly string[],
): Promise<ReadonlySet<string>> {
  if (alertIds.length === 0) return new Set();
  const { rows } = await tx.query<{ channel_id: string; alert_id: string }>(
    "SELECT DISTINCT channel_id, alert_id FROM alert_notices WHERE alert_id = ANY($1::uuid[])",
    [alertIds],
  );
  return new Set(rows.map((row) => toldKey(row.channel_id, row.alert_id)));
}

/** Puts notices into the outbox, and their channels on the list of those that have something to send. */
export async function insertNotices(
  tx: Transaction,
  shop: string,
  notices: readonly Notice[],
  nowMs: number,
): Promise<void> {
  if (notices.length === 0) return;
  const rows = notices.map(({ channelId, alertId, what, dueMs }) => ({
    id: uuidv7({ msecs: nowMs }),
    channelId,
    alertId,
    what,
    due: new Date(dueMs).toISOString(),
  }));
  await tx.query(
    `INSERT INTO alert_notices (id, shop, channel_id, alert_id, what, due_at)
     SELECT id, $1, "channelId", "alertId", what, due
     FROM json_to_recordset($2::json)
       AS r (id uuid, "channelId" text, "alertId" uuid, what text, due timestamptz)`,
    [shop, JSON.stringify(rows)],
  );
  await tx.query(
    `UPDATE alert_channels c SET next_at = least(c.next_at, greatest(r.due, c.rests_until))
     FROM (SELECT "channelId" AS id, min(due) AS due
           FROM json_to_recordset($1::json) AS r ("channelId" text, due timestamptz)
           GROUP BY 1 ORDER BY 1) r
     WHERE c.id = r.id`,
    [JSON.stringify(rows)],
  );
}

/** One thing to tell, as the outbox has it. */
export interface WaitingNotice {
  readonly id: string;
  readonly alertId: string;
  readonly what: NoticeKind;
  readonly waitedSinceMs: number;
}

/** What goes out as one message under one id. */
export interface Batch {
  readonly id: string;
  readonly notices: readonly WaitingNotice[];
}

/**
 * The next message of a channel: the one that is under way since an earlier attempt, with the same id,
 * or what is due by then as a new one. Null: nothing is.
 */
export async function takeBatch(
  tx: Transaction,
  channelId: string,
  next: { readonly id: string; readonly most: number; readonly dueByMs: number },
): Promise<Batch | null> {
  await tx.query(
    `UPDATE alert_notices SET batch_id = $2
     WHERE id IN (SELECT id FROM alert_notices
                  WHERE channel_id = $1 AND settled_at IS NULL AND due_at <= $3
                  ORDER BY id LIMIT $4)
       AND NOT EXISTS (SELECT 1 FROM alert_notices
                       WHERE channel_id = $1 AND settled_at IS NULL AND batch_id IS NOT NULL)`,
    [channelId, next.id, new Date(next.dueByMs), next.most],
  );
  const { rows } = await tx.query<{
    id: string;
    alert_id: string;
    what: NoticeKind;
    batch_id: string;
    due_at: Date;
  }>(
    `SELECT id, alert_id, what, batch_id, due_at FROM alert_notices
     WHERE channel_id = $1 AND settled_at IS NULL AND batch_id IS NOT NULL ORDER BY id`,
    [channelId],
  );
  const [first] = rows;
  if (!first) return null;
  return {
    id: first.batch_id,
    notices: rows.map((row) => ({
      id: row.id,
      alertId: row.alert_id,
      what: row.what,
      waitedSinceMs: row.due_at.getTime(),
    })),
  };
}

/** Settles the notices of a message: it arrived, or it is given up. */
export async function settleBatch(
  tx: Transaction,
  channelId: string,
  batchId: string,
  end: { readonly arrived: boolean; readonly nowMs: number },
): Promise<void> {
  await tx.query(
    `UPDATE alert_notices SET settled_at = $3, arrived = $4
     WHERE channel_id = $1 AND batch_id = $2 AND settled_at IS NULL`,
    [channelId, batchId, new Date(end.nowMs), end.arrived],
  );
}

/** Gives up everything that waits for a channel that is gone. */
export async function giveUpAll(tx: Transaction, channelId: string, nowMs: number): Promise<void> {
  await tx.query(
    `UPDATE alert_notices SET settled_at = $2, arrived = false
     WHERE channel_id = $1 AND settled_at IS NULL`,
    [channelId, new Date(nowMs)],
  );
}

/** When the next notice of a channel is due; null when none waits. */
export async function nextDue(db: Queryable, channelId: string): Promise<number | null> {
  const { rows } = await db.query<{ due: Date | null }>(
    "SELECT min(due_at) AS due FROM alert_notices WHERE channel_id = $1 AND settled_at IS NULL",
    [channelId],
  );
  return rows[0]?.due?.getTime() ?? null;
}
