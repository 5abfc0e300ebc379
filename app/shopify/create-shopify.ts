import { ApiVersion } from "@shopify/shopify-app-remix/server";
import type { SessionStorage } from "@shopify/shopify-app-session-storage";
import type { Config } from "#app/config.server.ts";
import type { Clock, Database, Queryable } from "#app/db.server.ts";
import type { Logger } from "#app/observability/index.server.ts";
import { createAccessTokens, type OnTokensLost } from "./access-tokens.ts";
import { type AuthenticateAdmin, createAdminAuthentication } from "./authenticate-admin.ts";
import { createBulkOperations, type BulkOperations } from "./bulk-operations.ts";
import { createCostBudget } from "./cost-budget.ts";
import { type BudgetView, forgetBudget, lowestLevel, readBudget } from "./cost-store.ts";
import { createFramePolicy } from "./frame-policy.ts";
import { createGraphqlClient, type Graphql } from "./graphql-client.ts";
import { createLibraryApp } from "./library-app.ts";
import {
  createSessionStorage,
  forgetSessions,
  type OnInstalled,
  listRenewableUntil,
  readTokenLife,
  type Sealer,
  type TokenLife,
} from "./session-store.ts";
import { createSessionTokenReader, type ReadSessionToken } from "./session-tokens.ts";
import { createShopifyFetch } from "./shopify-fetch.ts";

/** What speaks to Shopify, and for Shopify. */
export interface Shopify {
  readonly authenticate: { readonly admin: AuthenticateAdmin };
  /** For every document: who may frame it, and a preload of App Bridge. */
  addDocumentResponseHeaders(request: Request, headers: Headers): void;
  /** What a document puts into the first script of its head. */
  readonly appBridge: { readonly url: string; readonly apiKey: string };
  readonly sessionStorage: SessionStorage;
  /** Who a session token speaks for, for requests that are no pages. */
  readonly readSessionToken: ReadSessionToken;
  /** Asks the Admin API; see `Graphql` for waits, retries and errors. */
  readonly graphql: Graphql;
  /** Full reads of a shop, in the background. */
  readonly bulk: BulkOperations;
  /**
   * Deletes a shop's tokens and what is known of its budget, in the caller's transaction: no call for
   * it is possible any more.
   */
  forgetShop(this: void, tx: Queryable, shop: string): Promise<void>;
  /** Shops whose tokens nothing has renewed for a week. */
  shopsToRenew(): Promise<string[]>;
  /**
   * Makes sure that a shop's tokens are fresh.
   * @throws {ShopifyReconnectNeededError} when they are dead, which is noted.
   */
  renewTokens(shop: string): Promise<void>;
  /** How things stand between us and a shop's API. */
  readConnection(shop: string): Promise<ApiConnection>;
  /** Points in the emptiest API bucket of all shops; undefined before the first answer. */
  lowestCostAvailable(): Promise<number | undefined>;
}

/** How things stand between us and a shop's API; what is not known is null. */
export interface ApiConnection {
  readonly apiVersion: string;
  readonly budget: BudgetView | null;
  readonly tokens: TokenLife | null;
}

/** What it needs. `wait` and `send` are replaced in tests only. */
export interface ShopifyOptions {
  readonly config: Config;
  readonly db: Database;
  readonly vault: Sealer;
  readonly clock: Clock;
  readonly log: Logger;
  /** After every successful token exchange, before the shop counts as connected; idempotent. */
  readonly onInstalled: OnInstalled;
  /** When a shop's tokens are dead: see `OnTokensLost`. */
  readonly onTokensLost: OnTokensLost;
  readonly wait?: (ms: number) => Promise<unknown>;
  readonly send?: typeof fetch;
}

/** A week less than a refresh token's 90 days. */
const untouchedMs = 83 * 86_400_000;

/** One per process: the library keeps its fetch in a module of its own. */
export function createShopify(options: ShopifyOptions): Shopify {
  const { db, vault, clock, log } = options;
  const config = options.config.shopify;
  const apiVersion = ApiVersion.October26;
  const send = createShopifyFetch(config.twinUrl, options.send);
  const frame = createFramePolicy(config.twinUrl);
  const sessionStorage = createSessionStorage({ db, vault, log, onInstalled: options.onInstalled });
  const library = createLibraryApp({ config, apiVersion, sessionStorage, log, send });
  const { onTokensLost } = options;
  const tokens = createAccessTokens({ db, vault, clock, send, app: config, onTokensLost });
  const graphql = createGraphqlClient({
    send,
    tokens,
    budget: createCostBudget(db, log),
    clock,
    random: Math.random,
    apiVersion,
    ...(options.wait && { wait: options.wait }),
  });
  return {
    authenticate: { admin: createAdminAuthentication(library.authenticate.admin, frame) },
    addDocumentResponseHeaders(request, headers) {
      library.addDocumentResponseHeaders(request, headers);
      frame.applyTo(headers);
    },
    appBridge: { url: frame.appBridgeUrl, apiKey: config.apiKey },
    sessionStorage,
    readSessionToken: createSessionTokenReader(config, apiVersion),
    graphql,
    bulk: createBulkOperations({ graphql, send }),
    async forgetShop(tx, shop) {
      await forgetSessions(tx, shop);
      await forgetBudget(tx, shop);
    },
    shopsToRenew: () => listRenewableUntil(db, clock.now() + untouchedMs),
    async renewTokens(shop) {
      await tokens.get(shop);
    },
    async readConnection(shop) {
      const [budget, tokens] = await Promise.all([readBudget(db, shop), readTokenLife(db, shop)]);
      return { apiVersion, budget, tokens };
    },
    lowestCostAvailable: () => lowestLevel(db),
  };
}
