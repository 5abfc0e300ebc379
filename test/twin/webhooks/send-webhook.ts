import { createHmac } from "node:crypto";
import { Agent, request } from "undici";
import type { EventTarget } from "./subscriptions.ts";

/** A webhook ready to go: the same bytes and headers on every attempt. */
export type SealedWebhook = {
  webhookId: string;
  eventId: string;
  shop: string;
  topic: string;
  url: string;
  apiVersion: string;
  triggeredAt: string;
  name: string | null;
  body: string;
  /** What the header says on a retry, when it is not `webhookId`. */
  sentAs?: string;
  /** Signed with another secret than the app's present one. */
  foreignSignature?: boolean;
  /** Carries the headers of Events as well. */
  bothHeaderFamilies?: boolean;
  /** Is an Event and carries their headers alone. */
  event?: EventTarget;
};

export type SendResult = { status: number | null; error: string | null; durationMs: number };

export type Sender = {
  send(webhook: SealedWebhook): Promise<SendResult>;
  close(): Promise<void>;
};

/** Shopify gives an app one second to accept the connection. */
const CONNECT_TIMEOUT_MS = 1_000;
const KEEP_ALIVE_MS = 30_000;

/** Sends over connections that stay open; `timeoutMs` is for the whole exchange. */
export function createSender(options: {
  apiSecret: string;
  /** Signs what is marked as foreign; unset: a secret nobody has. */
  previousApiSecret?: string | undefined;
  timeoutMs: number;
  connections: number;
}): Sender {
  const agent = new Agent({
    connections: options.connections,
    connect: { timeout: CONNECT_TIMEOUT_MS },
    keepAliveTimeout: KEEP_ALIVE_MS,
  });
  return {
    async send(webhook) {
      const startedMs = performance.now();
      try {
        const response = await request(webhook.url, {
          method: "POST",
          dispatcher: agent,
          headers: webhookHeaders(webhook, secretFor(webhook, options)),
          body: webhook.body,
          signal: AbortSignal.timeout(options.timeoutMs),
        });
        await response.body.dump();
        const durationMs = Math.round(performance.now() - startedMs);
        return { status: response.statusCode, error: null, durationMs };
      } catch (error) {
        const durationMs = Math.round(performance.now() - startedMs);
        return { status: null, error: describe(error), durationMs };
      }
    },
    close: () => agent.destroy(),
  };
}

function secretFor(
  webhook: SealedWebhook,
  secrets: { apiSecret: string; previousApiSecret?: string | undefined },
): string {
  if (!webhook.foreignSignature) return secrets.apiSecret;
  return secrets.previousApiSecret ?? `not ${secrets.apiSecret}`;
}

/** The headers of one delivery, signature included. */
export function webhookHeaders(webhook: SealedWebhook, apiSecret: string): Record<string, string> {
  const hmac = createHmac("sha256", apiSecret).update(webhook.body, "utf8").digest("base64");
  const webhookId = webhook.sentAs ?? webhook.webhookId;
  const common = { "Content-Type": "application/json", "User-Agent": "Shopify-Captain-Hook" };
  if (webhook.event) return { ...common, ...eventsHeaders(webhook, webhookId, hmac) };
  return {
    ...common,
    ...(webhook.bothHeaderFamilies ? eventsHeaders(webhook, webhookId, hmac) : {}),
    "X-Shopify-Topic": webhook.topic,
    "X-Shopify-Hmac-Sha256": hmac,
    "X-Shopify-Shop-Domain": webhook.shop,
    "X-Shopify-API-Version": webhook.apiVersion,
    "X-Shopify-Webhook-Id": webhookId,
    "X-Shopify-Event-Id": webhook.eventId,
    "X-Shopify-Triggered-At": webhook.triggeredAt,
    ...(webhook.name === null ? {} : { "X-Shopify-Name": webhook.name }),
  };
}

/** The second family, which names no event. */
function eventsHeaders(webhook: SealedWebhook, webhookId: string, hmac: string) {
  return {
    "shopify-topic": webhook.topic,
    "shopify-hmac-sha256": hmac,
    "shopify-shop-domain": webhook.shop,
    "shopify-api-version": webhook.apiVersion,
    "shopify-webhook-id": webhookId,
    "shopify-triggered-at": webhook.triggeredAt,
    ...(webhook.event && {
      "shopify-handle": webhook.event.handle,
      "shopify-action": webhook.event.action,
    }),
  };
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error && typeof error.code === "string" ? error.code : error.name;
  return error.message === "" ? code : `${code}: ${error.message}`;
}
