import { hash } from "node:crypto";

/**
 * W3C trace context of an event. The trace id is derived from shop and correlation id, so that every
 * event of one action in Shopify (an order and its stock changes) falls into one trace.
 * https://www.w3.org/TR/trace-context/#traceparent-header
 */
export function traceparentOf(shop: string, correlationId: string, eventId: string): string {
  const traceId = hash("sha256", `${shop}\n${correlationId}`).slice(0, 32);
  return `00-${traceId}-${spanIdOf(eventId)}-01`;
}

/**
 * The span of an event: the last 64 bits of its UUIDv7, which are random and never all zero.
 * https://www.rfc-editor.org/rfc/rfc9562#section-5.7
 */
export function spanIdOf(eventId: string): string {
  return eventId.slice(-17).replace("-", "");
}
