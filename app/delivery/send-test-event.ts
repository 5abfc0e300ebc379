import { v7 as uuidv7 } from "uuid";
import type { Clock, Database } from "#app/db.server.ts";
import type { Egress } from "#app/egress/index.server.ts";
import { loadDestination } from "#app/systems/index.server.ts";
import type { Vault } from "#app/vault/index.server.ts";
import { composeBody, composeHeaders } from "./compose-message.ts";

/** How a system took a test. */
export interface TestResult {
  readonly ok: boolean;
  readonly httpStatus: number | null;
  readonly durationMs: number;
  readonly error?: string;
}

/** Sends one signed `system.test` right now, once, whatever the system's status. Null: no such system. */
export async function sendTestEvent(
  deps: {
    readonly db: Database;
    readonly vault: Vault;
    readonly clock: Clock;
    readonly egress: Egress;
  },
  shop: string,
  systemId: string,
): Promise<TestResult | null> {
  const nowMs = deps.clock.now();
  const destination = await loadDestination(deps.db, deps.vault, systemId, nowMs);
  if (destination?.shop !== shop) return null;
  const key = uuidv7({ msecs: nowMs });
  const id = `evt_${key}`;
  const correlationId = `cor_${key}`;
  const body = composeBody({
    id,
    type: "system.test",
    domain: null,
    shop,
    correlationId,
    occurredAt: new Date(nowMs).toISOString(),
    source: "system",
    resource: null,
    dataJson: JSON.stringify({ message: "A test from Converge. Nothing has changed." }),
  });
  const hex = key.replaceAll("-", "");
  const answer = await deps.egress.post({
    url: destination.url,
    headers: composeHeaders({
      id,
      body,
      secrets: destination.secrets,
      nowMs,
      traceparent: `00-${hex}-${hex.slice(0, 16)}-01`,
      correlationId,
      attempt: 1,
      replay: false,
    }),
    body,
    timeoutMs: destination.policy.timeoutMs,
  });
  const durationMs = deps.clock.now() - nowMs;
  if (answer.kind !== "answered")
    return { ok: false, httpStatus: null, durationMs, error: answer.reason };
  const ok = answer.status >= 200 && answer.status < 300;
  return {
    ok,
    httpStatus: answer.status,
    durationMs,
    ...(ok ? {} : { error: `The system answered ${String(answer.status)}.` }),
  };
}
