import type { Queryable } from "#app/db.server.ts";
import type { JobName } from "#app/jobs.ts";

/** Lets the waiting jobs of one group run now, in the caller's transaction. */
export async function wakeJobs(
  tx: Queryable,
  names: readonly JobName[],
  group: string,
): Promise<void> {
  await tx.query(
    `UPDATE pgboss.job SET start_after = now()
     WHERE name = ANY($1) AND state < 'active' AND group_id = $2 AND start_after > now()`,
    [names, group],
  );
}
