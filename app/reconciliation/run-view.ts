import type { RunRow } from "./run-store.ts";
import type { RunView } from "./types.ts";

/** A comparison as screens and the API show it. */
export function toRunView(row: RunRow): RunView {
  const { work } = row;
  const running = row.status === "running";
  return {
    id: row.id,
    domain: row.domain,
    system: row.system,
    trigger: row.trigger,
    mode: row.mode,
    status: row.status,
    phase: running ? row.phase : null,
    compared: row.compared,
    found: row.found,
    repaired: row.repaired,
    inFlight: row.in_flight,
    partial: work.partial === true,
    note: row.note,
    progress: {
      read: work.storedRows ?? 0,
      expected: (work.objects ?? 0) + (work.snapshotRows ?? 0),
      downloadedBytes: work.storedBytes ?? 0,
      resultBytes: work.resultBytes ?? null,
    },
    startedAt: row.started_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
  };
}
