import { setTimeout as sleep } from "node:timers/promises";
import { type Agent, request } from "undici";
import { stockBody, stockLevelGid, webhookOf } from "#test/worker/webhooks.ts";
import type { SeededRandom } from "./random.ts";

/** A webhook Shopify has to send. */
export interface Notification {
  readonly webhookId: string;
  readonly level: number;
  readonly resourceId: string;
  readonly available: number;
  readonly updatedAt: string;
}

/** How much there is to send. */
export interface LoadSize {
  /** Stock levels with one change each: every one of them has to arrive. */
  readonly single: number;
  /** Stock levels that change again and again: the last state has to arrive. */
  readonly busy: number;
  readonly changesPerBusy: number;
}

/** A history of changes in the order in which they happened, busy levels among the single ones. */
export function historyOf(size: LoadSize, random: SeededRandom): Notification[] {
  const startMs = Date.parse("2026-11-23T10:00:00Z");
  const levels = [
    ...Array.from({ length: size.single }, (_, index) => 10_000 + index),
    ...Array.from({ length: size.busy * size.changesPerBusy }, (_, index) => index % size.busy),
  ];
  for (let at = levels.length - 1; at > 0; at -= 1) {
    const other = random.integer(0, at);
    [levels[at], levels[other]] = [levels[other] ?? 0, levels[at] ?? 0];
  }
  return levels.map((level, index) => ({
    webhookId: `webhook-${String(index)}`,
    level,
    resourceId: stockLevelGid(level),
    available: index,
    updatedAt: new Date(startMs + index * 1_000).toISOString(),
  }));
}

/** What came of sending it all. */
export interface LoadReport {
  /** Requests it took, repeats included. */
  readonly requests: number;
  /** Requests that got no 200. */
  readonly failures: number;
}

/** How it is sent. */
export interface LoadOptions {
  readonly url: string;
  readonly shop: string;
  readonly agent: Agent;
  readonly random: SeededRandom;
  /** Between the first sendings of two notifications. */
  readonly gapMs: number;
  /** The share of notifications that is sent again though it was answered, and how often. */
  readonly repeatShare?: number;
  readonly repeats?: number;
  /** The order in which they leave differs from that in which they happened by up to this much. */
  readonly disorderMs?: number;
}

/** Shopify waits so long for an answer. */
const answerWithinMs = 5_000;
const shortestRetryMs = 300;

/**
 * Sends every notification until it is answered 200, as Shopify does (its schedule compressed to some
 * hundred milliseconds), a few out of order and some twice.
 */
export async function sendAll(
  history: readonly Notification[],
  options: LoadOptions,
): Promise<LoadReport> {
  let requests = 0;
  let failures = 0;
  const { repeatShare = 0.1, repeats = 1, disorderMs = 300 } = options;
  const delays = history.map((_item, index) => ({
    delayMs: index * options.gapMs + options.random.integer(0, disorderMs),
    repeated: options.random.next() < repeatShare,
  }));
  const untilAccepted = async (notification: Notification, triggeredAt: string, index: number) => {
    for (;;) {
      requests += 1;
      if (await accepted(notification, triggeredAt, options)) return;
      failures += 1;
      await sleep(shortestRetryMs + (index % 10) * 100);
    }
  };
  await Promise.all(
    history.map(async (notification, index) => {
      const triggeredAt = new Date(Date.parse(notification.updatedAt) + 250).toISOString();
      await sleep(delays[index]?.delayMs);
      await untilAccepted(notification, triggeredAt, index);
      if (!delays[index]?.repeated) return;
      const again = () => untilAccepted(notification, triggeredAt, index);
      await Promise.all(Array.from({ length: repeats }, again));
    }),
  );
  return { requests, failures };
}

async function accepted(
  notification: Notification,
  triggeredAt: string,
  { url, shop, agent }: LoadOptions,
): Promise<boolean> {
  const { webhookId, level, available, updatedAt } = notification;
  const webhook = webhookOf({
    shop,
    topic: "inventory_levels/update",
    body: stockBody(level, available, updatedAt),
    webhookId,
    triggeredAt,
  });
  try {
    const answer = await request(url, {
      method: "POST",
      headers: webhook.headers,
      body: webhook.body,
      dispatcher: agent,
      signal: AbortSignal.timeout(answerWithinMs),
    });
    await answer.body.dump();
    return answer.statusCode === 200;
  } catch {
    // The web process was killed under it: sent again.
    return false;
  }
}
