import type { Clock, Database } from "#app/db.server.ts";
import type { Logger } from "#app/observability/index.server.ts";
import { noteSeen } from "./presence-store.ts";

/** Shopify tries a webhook for four hours, then it is lost; a comparison finds what it told. */
const longestKeptMs = 4 * 3600 * 1000;
const beatMs = 30_000;

/** Says every half minute that a web process is there to take webhooks. */
export function beatEvery(deps: {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
}): { stop(): void } {
  const beat = () => {
    noteSeen(deps.db, deps.clock.now(), longestKeptMs).catch((error: unknown) => {
      deps.log.warn({ err: error }, "a sign of life was not written down");
    });
  };
  beat();
  const timer = setInterval(beat, beatMs);
  timer.unref();
  return {
    stop: () => {
      clearInterval(timer);
    },
  };
}
