import type { Clock, Database } from "#app/db.server.ts";
import type { Logger } from "#app/observability/index.server.ts";
import { judge } from "./judge.ts";
import { usualAfter } from "./judge-shop.ts";
import { readFacts } from "./read-facts.ts";
import { settleFindings } from "./settle-findings.ts";
import { alertKinds } from "./types.ts";
import { type ClaimedWatch, claimWatch, finishWatch, postponeWatch } from "./watch-store.ts";

/** What looking at shops takes. */
export interface LookDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Every shop is looked at this often: half of the tightest usual target. */
const restSeconds = 15;
/** A shop whose look failed holds up nobody. */
const restAfterFailureSeconds = 60;

/**
 * Looks at the shop that has been due for longest; false when none is. The look and what follows from
 * it are one transaction that holds the shop's row: of any number of workers one looks, and if it dies
 * the shop is due as before.
 */
export async function lookAtNext(deps: LookDeps): Promise<boolean> {
  let claim: ClaimedWatch | null = null;
  try {
    await deps.db.transaction(async (tx) => {
      claim = await claimWatch(tx);
      if (!claim) return;
      const { shop, usualDiscrepancies, lookedAtMs } = claim;
      const nowMs = deps.clock.now();
      const facts = await readFacts(deps, shop, nowMs, usualDiscrepancies);
      if (facts) {
        const scope = { shop, timeZone: facts.timeZone, kinds: alertKinds, nowMs };
        await settleFindings(tx, scope, (open) => judge(facts, open));
      }
      const passedMs = nowMs - (lookedAtMs ?? nowMs);
      const open = facts?.discrepancies.open ?? 0;
      await finishWatch(tx, shop, {
        nowMs,
        usualDiscrepancies: usualAfter(usualDiscrepancies, open, passedMs),
        restSeconds,
      });
    });
  } catch (error) {
    const { shop } = (claim as ClaimedWatch | null) ?? {};
    deps.log.error({ err: error, shop }, "a shop could not be looked at; it is in a minute");
    if (shop === undefined) return false;
    await postponeWatch(deps.db, shop, restAfterFailureSeconds);
  }
  return claim !== null;
}
