import { randomUUID } from "node:crypto";
import type { Clock, Database } from "#app/db.server.ts";
import { getShop } from "#app/shops/index.server.ts";
import type { Vault } from "#app/vault/index.server.ts";
import { getChannel, noteTest } from "./channel-store.ts";
import { type SendDeps, sendMessage } from "./send-message.ts";
import type { AlertView } from "./types.ts";

/** What trying a channel takes. */
export interface TestMessageDeps extends SendDeps {
  readonly db: Database;
  readonly vault: Vault;
  readonly clock: Clock;
}

/** Sends a message that says it is a test, right now, once. Null: there is no such channel. */
export async function sendTestMessage(
  deps: TestMessageDeps,
  shop: string,
  id: string,
): Promise<{ readonly ok: boolean; readonly error: string | null } | null> {
  const { db, vault, clock } = deps;
  const channel = await getChannel(db, vault, shop, id);
  if (!channel) return null;
  const view = await getShop(db, shop);
  const nowMs = clock.now();
  const outcome = await sendMessage(deps, channel, {
    id: randomUUID(),
    nowMs,
    timeZone: view?.timeZone ?? null,
    told: [{ what: "test", alert: sample(nowMs) }],
  });
  const error = outcome.arrived ? null : outcome.problem;
  await noteTest(db, id, error);
  return { ok: outcome.arrived, error };
}

/** An alert that never was. */
function sample(nowMs: number): AlertView {
  const at = new Date(nowMs).toISOString();
  return {
    id: "test",
    kind: "sla_breach",
    domain: null,
    system: null,
    state: "open",
    severity: "caution",
    summary: "A test from Converge. Nothing is wrong.",
    advice: "Alerts of your store will arrive here.",
    place: { content: "View alerts", to: "/app/alerts" },
    openedAt: at,
    lastSeenAt: at,
    acknowledgedAt: null,
    snoozedUntil: null,
    closedAt: null,
    closedBecause: null,
  };
}
