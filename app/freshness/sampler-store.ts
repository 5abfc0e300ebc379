import type { Queryable } from "#app/db.server.ts";

/** For how long a worker that died keeps others from sampling. */
const leaseSeconds = 30;

/** Makes this worker the one that samples, or keeps it so; false while another one is. */
export async function claimSampling(db: Queryable, leaseId: string): Promise<boolean> {
  const { rows } = await db.query(
    `INSERT INTO freshness_sampler AS s (lease_id, lease_until)
     VALUES ($1, now() + make_interval(secs => $2))
     ON CONFLICT (id) DO UPDATE SET lease_id = excluded.lease_id, lease_until = excluded.lease_until
     WHERE s.lease_id = excluded.lease_id OR s.lease_until < now()
     RETURNING 1 AS one`,
    [leaseId, leaseSeconds],
  );
  return rows.length > 0;
}

/** Lets another worker sample at once. */
export async function releaseSampling(db: Queryable, leaseId: string): Promise<void> {
  await db.query("DELETE FROM freshness_sampler WHERE lease_id = $1", [leaseId]);
}
