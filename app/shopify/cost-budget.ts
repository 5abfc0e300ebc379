import type { Queryable } from "#app/db.server.ts";
import type { Logger } from "#app/observability/index.server.ts";
import { msUntilPoints, notePoints, pauseShop, takePoints } from "./cost-store.ts";
import { keptForMoreUrgent, type Priority } from "./priorities.ts";
import type { QueryCost } from "./wait-times.ts";

/**
 * Each shop's API budget, shared by all processes: before a request its cost is taken out of the
 * bucket in Postgres, and after it what it did not need is put back.
 *
 * The arithmetic. A bucket of `maximum` points fills by `restoreRate` a second. A request of cost c
 * may go when the bucket holds c + f * maximum, f being the part its priority leaves to more urgent
 * work (or when it is full); then c is gone from it for everybody. So work of a priority can never
 * take the bucket below f * maximum, however many processes do it. What Shopify says it holds lowers
 * the bucket here at once and never raises it: requests may be on their way that Shopify has not
 * seen. What is lost therefore (a process that died with points in hand, an answer that never came)
 * comes back by time: both buckets end at `maximum`, at the latest after maximum / restoreRate, 20 s
 * on Shopify's plans. The only clock is the database's.
 *
 * It costs one UPDATE of an unlogged row before a request (0.6 ms on a busy machine of 2 cores, 1,000 a
 * second for one shop: five times what the largest plan has points for), and one behind its answer that
 * nobody waits for.
 */
export interface CostBudget {
  /** Takes the points: 0; or takes none: milliseconds after which it makes sense to ask again. */
  reserve(shop: string, points: number, priority: Priority): Promise<number>;
  /** After an answer that says what it cost. `throttled`: it was not carried out. */
  settle(shop: string, reserved: number, cost: QueryCost, throttled: boolean): void;
  /** After an answer that says "not before": for every process. */
  pause(shop: string, waitMs: number): void;
}

/** No shorter wait is worth a question. */
const shortestWaitMs = 50;

/** The budget over a database. What cannot be written behind an answer is logged: time heals it. */
export function createCostBudget(db: Queryable, log: Logger): CostBudget {
  const behind = (written: Promise<void>) => {
    written.catch((error: unknown) => {
      log.warn({ err: error }, "an API budget was not written down; it fills again by time");
    });
  };
  return {
    async reserve(shop, points, priority) {
      const kept = keptForMoreUrgent[priority];
      if (await takePoints(db, shop, points, kept)) return 0;
      const waitMs = await msUntilPoints(db, shop, points, kept);
      // Nothing is known before the first answer, which will say.
      return waitMs === undefined ? 0 : Math.max(shortestWaitMs, Math.ceil(waitMs));
    },
    settle(shop, reserved, cost, throttled) {
      const spent = throttled ? 0 : (cost.actualQueryCost ?? cost.requestedQueryCost);
      behind(notePoints(db, shop, cost, reserved - spent, throttled));
    },
    pause(shop, waitMs) {
      behind(pauseShop(db, shop, waitMs));
    },
  };
}
