import type { AppContext } from "#app/context.server.ts";
import {
  deadLetterTotals,
  previewRecovery,
  recentDeliveries,
  recoverSystem,
  sendTestEvent,
  systemHealth,
} from "#app/delivery/index.server.ts";
import { deliveryStatuses } from "#app/delivery/types.ts";
import type { DeliveryStatus, ReplayEffects } from "#app/delivery/types.ts";
import { getShop } from "#app/shops/index.server.ts";
import { getSystem, pauseSystem, resumeSystem, rotateSecret } from "#app/systems/index.server.ts";
import type { ActionOutcome } from "#app/ui/kit/toast.ts";
import { healthState } from "#app/ui/words.ts";
import { rowsPerPage } from "./paging.ts";

/** A cursor is the plain id of a row; anything else would be an error in the database. */
const cursor = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Everything the page of one system shows, or null when the shop has no such system. */
export async function loadSystem(
  { db, clock }: Pick<AppContext, "db" | "clock">,
  shop: string,
  id: string,
  params: URLSearchParams,
) {
  const system = await getSystem(db, shop, id);
  if (!system) return null;
  const nowMs = clock.now();
  const status = readStatus(params.get("status"));
  const after = params.get("after");
  const [view, health, totals, deliveries] = await Promise.all([
    getShop(db, shop),
    systemHealth(db, shop, nowMs),
    deadLetterTotals(db, shop),
    recentDeliveries(db, shop, id, {
      limit: rowsPerPage,
      ...(after !== null && cursor.test(after) ? { after } : {}),
      ...(status === null ? {} : { status }),
    }),
  ]);
  const day = health.find((item) => item.systemId === id) ?? null;
  const dead = totals.bySystem.find((item) => item.systemId === id)?.count ?? 0;
  return {
    loadedMs: nowMs,
    timeZone: view?.timeZone ?? null,
    system,
    state: healthState(system.status, day, dead, nowMs),
    day,
    dead,
    deliveries: deliveries.items,
    next: deliveries.next,
    status,
  };
}

/** The delivery status a URL asks for; null for any. */
function readStatus(text: string | null): DeliveryStatus | null {
  return deliveryStatuses.find((status) => status === text) ?? null;
}

/** How a test event was taken. */
export interface Tested {
  readonly test?: { readonly ok: boolean; readonly text: string } | undefined;
}

/** A new signing secret, this once. */
export interface Rotated {
  readonly signingSecret?: string | undefined;
}

/** Pauses, resumes or tests a system, or changes its signing secret. Null: the shop has no such system. */
export async function actOnSystem(
  context: AppContext,
  shop: string,
  actor: string,
  id: string,
  intent: "pause" | "resume" | "test" | "rotate",
): Promise<ActionOutcome<Tested & Rotated> | null> {
  if (intent === "test") return test(context, shop, id);
  if (intent === "rotate") {
    const signingSecret = await rotateSecret(context, shop, actor, id);
    return signingSecret === null
      ? null
      : { ok: true, toast: "Signing secret changed", signingSecret };
  }
  const change = intent === "pause" ? pauseSystem : resumeSystem;
  const system = await change(context, shop, actor, id);
  if (!system) return null;
  return { ok: true, toast: intent === "pause" ? "System paused" : "System resumed" };
}

async function test(
  context: AppContext,
  shop: string,
  id: string,
): Promise<ActionOutcome<Tested> | null> {
  const result = await sendTestEvent(context, shop, id);
  if (!result) return null;
  const took = `${String(result.durationMs)} ms`;
  const answer =
    result.httpStatus === null
      ? (result.error ?? `It did not answer within ${took}.`)
      : `It answered HTTP ${String(result.httpStatus)} after ${took}.`;
  return { ok: true, toast: null, test: { ok: result.ok, text: answer } };
}

/** What a recovery would do, when that was asked. */
export interface Recovered {
  readonly recovery?: { readonly count: number; readonly effects: ReplayEffects };
}

/** Sends a system what it missed in the last hours, or says what that would be. Null: no such system. */
export async function recoverMissed(
  context: Pick<AppContext, "db" | "queue" | "clock">,
  shop: string,
  actor: string,
  id: string,
  wanted: { readonly hours: number; readonly dryRun: boolean },
): Promise<ActionOutcome<Recovered> | null> {
  const since = new Date(context.clock.now() - wanted.hours * 3_600_000).toISOString();
  if (wanted.dryRun) {
    const recovery = await previewRecovery(context, shop, id, { since });
    return recovery && { ok: true, toast: null, recovery };
  }
  const started = await recoverSystem(context, shop, actor, id, { since });
  if (!started) return null;
  if (started.count > 0) return { ok: true, toast: "Recovery started" };
  return { ok: false, errors: [{ field: "", message: "There is nothing left to send." }] };
}
