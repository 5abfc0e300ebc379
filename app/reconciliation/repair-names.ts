import { v5 as uuidv5 } from "uuid";
import type { RunRow } from "./run-store.ts";

/** Names the event of a repair the same way every time. */
const namespace = "5f2d4b1e-6c1b-4a55-9a0e-3f1c7d1f9b60";

/** The event a repair of this run stands for. Pure. */
export function repairId(run: RunRow, key: string): string {
  return uuidv5(`${run.id}:${key}`, namespace);
}

/** W3C trace context of a comparison: all its repairs fall into one trace. */
export function traceparentOfRun(run: RunRow, key: string): string {
  const hex = run.id.replaceAll("-", "");
  return `00-${hex}-${repairId(run, key).replaceAll("-", "").slice(0, 16)}-01`;
}
