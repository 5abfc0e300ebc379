import { createHash } from "node:crypto";
import type { AppToml, TwinConfig } from "../types.ts";

/** The numeric id Shopify would know the app by: made from its key, so it never changes. */
export function appId({ apiKey }: TwinConfig): string {
  const hash = createHash("sha256").update(apiKey).digest();
  return String(100_000_000_000 + (hash.readUInt32BE(0) % 900_000_000) * 100);
}

/** Metafield namespaces reserved for the app are written `$app` or `$app:name`. */
export function appNamespace(namespace: string, config: TwinConfig): string {
  if (namespace === "$app") return `app--${appId(config)}`;
  if (namespace.startsWith("$app:")) return `app--${appId(config)}--${namespace.slice(5)}`;
  return namespace;
}

/** The app as a source of GraphQL's App. */
export function appSource(config: TwinConfig, toml: AppToml) {
  return {
    kind: "App",
    id: appId(config),
    title: toml.name,
    handle: toml.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-"),
    apiKey: config.apiKey,
    embedded: true,
    developerName: null,
    description: null,
    features: [],
    failedRequirements: [],
    published: false,
    previouslyInstalled: false,
    shopifyDeveloped: false,
    isPostPurchaseAppInUse: false,
    webhookApiVersion: toml.webhookApiVersion,
  };
}
