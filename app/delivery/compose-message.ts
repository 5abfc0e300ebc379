import { createHmac, randomBytes } from "node:crypto";

/** A change as it is sent. `dataJson` is JSON already, with all its digits. */
export interface MessageSource {
  readonly id: string;
  readonly type: string;
  readonly domain: string | null;
  readonly shop: string;
  readonly correlationId: string;
  readonly occurredAt: string;
  readonly source: string;
  readonly resource: {
    readonly type: string;
    readonly id: string;
    readonly version: string;
    readonly sku: string | null;
  } | null;
  readonly dataJson: string;
}

/** The body a system receives. */
export function composeBody(message: MessageSource): string {
  const { dataJson, ...envelope } = message;
  return `${JSON.stringify(envelope).slice(0, -1)},"data":${dataJson}}`;
}

/** What goes around the body. */
export interface MessageFrame {
  readonly id: string;
  readonly body: string;
  readonly secrets: readonly string[];
  readonly nowMs: number;
  readonly traceparent: string;
  readonly correlationId: string;
  readonly attempt: number;
  readonly replay: boolean;
}

/**
 * Standard Webhooks headers (id, timestamp, one signature per valid secret) and the trace of the
 * change, with a span of its own for this attempt.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function composeHeaders(frame: MessageFrame): Record<string, string> {
  const seconds = String(Math.floor(frame.nowMs / 1000));
  const signed = `${frame.id}.${seconds}.${frame.body}`;
  return {
    "content-type": "application/json",
    "user-agent": "Converge/1",
    "webhook-id": frame.id,
    "webhook-timestamp": seconds,
    "webhook-signature": frame.secrets.map((secret) => signatureOf(secret, signed)).join(" "),
    traceparent: childSpan(frame.traceparent),
    "x-correlation-id": frame.correlationId,
    "x-converge-attempt": String(frame.attempt),
    ...(frame.replay ? { "x-converge-replay": "true" } : {}),
  };
}

/** As the Standard Webhooks library signs, but with Node's own HMAC: 3 us a message instead of 23. */
function signatureOf(secret: string, signed: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  return `v1,${createHmac("sha256", key).update(signed).digest("base64")}`;
}

function childSpan(traceparent: string): string {
  const [version, traceId, , flags] = traceparent.split("-");
  return [version, traceId, randomBytes(8).toString("hex"), flags].join("-");
}
