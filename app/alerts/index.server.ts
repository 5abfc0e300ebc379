/**
 * What a merchant has to hear of, and when it is over.
 *
 * Promise: one incident is one alert, opened within its window, told again only when it gets worse,
 * closed by itself when it is over; a healthy shop has none.
 * Invariant: of one shop, kind and subject at most one alert is not closed.
 * What is to be told is in the outbox when the alert is there; it is sent at least once, under one id,
 * and a channel that is dead is shown and holds up no other.
 * Tables: alerts, alert_watches, alert_channels, alert_notices.
 */
export { acknowledgeAlert, longestSnoozeMinutes, snoozeAlert } from "./acknowledge-alert.ts";
export { standingAlerts } from "./alert-store.ts";
export { createAlerts } from "./alerts.ts";
export { readChannels } from "./channel-store.ts";
export { dropOldAlerts, forgetAlertsOfShop } from "./forget-store.ts";
export type { SentChannel } from "./parse-channels.ts";
export { listAlerts } from "./read-alerts.ts";
export { editChannels, replaceChannels } from "./replace-channels.ts";
export { sendTestMessage } from "./send-test-message.ts";
