import type { Queryable } from "#app/db.server.ts";
import type { Circuit } from "./types.ts";

/**
 * Moves the circuit of a system from one position to another. False, and nothing changed, when it is
 * no longer where the caller believes it to be: of any number of workers one gets the probe.
 */
export async function moveCircuit(
  db: Queryable,
  systemId: string,
  from: Circuit,
  to: Circuit,
): Promise<boolean> {
  const date = (ms: number | null) => (ms === null ? null : new Date(ms));
  const { rows } = await db.query(
    `UPDATE systems SET circuit_state = $5, circuit_since = $6, circuit_probe_at = $7,
       circuit_failed_probes = $8
     WHERE id = $1 AND circuit_state = $2 AND circuit_failed_probes = $3
       AND date_trunc('milliseconds', circuit_probe_at) IS NOT DISTINCT FROM $4::timestamptz
     RETURNING id`,
    [
      systemId,
      from.state,
      from.failedProbes,
      date(from.probeAtMs),
      to.state,
      date(to.sinceMs),
      date(to.probeAtMs),
      to.failedProbes,
    ],
  );
  return rows.length > 0;
}
