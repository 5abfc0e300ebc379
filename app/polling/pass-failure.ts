import type { Clock, Queryable } from "#app/db.server.ts";
import type { Logger } from "#app/observability/index.server.ts";
import {
  ShopifyQueryError,
  ShopifyReconnectNeededError,
  ShopifyRefusedError,
  ShopifySearchIgnoredError,
  ShopifyThrottledError,
  ShopifyUnavailableError,
} from "#app/shopify/index.server.ts";
import { type ClaimedFeed, interruptPass } from "./feed-store.ts";

/** What to do about a pass that could not go on. */
export interface FailureVerdict {
  readonly inSeconds: number;
  /** For the merchant. */
  readonly problem: string;
  /** Its place is of no use any more: the next pass begins anew from the watermark. */
  readonly startOver: boolean;
}

const shortestSeconds = 1;
const longestSeconds = 60;
/** What only a person can change. */
const hopelessSeconds = 300;

/**
 * When a pass is tried again, and what the merchant is told. Nothing here moves the watermark, so
 * whatever went wrong, the next pass reads what this one did not. Pure.
 */
export function judgeFailure(error: unknown, failures: number): FailureVerdict {
  const soon = Math.min(longestSeconds, shortestSeconds * 2 ** Math.min(failures, 10));
  if (error instanceof ShopifyThrottledError)
    return {
      inSeconds: Math.max(shortestSeconds, Math.ceil(error.retryAfterMs / 1000)),
      problem: "Shopify's limit is used by more urgent work. The pass goes on when there is room.",
      startOver: false,
    };
  if (error instanceof ShopifyUnavailableError)
    return { inSeconds: soon, problem: error.message, startOver: false };
  if (error instanceof ShopifyReconnectNeededError || error instanceof ShopifyRefusedError)
    return { inSeconds: hopelessSeconds, problem: error.message, startOver: false };
  // An unfiltered answer proves nothing; a refused cursor or query is worth a new beginning.
  if (error instanceof ShopifySearchIgnoredError || error instanceof ShopifyQueryError)
    return {
      inSeconds: failures === 0 ? shortestSeconds : hopelessSeconds,
      problem: error.message,
      startOver: true,
    };
  const problem = "The pass failed in Converge. It was written down, and is tried again.";
  return { inSeconds: soon, problem, startOver: failures > 2 };
}

/** Lets the feed of a failed pass go, to be tried again in time. */
export async function handlePassFailure(
  deps: { readonly db: Queryable; readonly clock: Clock; readonly log: Logger },
  claim: ClaimedFeed,
  error: unknown,
): Promise<void> {
  const verdict = judgeFailure(error, claim.failures);
  deps.log.warn(
    { err: error, shop: claim.shop, feed: claim.feed, inSeconds: verdict.inSeconds },
    "a pass could not go on",
  );
  await interruptPass(deps.db, claim, verdict);
}
