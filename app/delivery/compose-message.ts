import { randomBytes } from "node:crypto";
import { Webhook } from "standardwebhooks";

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
  const at = new Date(frame.nowMs);
  const signatures = frame.secrets.map((secret) =>
    new Webhook(secret).sign(frame.id, at, frame.body),
  );
  return {
    "content-type": "application/json",
    "user-agent": "Converge/1",
    "webhook-id": frame.id,
    "webhook-timestamp": String(Math.floor(frame.nowMs / 1000)),
    "webhook-signature": signatures.join(" "),
    traceparent: childSpan(frame.traceparent),
    "x-correlation-id": frame.correlationId,
    "x-converge-attempt": String(frame.attempt),
    ...(frame.replay ? { "x-converge-replay": "true" } : {}),
  };
}

function childSpan(traceparent: string): string {
  const [version, traceId, , flags] = traceparent.split("-");
  return [version, traceId, randomBytes(8).toString("hex"), flags].join("-");
}
