import type { BulkFate } from "../bulk/bulk-runner.ts";
import type { Random } from "../state/random.ts";
import type { FaultSettings } from "./fault-table.ts";

/** How a bulk operation that starts now will end. */
export function decideBulkFate(faults: FaultSettings, random: Random): BulkFate {
  if (random.chance(faults.bulkStuck)) return "never_ends";
  if (random.chance(faults.bulkPartial)) return "fails_with_part";
  if (random.chance(faults.bulkFails)) return "fails";
  return random.chance(faults.bulkTorn) ? "is_torn" : "completes";
}

/** After which share of a result (0 to 1) a download breaks off; null: it comes whole. */
export function decideBreakOff(faults: FaultSettings, random: Random): number | null {
  return random.chance(faults.bulkBreaksOff) ? 0.2 + random.next() * 0.6 : null;
}
