import { dataDomains } from "#app/data-domains.ts";
import type { Queryable } from "#app/db.server.ts";
import { listSystems } from "#app/systems/index.server.ts";
import { slotOf } from "#app/time-slots.ts";
import type { SystemHealth } from "./types.ts";

/** Counting what waits or is dead stops here, so that a page costs the same in a flood. */
const countCap = 10_000;

/**
 * How each system of a shop did in the last 24 hours, and what waits for it now. Reads at most 1,440
 * minutes, the first 10,000 dead of each system and its 10,000 oldest changes of each kind that wait,
 * however many deliveries there are.
 */
export async function systemHealth(
  db: Queryable,
  shop: string,
  nowMs: number,
): Promise<SystemHealth[]> {
  const ids = (await listSystems(db, shop)).map((system) => system.id);
  const { rows } = await db.query<{
    system_id: string;
    delivered: number;
    failed: number;
    last_delivered: Date | null;
    waiting: number;
    oldest: Date | null;
    dead: number;
  }>(
    `SELECT s.system_id, day.*, open.*, letters.*
     FROM unnest($2::text[]) AS s (system_id)
     CROSS JOIN LATERAL (
       SELECT coalesce(sum(delivered), 0)::int AS delivered, coalesce(sum(dead), 0)::int AS failed,
         max(last_delivered_at) AS last_delivered
       FROM delivery_minutes m
       WHERE m.shop = $1 AND m.system_id = s.system_id AND m.minute >= $3) day
     CROSS JOIN LATERAL (
       SELECT least($4, count(*))::int AS waiting, min(o.created_at) AS oldest
       FROM unnest($5::text[]) AS k (domain)
       CROSS JOIN LATERAL (
         SELECT created_at FROM deliveries d
         WHERE d.system_id = s.system_id AND d.domain = k.domain
           AND d.status IN ('pending', 'delivering', 'retrying', 'waiting')
         ORDER BY d.version_at LIMIT $4) o) open
     CROSS JOIN LATERAL (
       SELECT count(*)::int AS dead
       FROM (SELECT 1 FROM deliveries d
             WHERE d.shop = $1 AND d.system_id = s.system_id AND d.status = 'dead'
               AND d.replayed_at IS NULL LIMIT $4) o) letters
     WHERE day.last_delivered IS NOT NULL OR day.failed > 0 OR open.waiting > 0
       OR letters.dead > 0`,
    [shop, ids, new Date(nowMs - 24 * 3600 * 1000), countCap, dataDomains],
  );
  return rows.map((row) => ({
    systemId: row.system_id,
    delivered: row.delivered,
    failed: row.failed,
    waiting: row.waiting,
    dead: row.dead,
    oldestWaitingSeconds: row.oldest ? Math.max(0, (nowMs - row.oldest.getTime()) / 1000) : null,
    lastDeliveredAt: row.last_delivered?.toISOString() ?? null,
  }));
}

/** How many deliveries of a shop were given up in each of `points` equal spans of [fromMs, toMs), oldest first. */
export async function deadSeries(
  db: Queryable,
  shop: string,
  fromMs: number,
  toMs: number,
  points: number,
): Promise<number[]> {
  const ids = (await listSystems(db, shop)).map((system) => system.id);
  const { rows } = await db.query<{ slot: number; dead: number }>(
    `SELECT ${slotOf("m.minute", { from: "$3", slotMs: "$6", points: "$5" })} AS slot,
       sum(m.dead)::int AS dead
     FROM unnest($2::text[]) AS s (system_id)
     JOIN delivery_minutes m ON m.shop = $1 AND m.system_id = s.system_id
       AND m.minute >= $3 AND m.minute < $4 AND m.dead > 0
     GROUP BY slot`,
    [shop, ids, new Date(fromMs), new Date(toMs), points, (toMs - fromMs) / points],
  );
  const bySlot = new Map(rows.map((row) => [row.slot, row.dead]));
  return Array.from({ length: points }, (_, slot) => bySlot.get(slot) ?? 0);
}
