import type { Queryable } from "#app/db.server.ts";

/** What is on its way to a system about one resource, and how the last of it ended. */
export interface Flight {
  /** Something is sent, or waits to be. */
  readonly open: boolean;
  /** Why it waits, where it does. */
  readonly waits: string | null;
  readonly deliveredAt: Date | null;
  /** The last of it failed for good, and nobody sent it again. */
  readonly dead: boolean;
}

/** What is on its way to a system, by resource; of what was never sent nothing is said. */
export async function flightsOf(
  db: Queryable,
  systemId: string,
  resourceIds: readonly string[],
): Promise<Map<string, Flight>> {
  if (resourceIds.length === 0) return new Map();
  const { rows } = await db.query<Flight & { id: string }>(
    `SELECT r.id, o.id IS NOT NULL AS open, o.reason AS waits, d.at AS "deliveredAt",
       x.id IS NOT NULL AS dead
     FROM unnest($2::text[]) AS r (id)
     LEFT JOIN LATERAL (
       SELECT id, CASE WHEN status = 'waiting' THEN reason END AS reason FROM deliveries
       WHERE system_id = $1 AND resource_id = r.id
         AND status IN ('pending', 'delivering', 'retrying', 'waiting') LIMIT 1) o ON true
     LEFT JOIN LATERAL (
       SELECT max(finished_at) AS at FROM deliveries
       WHERE system_id = $1 AND resource_id = r.id AND status = 'delivered') d ON true
     LEFT JOIN LATERAL (
       SELECT id FROM deliveries
       WHERE system_id = $1 AND resource_id = r.id AND status = 'dead' AND replayed_at IS NULL
         AND (d.at IS NULL OR finished_at > d.at) LIMIT 1) x ON true
     WHERE o.id IS NOT NULL OR d.at IS NOT NULL OR x.id IS NOT NULL`,
    [systemId, resourceIds],
  );
  return new Map(rows.map((row) => [row.id, row]));
}
