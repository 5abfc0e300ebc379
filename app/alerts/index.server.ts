/**
 * What a merchant has to hear of, and when it is over.
 *
 * Promise: one incident is one alert, opened within its window, told again only when it gets worse,
 * closed by itself when it is over; a healthy shop has none.
 * Invariant: of one shop, kind and subject at most one alert is not closed.
 * Tables: alerts, alert_watches.
 */
export { acknowledgeAlert, longestSnoozeMinutes, snoozeAlert } from "./acknowledge-alert.ts";
export { standingAlerts } from "./alert-store.ts";
export { createAlerts } from "./alerts.ts";
export { dropOldAlerts, forgetAlertsOfShop } from "./forget-store.ts";
export { listAlerts } from "./read-alerts.ts";
