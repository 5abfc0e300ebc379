import type { Queryable } from "#app/db.server.ts";
import type { MadeSubscription, SubscriptionState } from "./types.ts";

/** How a topic stood at the last check. */
export interface StoredTopic {
  readonly topic: string;
  readonly state: SubscriptionState;
  readonly problem: string | null;
  readonly since: Date;
  readonly checkedAt: Date;
  readonly did: string | null;
  readonly didAt: Date | null;
  readonly substituteId: string | null;
  readonly made: readonly MadeSubscription[];
  readonly surplus: number;
}

/** How every topic of a shop stood at the last check. */
export async function topicStatesOf(db: Queryable, shop: string): Promise<StoredTopic[]> {
  const { rows } = await db.query<StoredTopic>(
    `SELECT topic, state, problem, since, checked_at AS "checkedAt", did, did_at AS "didAt",
       substitute_id AS "substituteId", made, surplus
     FROM topic_states WHERE shop = $1 ORDER BY topic`,
    [shop],
  );
  return rows;
}

/** What a check found of one topic. */
export interface FoundTopic {
  readonly topic: string;
  readonly state: SubscriptionState;
  readonly problem: string | null;
  readonly made: readonly MadeSubscription[];
  readonly surplus: number;
}

/** Writes a check down; `since` moves only where the state does. Topics that are gone are dropped. */
export async function saveTopicStates(
  db: Queryable,
  shop: string,
  found: readonly FoundTopic[],
  nowMs: number,
): Promise<void> {
  const topics = found.map((one) => one.topic);
  await db.query("DELETE FROM topic_states WHERE shop = $1 AND topic <> ALL($2)", [shop, topics]);
  await db.query(
    `INSERT INTO topic_states AS t (shop, topic, state, problem, since, checked_at, made, surplus)
     SELECT $1, topic, state, problem, $3, $3, made, surplus
     FROM json_to_recordset($2::json)
       AS r (topic text, state text, problem text, made jsonb, surplus int) ORDER BY topic
     ON CONFLICT (shop, topic) DO UPDATE SET
       since = CASE WHEN t.state = excluded.state THEN t.since ELSE excluded.since END,
       state = excluded.state, problem = excluded.problem, checked_at = excluded.checked_at,
       made = excluded.made, surplus = excluded.surplus`,
    [shop, JSON.stringify(found), new Date(nowMs)],
  );
}

/** Notes what was done about a topic. */
export async function noteDeed(
  db: Queryable,
  shop: string,
  topic: string,
  deed: { readonly did: string; readonly substituteId: string | null; readonly atMs: number },
): Promise<void> {
  await db.query(
    `UPDATE topic_states SET did = $3, did_at = $4, substitute_id = $5
     WHERE shop = $1 AND topic = $2`,
    [shop, topic, deed.did, new Date(deed.atMs), deed.substituteId],
  );
}

/** How every topic of a shop stood; returns how many rows went. */
export async function forgetTopicsOfShop(db: Queryable, shop: string): Promise<number> {
  const { rows } = await db.query("DELETE FROM topic_states WHERE shop = $1 RETURNING 1 AS one", [
    shop,
  ]);
  return rows.length;
}
