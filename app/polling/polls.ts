import { randomUUID } from "node:crypto";
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
  const stopping = new AbortController();
  const running = new Set<Promise<void>>();

  async function look(): Promise<void> {
    const free = concurrency - running.size;
    if (free <= 0) return;
    for (const claim of await claimDueFeeds(deps.db, randomUUID(), free)) {
      const pass = runClaim(deps, claim, stopping.signal).finally(() => running.delete(pass));
      running.add(pass);
    }
  }
  const loops = [
    repeat(deps, "polling: looking for due feeds", lookEveryMs, stopping.signal, look),
    repeat(deps, "polling: reading cadences", cadencesEveryMs, stopping.signal, () =>
      keepCadences(deps.db),
    ),
    repeat(deps, "polling: settling missed webhooks", lookEveryMs, stopping.signal, async () => {
      await settleMissed(deps);
    }),
    repeat(deps, "polling: tidying", tidyEveryMs, stopping.signal, () =>
      forgetOldEntries(deps.db, deps.clock.now()),
    ),
  ];
  return {
    stop: async (graceMs) => {
      stopping.abort();
      const grace = new Promise((resolve) => setTimeout(resolve, graceMs).unref());
      await Promise.race([Promise.allSettled([...loops, ...running]), grace]);
    },
  };
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

async function repeat(
  deps: PassDeps,
  what: string,
  everyMs: number,
  stopping: AbortSignal,
  work: () => Promise<void>,
): Promise<void> {
  while (!stopping.aborted) {
    try {
      await work();
    } catch (error) {
      deps.log.error({ err: error }, `${what} failed; the next time tries again`);
    }
    await pause(everyMs, stopping);
  }
}

function pause(ms: number, stopping: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (stopping.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      stopping.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    stopping.addEventListener("abort", done);
  });
}
