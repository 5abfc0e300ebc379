import type { Installation } from "./installation.ts";

/**
 * The jobs that a change in the store leads to. What the clock starts (polls, comparisons, cleaning
 * up) comes again for ever, so an installation that waited for it would never be done.
 */
const corridorJobs = [
  "process-events",
  "fan-out-changes",
  "confirm-resource",
  "write-back",
  "run-replay",
  "tell-system",
];

/** What is still on its way: events not processed, jobs and deliveries not at their end. */
export async function unfinishedWork({
  rig,
  shop,
}: Pick<Installation, "rig" | "shop">): Promise<{ received: number; open: number }> {
  const { rows } = await rig.db.query<{ received: number; open: number }>(
    `SELECT (SELECT count(*)::int FROM events WHERE shop = $1 AND status = 'received') AS received,
       (SELECT count(*)::int FROM pgboss.job WHERE state < 'completed' AND name = ANY ($2))
       + (SELECT count(*)::int FROM deliveries WHERE shop = $1
          AND status NOT IN ('delivered', 'superseded', 'dead', 'discarded')) AS open`,
    [shop, corridorJobs],
  );
  return rows[0] ?? { received: 0, open: 0 };
}
