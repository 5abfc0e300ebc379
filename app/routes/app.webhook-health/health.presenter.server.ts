import type { AppContext } from "#app/context.server.ts";
import { readTopicHealth } from "#app/freshness/index.server.ts";
import { readPollHealth } from "#app/polling/index.server.ts";
import { getShop } from "#app/shops/index.server.ts";
import { spansOf } from "../app._index/ranges.ts";
import { loadSubscriptions } from "./subscriptions.presenter.server.ts";
import { healthRanges, type HealthRange } from "./ranges.ts";

/** Everything the screen shows, read at one moment. */
export async function loadWebhookHealth(
  context: Pick<AppContext, "db" | "clock" | "config">,
  shop: string,
  range: HealthRange,
) {
  const { db, clock } = context;
  const nowMs = clock.now();
  const { windowMs, barSpanMs } = healthRanges[range];
  const { fromMs, toMs, points } = spansOf(nowMs, windowMs, barSpanMs);
  const [view, topics, polls, subscriptions] = await Promise.all([
    getShop(db, shop),
    readTopicHealth(db, shop, fromMs, toMs, points),
    readPollHealth(db, shop),
    loadSubscriptions(context, shop),
  ]);
  return {
    loadedMs: nowMs,
    timeZone: view?.timeZone ?? null,
    range,
    barSpanMs,
    topics,
    trend: trendOf(topics),
    subscriptions,
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
