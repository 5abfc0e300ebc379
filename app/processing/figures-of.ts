import type { EventToProcess } from "#app/events/index.server.ts";
import type { TopicFigure } from "#app/freshness/index.server.ts";

/** What events say of how Shopify's notifications fare; what was read or sent by systems says nothing. Pure. */
export function figuresOf(
  events: readonly EventToProcess[],
  outOfOrder: ReadonlySet<string>,
): TopicFigure[] {
  return events
    .filter((event) => event.source === "webhook")
    .flatMap((event) => {
      const { shop, topic } = event;
      const atMs = event.receivedAt.getTime();
      const delayMs = atMs - (event.triggeredAt?.getTime() ?? atMs);
      const received: TopicFigure = { shop, topic, kind: "received", by: 1, atMs, delayMs };
      if (!outOfOrder.has(event.id)) return [received];
      return [received, { shop, topic, kind: "out_of_order", by: 1, atMs }];
    });
}
