import { setTimeout as sleep } from "node:timers/promises";
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
  const stopping = new AbortController();
  const { signal } = stopping;
  const every = async (ms: number, what: string, work: () => Promise<void>) => {
    while (!signal.aborted) {
      await work().catch((error: unknown) => {
        deps.log.error({ err: error }, `alerts: ${what} failed; the next time tries again`);
      });
      await sleep(ms, undefined, { signal }).catch(() => undefined);
    }
  };
  const loops = [
    every(keepEveryMs, "finding shops", async () =>
      keepWatches(deps.db, await listInstalledShops(deps.db)),
    ),
    every(lookEveryMs, "looking at shops", async () => {
      while (!signal.aborted && (await lookAtNext(deps)));
    }),
    // By itself: a channel that takes its time delays no look.
    every(lookEveryMs, "sending", async () => {
      while (!signal.aborted && (await sendNext(deps)));
    }),
  ];
  return {
    stop: async (graceMs) => {
      stopping.abort();
      const grace = sleep(graceMs, undefined, { ref: false });
      await Promise.race([Promise.allSettled(loops), grace]);
    },
  };
}
