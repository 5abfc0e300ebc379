import { createLoops } from "#app/loops.server.ts";
import { listInstalledShops } from "#app/shops/index.server.ts";
import { type LookDeps, lookAtNext } from "./look-at-shops.ts";
import { type SendDueDeps, sendNext } from "./send-due.ts";
import { keepWatches } from "./watch-store.ts";

/** The watch of one worker over all shops. */
export interface Alerts {
  /** Begins nothing more; what is in hand ends or is taken up elsewhere. */
  stop(graceMs: number): Promise<void>;
}

/** Due is due within this time. */
const lookEveryMs = 1_000;
/** A new shop is watched within this time. */
const keepEveryMs = 5_000;

/** Looks after the alerts of all shops, and tells of them, until stopped. Any number of workers share the work. */
export function createAlerts(deps: LookDeps & SendDueDeps): Alerts {
  const loops = createLoops(deps.log);
  const { stopping } = loops;
  loops.every(keepEveryMs, "alerts: finding shops", async () =>
    keepWatches(deps.db, await listInstalledShops(deps.db)),
  );
  loops.every(lookEveryMs, "alerts: looking at shops", async () => {
    while (!stopping.aborted && (await lookAtNext(deps)));
  });
  // By itself: a channel that takes its time delays no look.
  loops.every(lookEveryMs, "alerts: sending", async () => {
    while (!stopping.aborted && (await sendNext(deps)));
  });
  return { stop: (graceMs) => loops.stop(graceMs) };
}
