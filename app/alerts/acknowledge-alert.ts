import { validate as isUuid } from "uuid";
import type { Clock, Database } from "#app/db.server.ts";
import { recordAudit } from "#app/observability/index.server.ts";
import { lockAlert, markAlert } from "./alert-store.ts";
import type { AlertView } from "./types.ts";

/** What a person's word about an alert takes. */
export interface AcknowledgeDeps {
  readonly db: Database;
  readonly clock: Clock;
}

/** What became of it. */
export type Acknowledged =
  | { readonly outcome: "done"; readonly alert: AlertView }
  | { readonly outcome: "closed" };

/** Nobody is put off for longer: what is still wrong by then has to be looked at. Minutes. */
export const longestSnoozeMinutes = 7 * 24 * 60;

/** Says that somebody looks after it: nobody is told again unless it gets worse. Null: there is none. */
export async function acknowledgeAlert(
  deps: AcknowledgeDeps,
  shop: string,
  actor: string,
  id: string,
): Promise<Acknowledged | null> {
  return mark(deps, shop, actor, id, "alert.acknowledged", (alert, nowMs) =>
    alert.state === "acknowledged" ? null : { acknowledgedAtMs: nowMs, snoozedUntilMs: null },
  );
}

/**
 * Puts an alert off: nobody is told until then, unless it gets worse; if it is still so, everybody is
 * told again. Null: there is none. @throws RangeError beginning with the field's name
 */
export async function snoozeAlert(
  deps: AcknowledgeDeps,
  shop: string,
  actor: string,
  id: string,
  minutes: number,
): Promise<Acknowledged | null> {
  if (!(minutes >= 1 && minutes <= longestSnoozeMinutes))
    throw new RangeError(
      `minutes: Use a number of minutes from 1 to ${String(longestSnoozeMinutes)}.`,
    );
  return mark(deps, shop, actor, id, "alert.snoozed", (_alert, nowMs) => ({
    acknowledgedAtMs: null,
    snoozedUntilMs: nowMs + minutes * 60_000,
  }));
}

async function mark(
  deps: AcknowledgeDeps,
  shop: string,
  actor: string,
  id: string,
  action: string,
  decide: (alert: AlertView, nowMs: number) => Parameters<typeof markAlert>[2] | null,
): Promise<Acknowledged | null> {
  if (!isUuid(id)) return null;
  return deps.db.transaction(async (tx) => {
    const alert = await lockAlert(tx, shop, id);
    if (!alert) return null;
    if (alert.state === "closed") return { outcome: "closed" };
    const decision = decide(alert, deps.clock.now());
    if (!decision) return { outcome: "done", alert };
    await recordAudit(tx, { shop, actor, action, subject: id, detail: { kind: alert.kind } });
    return { outcome: "done", alert: await markAlert(tx, id, decision) };
  });
}
