/** The headers of a delivery, of either family. */
export interface WebhookHeaders {
  /** webhooks: `X-Shopify-*`; events: `shopify-*` (next-generation Events). */
  readonly transport: "webhooks" | "events";
  readonly signature: string | undefined;
  readonly topic: string | undefined;
  readonly shop: string | undefined;
  readonly webhookId: string | undefined;
  readonly eventId: string | undefined;
  readonly triggeredAt: string | undefined;
  readonly apiVersion: string | undefined;
  readonly subscription: string | undefined;
}

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/**
 * Reads a delivery's headers. When both families are present it is an Event, as in Shopify's own
 * library (shopify-api `webhooks.validate`). An Event's topic is its resource and action:
 * `Product/update`.
 */
export function readWebhookHeaders(headers: Headers): WebhookHeaders {
  const isEvent = first(headers, ofEvents.signature) !== undefined;
  const names = isEvent ? ofEvents : ofWebhooks;
  const topic = first(headers, names.topic);
  const action = first(headers, names.action);
  return {
    transport: isEvent ? "events" : "webhooks",
    signature: first(headers, names.signature),
    topic: isEvent && topic && action ? `${topic}/${action}` : topic,
    shop: first(headers, names.shop)?.toLowerCase(),
    webhookId: first(headers, names.webhookId),
    eventId: first(headers, names.eventId),
    triggeredAt: first(headers, names.triggeredAt),
    apiVersion: first(headers, names.apiVersion),
    subscription: first(headers, names.subscription),
  };
}

/** A name that is put together anew for each delivery costs more than looking it up. */
const namesIn = (prefix: string, subscription: string) => ({
  signature: `${prefix}hmac-sha256`,
  topic: `${prefix}topic`,
  action: `${prefix}action`,
  shop: `${prefix}shop-domain`,
  webhookId: `${prefix}webhook-id`,
  eventId: `${prefix}event-id`,
  triggeredAt: `${prefix}triggered-at`,
  apiVersion: `${prefix}api-version`,
  subscription: prefix + subscription,
});
const ofWebhooks = namesIn("x-shopify-", "name");
const ofEvents = namesIn("shopify-", "handle");

function first(headers: Headers, name: string): string | undefined {
  const value = headers[name];
  const text = (Array.isArray(value) ? value[0] : value)?.trim();
  return text === "" ? undefined : text;
}

/** The headers of a delivery that are worth keeping: Shopify's own, without the signature. */
export function keptHeaders(headers: Headers): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name in headers) {
    if (!name.startsWith("x-shopify-") && !name.startsWith("shopify-")) continue;
    if (name.endsWith("hmac-sha256")) continue;
    const value = headers[name];
    kept[name] = (Array.isArray(value) ? value.join(", ") : (value ?? "")).slice(0, longestValue);
  }
  return kept;
}

/** Real ids are 36 characters and topics under 60; longer than this is not Shopify's. */
export const longestValue = 255;
