import type { Clock } from "#app/db.server.ts";
import type { Egress, EgressAnswer } from "#app/egress/index.server.ts";
import { changePurpose, type StoredChange } from "#app/mirror/index.server.ts";
import type { Destination } from "#app/systems/index.server.ts";
import type { Tracing } from "#app/observability/index.server.ts";
import type { Vault } from "#app/vault/index.server.ts";
import { fingerprintOf } from "./cause-of-failure.ts";
import { type Contact, contactOf } from "./circuit.ts";
import { composeBody, composeHeaders } from "./compose-message.ts";
import { decideAttempt, type AttemptVerdict } from "./decide-attempt.ts";
import { cacheInvalidated, invalidationMessage, isReplay } from "./cache-invalidation.ts";
import type { ClaimedDelivery } from "./claim-store.ts";
import type { AttemptResult } from "./delivery-store.ts";

/** What one attempt takes. */
export interface AttemptDeps {
  readonly vault: Vault;
  readonly egress: Egress;
  readonly clock: Clock;
  readonly random: () => number;
  readonly tracing: Tracing;
}

/** One attempt, with what follows from it. */
export interface Attempted {
  readonly delivery: ClaimedDelivery;
  readonly change: StoredChange;
  readonly result: AttemptResult;
  readonly verdict: AttemptVerdict;
  /** What it says about whether the system is there. */
  readonly contact: Contact;
  /** What kind of failure it was, when it was one. */
  readonly fingerprint: string;
}

/** Sends one change to one system once. Never throws: whatever happens is a verdict. */
export async function deliverChange(
  deps: AttemptDeps,
  destination: Destination,
  delivery: ClaimedDelivery,
  change: StoredChange,
): Promise<Attempted> {
  const atMs = deps.clock.now();
  const message = messageOf(deps, destination, delivery, change, atMs);
  const answer: EgressAnswer =
    "unreadable" in message
      ? { kind: "refused", reason: message.unreadable }
      : await deps.egress.post({
          url: destination.url,
          ...message,
          timeoutMs: destination.policy.timeoutMs,
        });
  const nowMs = deps.clock.now();
  const { policy } = destination;
  const status = answer.kind === "answered" ? answer.status : null;
  const counted = delivery.attempts - delivery.probes;
  const verdict = decideAttempt(answer, counted, policy, { nowMs, random: deps.random });
  const error = verdict.next === "delivered" ? null : verdict.reason;
  if ("headers" in message)
    deps.tracing.record({
      name: `deliver ${delivery.type}`,
      kind: "client",
      traceparent: message.headers["traceparent"] ?? "",
      parent: change.traceparent,
      startMs: atMs,
      endMs: nowMs,
      attributes: {
        "converge.delivery": delivery.id,
        "converge.attempt": delivery.attempts,
        "http.response.status_code": status ?? 0,
      },
      ...(error === null ? {} : { error }),
    });
  return {
    delivery,
    change,
    verdict,
    contact: contactOf(answer),
    fingerprint: fingerprintOf("unreadable" in message ? { kind: "unreadable" } : answer),
    result: {
      id: delivery.id,
      attempt: delivery.attempts,
      status: verdict.next === "retry" ? "retrying" : verdict.next,
      atMs,
      durationMs: nowMs - atMs,
      httpStatus: status,
      error,
      response: answer.kind === "answered" && answer.text !== "" ? answer.text : null,
      nextAttemptAtMs: verdict.next === "retry" ? nowMs + verdict.afterMs : null,
    },
  };
}

/** What is sent. A change that cannot be opened (a lost key, a damaged row) must not stop its lane. */
function messageOf(
  deps: AttemptDeps,
  destination: Destination,
  delivery: ClaimedDelivery,
  change: StoredChange,
  nowMs: number,
): { body: string; headers: Record<string, string> } | { unreadable: string } {
  const replay = isReplay(delivery.generation);
  try {
    const { id, type, resource, dataJson } =
      delivery.type === cacheInvalidated
        ? invalidationMessage(change)
        : recordMessage(deps, change);
    const body = composeBody({
      id,
      type,
      domain: change.domain,
      shop: change.shop,
      correlationId: change.correlationId,
      occurredAt: change.occurredAt.toISOString(),
      source: replay ? "replay" : change.source,
      resource,
      dataJson,
    });
    const headers = composeHeaders({
      id,
      body,
      secrets: destination.secrets,
      nowMs,
      traceparent: change.traceparent,
      correlationId: change.correlationId,
      attempt: delivery.attempts,
      replay,
    });
    return { body, headers };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { unreadable: `This change could not be read: ${message}` };
  }
}

function recordMessage({ vault }: Pick<AttemptDeps, "vault">, change: StoredChange) {
  const { id, type, resourceType, resourceId, version, sku } = change;
  return {
    id,
    type,
    resource: { type: resourceType, id: resourceId, version, sku },
    dataJson: vault.open(change.data, changePurpose(id)).toString("utf8"),
  };
}
