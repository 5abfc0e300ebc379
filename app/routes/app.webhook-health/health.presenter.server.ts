import type { AppContext } from "#app/context.server.ts";
import { readTopicHealth } from "#app/freshness/index.server.ts";
import { readPollHealth } from "#app/polling/index.server.ts";
import { getShop } from "#app/shops/index.server.ts";
import { spansOf } from "../app._index/ranges.ts";
import { healthRanges, type HealthRange } from "./ranges.ts";

/** Everything the screen shows, read at one moment. */
export async function loadWebhookHealth(
  { db, clock }: Pick<AppContext, "db" | "clock">,
  shop: string,
  range: HealthRange,
) {
  const nowMs = clock.now();
  const { windowMs, barSpanMs } = healthRanges[range];
  const { fromMs, toMs, points } = spansOf(nowMs, windowMs, barSpanMs);
  const [view, topics, polls] = await Promise.all([
    getShop(db, shop),
    readTopicHealth(db, shop, fromMs, toMs, points),
    readPollHealth(db, shop),
  ]);
  return {
    loadedMs: nowMs,
    timeZone: view?.timeZone ?? null,
    range,
    barSpanMs,
    topics,
    trend: trendOf(topics),
    ...polls,
  };
}

/** What `loadWebhookHealth` promises to the screen. */
export type WebhookHealth = Awaited<ReturnType<typeof loadWebhookHealth>>;

/** All topics together, span by span. */
function trendOf(topics: Awaited<ReturnType<typeof readTopicHealth>>) {
  const [first] = topics;
  return (first?.series ?? []).map(({ at }, slot) => {
    const sum = (kind: "received" | "missed") =>
      topics.reduce((total, topic) => total + (topic.series[slot]?.[kind] ?? 0), 0);
    return { at, counts: { received: sum("received"), missed: Math.max(0, sum("missed")) } };
  });
}
