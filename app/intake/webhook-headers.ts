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
  const isEvent = first(headers, "shopify-hmac-sha256") !== undefined;
  const prefix = isEvent ? "shopify-" : "x-shopify-";
  const read = (name: string) => first(headers, prefix + name);
  const topic = read("topic");
  const action = read("action");
  return {
    transport: isEvent ? "events" : "webhooks",
    signature: read("hmac-sha256"),
    topic: isEvent && topic && action ? `${topic}/${action}` : topic,
    shop: read("shop-domain")?.toLowerCase(),
    webhookId: read("webhook-id"),
    eventId: read("event-id"),
    triggeredAt: read("triggered-at"),
    apiVersion: read("api-version"),
    subscription: read(isEvent ? "handle" : "name"),
  };
}

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
