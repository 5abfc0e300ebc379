import type { Clock, Database } from "#app/db.server.ts";
import {
  classicTopicOf,
  compareWays,
  type Heartbeat,
  heartbeatsOf,
} from "#app/events/index.server.ts";
import { addWindow, keepCursors, takeCursor } from "./transport-store.ts";

/** What comparing takes. */
export interface CompareDeps {
  readonly db: Database;
  readonly clock: Clock;
}

/** A way that was silent for this long does not run any more. */
const runsForMs = 7 * 24 * 3_600_000;

/** What the other way has not told by then it will hardly tell: Shopify's first retries are over. */
const graceMs = 10 * 60_000;

/** One statement reads so much, and a check reads a day at most: the next goes on. */
const windowMs = 10 * 60_000;
const mostWindows = 144;

/**
 * Counts what classic webhooks and Events told of each topic that both tell. Every event is read a
 * fixed number of times, however long both run; killed anywhere or run twice at once, each window
 * counts once, since its counts and the cursor move in one transaction.
 */
export async function compareTransports({ db, clock }: CompareDeps, shop: string): Promise<void> {
  const nowMs = clock.now();
  const told = toldByBoth(await heartbeatsOf(db, shop), nowMs);
  await keepCursors(db, shop, [...told.keys()], nowMs);
  for (const [topic, names] of told)
    for (let windows = 0; windows < mostWindows; windows += 1) {
      const more = await db.transaction(async (tx) => {
        const fromMs = await takeCursor(tx, shop, topic);
        const toMs = Math.min((fromMs ?? nowMs) + windowMs, nowMs - graceMs);
        if (fromMs === null || toMs <= fromMs) return false;
        const found = await compareWays(tx, shop, names, { fromMs, toMs, graceMs });
        await addWindow(tx, shop, topic, found, toMs);
        return true;
      });
      if (!more) break;
    }
}

/** Topics that both ways told of lately, by their classic name, with every name they go by. Pure. */
export function toldByBoth(
  beats: readonly Heartbeat[],
  nowMs: number,
): ReadonlyMap<string, readonly string[]> {
  const fresh = beats.filter((beat) => nowMs - beat.lastAt.getTime() <= runsForMs);
  const of = (way: string) => fresh.filter((beat) => beat.way === way);
  const classic = new Set(of("webhooks").map((beat) => beat.topic));
  const both = new Map<string, string[]>();
  for (const { topic } of of("events")) {
    const name = classicTopicOf(topic);
    if (!classic.has(name)) continue;
    both.set(name, [...new Set([...(both.get(name) ?? [name]), topic])]);
  }
  return both;
}
