import { randomUUID } from "node:crypto";
import { createLoops } from "#app/loops.server.ts";
import { claimDueFeeds, type ClaimedFeed, releaseFeed, renewClaim } from "./feed-store.ts";
import { handlePassFailure } from "./pass-failure.ts";
import { keepCadences } from "./keep-cadences.ts";
import { forgetOldEntries } from "./missed-store.ts";
import { type PassDeps, runPass } from "./run-pass.ts";
import { settleMissed } from "./settle-missed.ts";

/** The passes of one worker. */
export interface Polls {
  /** Starts no pass more; those under way stop after their page, and go on elsewhere. */
  stop(graceMs: number): Promise<void>;
}

/** Due is due within this time. */
const lookEveryMs = 500;
/** A changed SLA, a new shop: known within this time. */
const cadencesEveryMs = 3_000;
const tidyEveryMs = 3_600_000;
/** A claim lasts a minute; a worker that lives says so three times in it. */
const renewEveryMs = 20_000;

/**
 * Starts passes when they are due, at most `concurrency` at once. No job of the queue: a feed's row
 * says when it is due and who has it, so that a pass is never started twice, however many workers
 * look; and a pass a second late is better than a thousand jobs after an outage.
 */
export function createPolls(deps: PassDeps, concurrency: number): Polls {
  const loops = createLoops(deps.log);
  const running = new Set<Promise<void>>();

  async function look(): Promise<void> {
    const free = concurrency - running.size;
    if (free <= 0) return;
    for (const claim of await claimDueFeeds(deps.db, randomUUID(), free)) {
      const pass = runClaim(deps, claim, loops.stopping).finally(() => running.delete(pass));
      running.add(pass);
    }
  }
  loops.every(lookEveryMs, "polling: looking for due feeds", look);
  loops.every(cadencesEveryMs, "polling: reading cadences", () => keepCadences(deps.db));
  loops.every(lookEveryMs, "polling: settling missed webhooks", () => settleMissed(deps));
  loops.every(tidyEveryMs, "polling: tidying", () => forgetOldEntries(deps.db, deps.clock.now()));
  return { stop: (graceMs) => loops.stop(graceMs, running) };
}

/** Runs one claimed pass; whatever happens, the feed is let go. */
export async function runClaim(
  deps: PassDeps,
  claim: ClaimedFeed,
  stopping: AbortSignal,
): Promise<void> {
  const renewing = setInterval(() => {
    renewClaim(deps.db, claim).catch((error: unknown) => {
      deps.log.warn({ err: error, shop: claim.shop }, "a pass could not renew its claim");
    });
  }, renewEveryMs);
  try {
    await runPass(deps, claim, stopping);
  } catch (error) {
    if (stopping.aborted) await releaseFeed(deps.db, claim);
    else await handlePassFailure(deps, claim, error);
  } finally {
    clearInterval(renewing);
  }
}
