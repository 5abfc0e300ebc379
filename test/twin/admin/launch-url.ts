import { createHmac, randomBytes } from "node:crypto";
import type { Twin } from "../types.ts";
import { APP_ROOT } from "./launch-parameters.ts";

/** Where in the app to go: the path below `/app` and the query the merchant's address carries. */
export interface Destination {
  handle: string;
  shop: string;
  rest: string;
  query: URLSearchParams;
}

/**
 * The address at which the admin opens an app's page: every parameter Shopify adds, signed with
 * the app's secret over the sorted, percent-encoded parameters.
 */
export function launchUrl(twin: Twin, destination: Destination, now: () => number): string {
  const { appUrl, apiSecret } = twin.config;
  const query = new URLSearchParams(destination.query);
  query.set("embedded", "1");
  query.set("host", hostParameter(destination.handle));
  query.set("id_token", twin.mintSessionToken(destination.shop));
  query.set("locale", "en");
  query.set("session", randomBytes(32).toString("hex"));
  query.set("shop", destination.shop);
  query.set("timestamp", String(Math.floor(now() / 1000)));
  query.delete("hmac");
  const sorted = [...query].sort(([a], [b]) => a.localeCompare(b));
  const message = new URLSearchParams(sorted).toString().replaceAll("+", "%20");
  query.set("hmac", createHmac("sha256", apiSecret).update(message).digest("hex"));
  return `${appUrl}${APP_ROOT}${destination.rest}?${query}`;
}

/** Shopify's `host`: the admin's address of the store, base64 without padding. */
function hostParameter(handle: string): string {
  return Buffer.from(`admin.shopify.com/store/${handle}`).toString("base64").replace(/=+$/, "");
}
