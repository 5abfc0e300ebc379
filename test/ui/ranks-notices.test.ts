import { expect, it } from "vitest";
import type { AlertKind, AlertView } from "#app/alerts/types.ts";
import { noticeOf } from "#app/routes/app._index/notice.ts";

const alert = (kind: AlertKind, changes: Partial<AlertView> = {}): AlertView => ({
  id: kind,
  kind,
  domain: null,
  system: null,
  state: "open",
  severity: "critical",
  summary: kind,
  advice: "Look.",
  place: { content: "View", to: "/app/alerts" },
  openedAt: "2026-04-10T10:00:00Z",
  lastSeenAt: "2026-04-10T10:00:00Z",
  acknowledgedAt: null,
  snoozedUntil: null,
  closedAt: null,
  closedBecause: null,
  ...changes,
});
const notice = (...alerts: AlertView[]) => noticeOf({ view: null, systems: [], alerts });

it("the banner tells the worst thing, and only what nobody looks after", () => {
  const breach = alert("sla_breach");
  const removed = alert("subscription");
  expect(notice(alert("dead_letters"), breach, removed)).toEqual({ kind: "alert", alert: removed });
  expect(notice(alert("dead_letters"), breach)).toEqual({ kind: "alert", alert: breach });
  expect(notice({ ...breach, state: "acknowledged" })).toBeNull();
  expect(notice(alert("dead_letters", { severity: "caution" }))).toBeNull();
  expect(notice()).toBeNull();
});
