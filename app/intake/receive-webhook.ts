import { v7 as uuidv7 } from "uuid";
import type { Clock, Database } from "#app/db.server.ts";
import { bodyPurpose, type NewEvent } from "#app/events/index.server.ts";
import type { Counters, Logger, Tracing } from "#app/observability/index.server.ts";
import type { Vault } from "#app/vault/index.server.ts";
import { commitEvents, type CommitOutcome, type ProcessQueue } from "./commit-events.ts";
import { envelopeOf } from "./envelope.ts";
import { createGroupCommit } from "./group-commit.ts";
import { takeTurns } from "./take-turns.ts";
import type { WebhookOutcome, WebhookRequest } from "./types.ts";
import { verifySignature } from "./verify-signature.ts";
import { keptHeaders, longestValue, readWebhookHeaders } from "./webhook-headers.ts";

/** What intake works with. */
export interface IntakeOptions {
  readonly db: Database;
  readonly queue: ProcessQueue;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly counters: Counters;
  readonly log: Logger;
  readonly tracing: Tracing;
  /** The current client secret first, then those still accepted during a rotation. */
  readonly secrets: readonly string[];
}

/** The webhook door. */
export interface Intake {
  /** Verifies, stores and enqueues one delivery; never rejects. */
  receive(request: WebhookRequest): Promise<WebhookOutcome>;
  /** Resolves when every accepted request is committed. */
  idle(): Promise<void>;
}

/** Shopify waits 5 s in all; a request that is not committed by then is answered, and comes back. */
const answerWithinMs = 3_500;
const retryAfterSeconds = 5;

/** Checking a webhook of 2 KB takes 0.05 ms: with sixteen, a turn of the event loop stays below one. */
const checkedPerTurn = 16;

/** @see IntakeOptions */
export function createIntake(options: IntakeOptions): Intake {
  const group = createGroupCommit<NewEvent, CommitOutcome>({
    commit: (events) =>
      commitEvents(
        {
          db: options.db,
          queue: options.queue,
          vault: options.vault,
          nowMs: () => options.clock.now(),
        },
        events,
      ),
    // Values, constraints, deadlocks, and rows too large for a page or an index.
    isItemFault: (error) => /^(22|23|40|54)/.test(sqlStateOf(error)),
    sizeOf: (event) => event.body.length,
    maxBatchItems: 200,
    maxBatchBytes: 8 * 1024 * 1024,
    maxWaitingBytes: 128 * 1024 * 1024,
    maxCommitsInFlight: 2,
    gapMs: 5,
    fullFromItems: 64,
    patienceMs: answerWithinMs,
  });
  const myTurn = takeTurns(checkedPerTurn);
  return {
    async receive(request) {
      const cameMs = options.clock.now();
      await myTurn();
      const checked = check(options, request);
      if ("outcome" in checked) return checked;
      try {
        const outcome = await group.submit(checked.event);
        options.counters.add("converge_webhooks_total", { topic: checked.topic, outcome });
        const seconds = (options.clock.now() - cameMs) / 1_000;
        options.counters.observe("converge_intake_seconds", {}, seconds);
        if (outcome === "accepted") traceReceived(options, checked.event);
        return { outcome };
      } catch (error) {
        options.log.error({ err: error }, "webhook not stored; Shopify will send it again");
        options.counters.add("converge_webhooks_total", {
          topic: checked.topic,
          outcome: "unavailable",
        });
        return { outcome: "unavailable", retryAfterSeconds };
      }
    },
    idle: async () => {
      await myTurn();
      await group.idle();
    },
  };
}

/** The span that everything which follows from this event names as its parent. */
function traceReceived({ tracing, clock }: IntakeOptions, event: NewEvent): void {
  tracing.record({
    name: `receive ${event.topic}`,
    kind: "server",
    traceparent: event.traceparent,
    startMs: event.receivedAtMs,
    endMs: clock.now(),
    attributes: { "converge.event": event.id, "converge.correlation_id": event.correlationId },
  });
}

type Refusal = Extract<WebhookOutcome, { outcome: "bad_signature" | "bad_header" }>;

function check(
  options: IntakeOptions,
  request: WebhookRequest,
): Refusal | { event: NewEvent; topic: string } {
  const headers = readWebhookHeaders(request.headers);
  const verdict = verifySignature(request.body, headers.signature, options.secrets);
  if (verdict !== "valid") {
    options.counters.add("converge_webhooks_total", {
      topic: "unverified",
      outcome: `signature_${verdict}`,
    });
    return { outcome: "bad_signature", cause: verdict };
  }
  if (isNamed(headers)) return toEvent(options, request, headers);
  options.counters.add("converge_webhooks_total", { topic: "unknown", outcome: "bad_header" });
  return badHeader(headers);
}

type Headers = ReturnType<typeof readWebhookHeaders>;
type Name = "topic" | "shop" | "webhookId";
type NamedHeaders = Headers & Readonly<Record<Name, string>>;

/** Without these nobody can tell what a delivery is about. */
const required = { topic: "topic", shop: "shop-domain", webhookId: "webhook-id" } as const;

function isNamed(headers: Headers): headers is NamedHeaders {
  return fits(headers.topic) && fits(headers.shop) && fits(headers.webhookId);
}

function fits(value: string | undefined): boolean {
  return value !== undefined && value.length <= longestValue;
}

/** The first of the required headers that does not fit. */
function badHeader(headers: Headers): Refusal {
  const names = Object.keys(required) as Name[];
  const name = names.find((one) => !fits(headers[one])) ?? "topic";
  const prefix = headers.transport === "events" ? "shopify-" : "x-shopify-";
  const problem = headers[name] === undefined ? "is missing" : "is too long";
  return { outcome: "bad_header", header: prefix + required[name], problem };
}

function toEvent(
  options: IntakeOptions,
  request: WebhookRequest,
  headers: NamedHeaders,
): { event: NewEvent; topic: string } {
  const receivedAtMs = options.clock.now();
  const id = uuidv7({ msecs: receivedAtMs });
  const envelope = envelopeOf(headers, request.body, receivedAtMs, id);
  const short = (value: string | undefined) => value?.slice(0, longestValue) ?? null;
  return {
    // Only topics that a rule knows become labels: a label set a stranger can grow is a memory leak.
    topic: envelope.type ?? (envelope.status === "ignored" ? "ignored" : "shop"),
    event: {
      ...envelope,
      id,
      shop: headers.shop,
      source: "webhook",
      transport: headers.transport,
      deliveryKey: headers.webhookId,
      topic: headers.topic,
      shopifyEventId: short(headers.eventId),
      apiVersion: short(headers.apiVersion),
      subscription: short(headers.subscription),
      receivedAtMs,
      body: options.vault.seal(request.body, bodyPurpose(id)),
      bodyBytes: request.body.length,
      headers: keptHeaders(request.headers),
    },
  };
}

function sqlStateOf(error: unknown): string {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : "";
  return typeof code === "string" ? code : "";
}
