import type { DeliveryView } from "#app/delivery/types.ts";
import type { EventDetail } from "#app/events/types.ts";
import { formatMs } from "#app/ui/format/duration.ts";
import { resourceTail } from "#app/ui/format/ids.ts";
import { countOf } from "#app/ui/format/number.ts";
import type { TimelineItem } from "#app/ui/kit/timeline.tsx";
import { eventStatusWords, sourceWords, topicWord } from "#app/ui/words.ts";
import type { Tone } from "#app/ui/words.ts";

/** The story of one event, from the change in Shopify to the last acknowledgement. Pure. */

/** The steps of an event and its deliveries in order of time; what is still to come stands last. */
export function buildTimeline(
  event: EventDetail,
  deliveries: readonly DeliveryView[],
  nameOf: (systemId: string) => string,
): TimelineItem[] {
  const steps = [
    ...arrival(event),
    ...processing(event),
    ...queueing(deliveries, nameOf),
    ...deliveries.flatMap((delivery) => deliverySteps(delivery, nameOf(delivery.systemId))),
  ];
  // Sorting is stable: steps of one moment keep the order in which they follow from each other.
  return steps.sort((a, b) => order(a) - order(b));
}

const plannedLast = 1e15;

function order(item: TimelineItem): number {
  return Date.parse(item.at) + (item.planned === true ? plannedLast : 0);
}

function arrival(event: EventDetail): TimelineItem[] {
  const steps: TimelineItem[] = [];
  if (event.triggeredAt !== null) {
    steps.push({
      key: "triggered",
      at: event.triggeredAt,
      title: "Changed in Shopify",
      detail: event.topic,
      tone: "neutral",
    });
  }
  steps.push({
    key: "received",
    at: event.receivedAt,
    title: event.source === "webhook" ? "Received" : `Received: ${sourceWords[event.source]}`,
    detail:
      event.source === "webhook"
        ? "Signature verified, stored and queued in one step, then acknowledged to Shopify."
        : "Stored and queued in one step.",
    tone: "info",
  });
  if (event.duplicates > 0 && event.lastDuplicateAt !== null) {
    steps.push({
      key: "repeated",
      at: event.lastDuplicateAt,
      title: `Repeated by Shopify, ${countOf(event.duplicates, "time")}`,
      detail: "Recognised by its webhook id; without effect.",
      tone: "neutral",
    });
  }
  return steps;
}

function processing(event: EventDetail): TimelineItem[] {
  const steps: TimelineItem[] = [];
  if (event.startedAt !== null && event.startedAt !== event.processedAt) {
    steps.push({
      key: "started",
      at: event.startedAt,
      title: "Taken up by a worker",
      tone: "info",
    });
  }
  const word = eventStatusWords[event.status];
  if (event.status === "received") {
    steps.push({
      key: "waiting",
      at: event.receivedAt,
      title: "Waits for a worker",
      tone: "info",
      planned: true,
    });
    return steps;
  }
  steps.push({
    key: "processed",
    at: event.processedAt ?? event.receivedAt,
    title: word.word,
    detail: event.reason ?? word.meaning,
    tone: word.tone,
  });
  return steps;
}

/** Deliveries that were queued in one step stand in one line. */
function queueing(
  deliveries: readonly DeliveryView[],
  nameOf: (systemId: string) => string,
): TimelineItem[] {
  const steps = Map.groupBy(
    deliveries,
    ({ createdAt, replayOf }) => `${createdAt} ${replayOf === null ? "" : "replay"}`,
  );
  return [...steps.entries()].flatMap(([key, group]) => {
    const [first] = group;
    if (!first) return [];
    const bySystem = Map.groupBy(group, ({ systemId }) => nameOf(systemId));
    const names = [...bySystem.entries()].map(([name, own]) =>
      own.length === 1 ? name : `${name} (${countOf(own.length, "change")})`,
    );
    const replay = first.replayOf !== null;
    return [
      {
        key: `queued ${key}`,
        at: first.createdAt,
        title: `${replay ? "Replayed to" : "Queued for"} ${names.join(", ")}`,
        detail: replay
          ? "With the same webhook-id as before, so that the system can recognise it."
          : [...new Set(group.map(({ type }) => topicWord(type)))].join(", "),
        tone: "neutral" as const,
      },
    ];
  });
}

function deliverySteps(delivery: DeliveryView, name: string): TimelineItem[] {
  const subject = `${topicWord(delivery.type)} ${subjectOf(delivery)}`;
  const attempts = delivery.attempts.map((attempt): TimelineItem => {
    const ok = attempt.httpStatus !== null && attempt.httpStatus >= 200 && attempt.httpStatus < 300;
    const answer = attempt.httpStatus === null ? "no answer" : `HTTP ${String(attempt.httpStatus)}`;
    return {
      key: `${delivery.id} ${String(attempt.attempt)}`,
      at: attempt.at,
      title: `${name}: attempt ${String(attempt.attempt)} ${ok ? "accepted" : "failed"}`,
      detail: [
        subject,
        `${answer} after ${formatMs(attempt.durationMs)}`,
        ...(ok ? [] : [attempt.error ?? attempt.response ?? ""]),
      ]
        .filter((part) => part !== "")
        .join(" · "),
      tone: ok ? "success" : "caution",
    };
  });
  return [...attempts, ...ending(delivery, name)];
}

function subjectOf(delivery: DeliveryView): string {
  return resourceTail({ id: delivery.resourceId, sku: delivery.sku });
}

const endings: Partial<Record<DeliveryView["status"], { title: string; tone: Tone }>> = {
  dead: { title: "given up", tone: "critical" },
  superseded: { title: "skipped", tone: "neutral" },
  discarded: { title: "discarded", tone: "neutral" },
};

/** What an attempt alone does not tell: that it was the last, that none was needed, or when the next is due. */
function ending(delivery: DeliveryView, name: string): TimelineItem[] {
  const found = endings[delivery.status];
  if (found) {
    return [
      {
        key: `${delivery.id} end`,
        at: delivery.finishedAt ?? delivery.createdAt,
        title: `${name}: ${found.title}`,
        detail: delivery.reason ?? undefined,
        tone: found.tone,
      },
    ];
  }
  if (delivery.status === "delivered" || delivery.status === "delivering") return [];
  if (delivery.status === "waiting") {
    return [
      {
        key: `${delivery.id} waits`,
        at: delivery.createdAt,
        title: `${name}: waits until the system takes changes again`,
        tone: "caution",
        planned: true,
      },
    ];
  }
  return [
    {
      key: `${delivery.id} next`,
      at: delivery.nextAttemptAt ?? delivery.createdAt,
      title: `${name}: ${delivery.attempts.length === 0 ? "first attempt" : "next attempt"}`,
      tone: "info",
      planned: true,
    },
  ];
}
