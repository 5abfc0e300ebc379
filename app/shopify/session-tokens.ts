import { type ApiVersion, LogSeverity, shopifyApi } from "@shopify/shopify-api";
import "@shopify/shopify-api/adapters/node";
import type { Config } from "#app/config.server.ts";

/** Who a session token speaks for. */
export interface SessionTokenHolder {
  readonly shop: string;
  /** Shopify's id of the user. */
  readonly userId: string;
}

/** Reads a session token; null when it is not ours, not signed, or not valid now. */
export type ReadSessionToken = (token: string) => Promise<SessionTokenHolder | null>;

/** https://shopify.dev/docs/apps/build/authentication-authorization/session-tokens */
export function createSessionTokenReader(
  config: Pick<Config["shopify"], "apiKey" | "apiSecret" | "appUrl">,
  apiVersion: ApiVersion,
): ReadSessionToken {
  const { host } = new URL(config.appUrl);
  const library = shopifyApi({
    apiKey: config.apiKey,
    apiSecretKey: config.apiSecret,
    apiVersion,
    hostName: host,
    isEmbeddedApp: true,
    // What it would say at start, the app library says already.
    logger: { level: LogSeverity.Error },
  });
  return async (token) => {
    try {
      const claims = await library.session.decodeSessionToken(token);
      const { hostname } = new URL(claims.dest);
      return hostname.endsWith(".myshopify.com") ? { shop: hostname, userId: claims.sub } : null;
    } catch {
      // Whatever is wrong with it, it lets nobody in.
      return null;
    }
  };
}
