import { countUnprocessed } from "#app/events/index.server.ts";
import { getShop } from "#app/shops/index.server.ts";
import type { RunDeps } from "./run-deps.ts";
import { moveRun, type RunRow } from "./run-store.ts";
import type { Step } from "./step.ts";

/** A store that cannot be read to its end is compared as far as it is known. */
const shopPatienceMs = 30 * 60_000;
/** So long nothing of the news may be taken in before the comparison goes on without it. */
const newsPatienceMs = 15 * 60_000;
/** News is not counted any further. */
const mostCounted = 10_000;

/**
 * A store that was just installed is compared once its articles have been read for the first time:
 * before that nobody knows which SKU is whose. Null: there is nothing to wait for.
 */
export async function waitForShop(deps: RunDeps, run: RunRow): Promise<Step | null> {
  const nowMs = deps.clock.now();
  if (nowMs - run.started_at.getTime() > shopPatienceMs) return null;
  const shop = await getShop(deps.db, run.shop);
  if (shop === null || shop.learnedAt !== null) return null;
  const note = "Waits until Converge has read the store's articles for the first time.";
  return { run: await moveRun(deps.db, run, { note }, nowMs), waitSeconds: 2 };
}

/**
 * What this comparison found new in Shopify has to be known before a system is judged by it: until
 * then every record of a store that was never compared before would seem to be on its way.
 * Null: all of it is known, or does not get any less.
 */
export async function waitForNews(deps: RunDeps, run: RunRow): Promise<Step | null> {
  if (run.work.newsKnown === true) return null;
  const correlationId = `reconciliation:${run.id}`;
  const left = await countUnprocessed(deps.db, run.shop, correlationId, mostCounted);
  const nowMs = deps.clock.now();
  const { newsLeft = Infinity, newsMovedMs = nowMs } = run.work;
  const movedMs = left < newsLeft ? nowMs : newsMovedMs;
  if (left === 0 || nowMs - movedMs > newsPatienceMs)
    return { run: await moveRun(deps.db, run, { work: { newsKnown: true }, note: null }, nowMs) };
  const counted = `${left === mostCounted ? "more than " : ""}${left.toLocaleString("en")}`;
  const note = `Takes in what Converge did not know of Shopify before it judges the system: ${counted} records are left.`;
  const work = { newsLeft: left, newsMovedMs: movedMs };
  return { run: await moveRun(deps.db, run, { work, note }, nowMs), waitSeconds: 1 };
}
