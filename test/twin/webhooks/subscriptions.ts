import type { Store } from "../state/model.ts";
import type { AppToml } from "../types.ts";
import { eventNameOf } from "./event-body.ts";

/** Where one topic of one store goes. */
export type Target = {
  topic: string;
  /** Absolute. */
  url: string;
  includeFields: string[] | null;
  filter: string | null;
  name: string | null;
  apiVersion: string;
  /** Id of the row when it was made through the API: only those can be lost to failures. */
  subscriptionId: string | null;
  /** Set where it is told as an Event. */
  event?: EventTarget;
};

/** What an Event says of its subscription beside its type, which is its topic. */
export type EventTarget = { action: string; handle: string };

/** After so many failures in a row Shopify deletes subscriptions made through the API. */
const FAILURES_UNTIL_DELETED = 8;

/** Sent whether the app is installed or not. */
const COMPLIANCE_TOPICS = new Set(["customers/data_request", "customers/redact", "shop/redact"]);

/** Whether Shopify still sends the topic to an app that is not (or no longer) installed. */
export function sentWithoutInstall(topic: string): boolean {
  return COMPLIANCE_TOPICS.has(topic) || topic === "app/uninstalled";
}

/** Everybody who wants a topic of a store: app-specific subscriptions first. */
export function targetsFor(store: Store, topic: string, toml: AppToml, appUrl: string): Target[] {
  if (!store.installation.installed && !sentWithoutInstall(topic)) return [];
  const targets: Target[] = [];
  for (const each of toml.subscriptions) {
    if (each.topic !== topic) continue;
    const url = absoluteUrl(each.uri, appUrl);
    if (!url) continue;
    targets.push({
      topic,
      url,
      includeFields: each.includeFields,
      filter: each.filter,
      name: each.name,
      apiVersion: toml.webhookApiVersion,
      subscriptionId: null,
    });
  }
  for (const row of store.subscriptions.values()) {
    if (row.topic !== topic || !/^https?:/.test(row.uri)) continue;
    targets.push({
      topic,
      url: row.uri,
      includeFields: row.includeFields.length > 0 ? row.includeFields : null,
      filter: row.filter,
      name: row.name,
      apiVersion: toml.webhookApiVersion,
      subscriptionId: row.id,
    });
  }
  return targets;
}

/**
 * The same once more as Events, to the addresses that hear of them in the app's configuration file:
 * Events have no subscriptions but those, and no deletion for failing.
 */
export function eventTargetsFor(targets: Target[], topic: string): Target[] {
  const name = eventNameOf(topic);
  const own = targets.find((target) => target.subscriptionId === null);
  if (!name || !own) return [];
  const event = { action: name.action, handle: `${name.topic.toLowerCase()}-changes` };
  return [{ ...own, topic: name.topic, includeFields: null, filter: null, name: null, event }];
}

/** Subscriptions from the app's configuration file survive any number of failures. */
export function noteResult(store: Store, subscriptionId: string | null, accepted: boolean): void {
  const row = subscriptionId === null ? undefined : store.subscriptions.get(subscriptionId);
  if (!row) return;
  row.consecutiveFailures = accepted ? 0 : row.consecutiveFailures + 1;
  if (row.consecutiveFailures >= FAILURES_UNTIL_DELETED) store.subscriptions.delete(row.id);
}

/** Undefined for channels the twin cannot reach (Pub/Sub, EventBridge). */
function absoluteUrl(uri: string, appUrl: string): string | undefined {
  if (uri.startsWith("/")) return `${appUrl}${uri}`;
  return /^https?:/.test(uri) ? uri : undefined;
}
