import type { Store } from "../state/model.ts";
import type { AppToml } from "../types.ts";

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
};

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

/** Undefined for channels the twin cannot reach (Pub/Sub, EventBridge). */
function absoluteUrl(uri: string, appUrl: string): string | undefined {
  if (uri.startsWith("/")) return `${appUrl}${uri}`;
  return /^https?:/.test(uri) ? uri : undefined;
}
