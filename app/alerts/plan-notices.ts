import type { NoticeKind } from "./plan-incidents.ts";
import { triggerOf } from "./flow-triggers.ts";
import { quietUntil } from "./quiet-hours.ts";
import type { AlertKind, ChannelKind, QuietHours, Severity } from "./types.ts";

/** Something to tell about an alert. */
export interface Happening {
  readonly alertId: string;
  readonly kind: AlertKind;
  readonly severity: Severity;
  readonly what: NoticeKind;
}

/** A channel as the plan needs to know it. */
export interface Listener {
  readonly id: string;
  readonly kind: ChannelKind;
  readonly severity: Severity;
  readonly quietHours: QuietHours | null;
}

/** One thing to tell on one channel. */
export interface Notice {
  readonly channelId: string;
  readonly alertId: string;
  readonly what: NoticeKind;
  readonly dueMs: number;
}

/** Trouble rarely comes alone: what comes within this time goes out as one message. */
export const gatherMs = 30_000;

/**
 * Who is told what, and when. That an incident is over hears who heard of it (`told`: channel and
 * alert). In quiet hours only what is critical goes out; the rest waits for their end. Flow starts
 * workflows, hence hears only of what begins. Pure.
 */
export function planNotices(
  listeners: readonly Listener[],
  happenings: readonly Happening[],
  told: ReadonlySet<string>,
  at: { readonly nowMs: number; readonly timeZone: string | null },
): Notice[] {
  return listeners.flatMap((listener) =>
    happenings
      .filter((happening) => concerns(listener, happening, told))
      .map(({ alertId, what, severity }) => {
        const urgent = severity === "critical" && what !== "closed";
        const quiet = urgent ? null : quietUntil(listener.quietHours, at.timeZone, at.nowMs);
        const dueMs = quiet ?? (listener.kind === "flow" ? at.nowMs : at.nowMs + gatherMs);
        return { channelId: listener.id, alertId, what, dueMs };
      }),
  );
}

function concerns(
  listener: Listener,
  { kind, severity, what, alertId }: Happening,
  told: ReadonlySet<string>,
): boolean {
  if (what === "closed") return listener.kind !== "flow" && told.has(toldKey(listener.id, alertId));
  if (listener.severity === "critical" && severity !== "critical") return false;
  if (listener.kind !== "flow") return true;
  return triggerOf(kind) !== undefined && what !== "reminded";
}

/** Names a channel's knowledge of an alert. */
export function toldKey(channelId: string, alertId: string): string {
  return `${channelId} ${alertId}`;
}
