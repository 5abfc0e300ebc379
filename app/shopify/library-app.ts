import "@shopify/shopify-app-remix/adapters/node";
import { LogSeverity } from "@shopify/shopify-api";
import { setAbstractFetchFunc } from "@shopify/shopify-api/runtime";
import { type ApiVersion, AppDistribution, shopifyApp } from "@shopify/shopify-app-remix/server";
import type { SessionStorage } from "@shopify/shopify-app-session-storage";
import type { Config } from "#app/config.server.ts";
import type { Logger } from "#app/observability/index.server.ts";

/** What Shopify's app library is told. `send` becomes its fetch, for the whole process. */
export interface LibraryOptions {
  readonly config: Config["shopify"];
  readonly apiVersion: ApiVersion;
  readonly sessionStorage: SessionStorage;
  readonly log: Logger;
  readonly send: typeof fetch;
}

/** Shopify's app library: token exchange with expiring offline tokens, embedded, managed install. */
export function createLibraryApp({
  config,
  apiVersion,
  sessionStorage,
  log,
  send,
}: LibraryOptions) {
  setAbstractFetchFunc(reporting(send, log));
  return shopifyApp({
    apiKey: config.apiKey,
    apiSecretKey: config.apiSecret,
    apiVersion,
    appUrl: config.appUrl,
    authPathPrefix: "/auth",
    sessionStorage,
    distribution: AppDistribution.AppStore,
    // Left out: what the merchant granted at the managed install counts.
    ...(config.scopes && { scopes: [...config.scopes] }),
    future: { unstable_newEmbeddedAuthStrategy: true, expiringOfflineAccessTokens: true },
    logger: {
      // Not lower: the library's debug lines carry session tokens.
      level: LogSeverity.Warning,
      log: async (severity, message) => {
        if (severity === LogSeverity.Error) log.error(message);
        else log.warn(message);
      },
    },
  });
}

/** The library turns a failed exchange into a bare 500; this is the only trace of its cause. */
function reporting(send: typeof fetch, log: Logger): typeof fetch {
  return async (input, init) => {
    const { host, pathname } = new URL(input instanceof Request ? input.url : input);
    try {
      const response = await send(input, init);
      if (!response.ok) log.warn({ host, pathname, status: response.status }, "Shopify refused");
      return response;
    } catch (error) {
      log.warn({ host, pathname, err: error }, "Shopify did not answer");
      throw error;
    }
  };
}
