import type { Clock, Database, Transaction } from "#app/db.server.ts";
import { ShopifyReconnectNeededError } from "./errors.ts";
import { type AppCredentials, type IssuedTokens, requestRefresh } from "./request-refresh.ts";
import {
  deleteOfflineTokens,
  type NewTokens,
  type OfflineTokens,
  readOfflineTokens,
  replaceOfflineTokens,
  type Sealer,
} from "./session-store.ts";

/** The offline access tokens of all shops, renewed when their hour is over. */
export interface AccessTokens {
  /**
   * A token with at least some minutes left.
   * @throws {ShopifyReconnectNeededError} when the shop has none and cannot get one by itself.
   */
  get(shop: string): Promise<string>;
  /**
   * A token other than the one Shopify has just rejected: what somebody else has stored in the
   * meantime, else a renewed one.
   * @throws {ShopifyReconnectNeededError} like `get`.
   */
  replace(shop: string, rejected: string): Promise<string>;
  /** Gives up a token that was rejected although it is new, so that the next visit exchanges. */
  giveUp(shop: string, rejected: string): Promise<void>;
}

/** What the tokens need. `send` is the fetch for Shopify. */
export interface AccessTokenOptions {
  readonly db: Database;
  readonly vault: Sealer;
  readonly clock: Clock;
  readonly send: typeof fetch;
  readonly app: AppCredentials;
  readonly onTokensLost: OnTokensLost;
}

/**
 * Called in a transaction when a shop may have no tokens left. Locks what a token exchange writes to,
 * asks `stillLost`, and only then writes down that the merchant has to connect the shop again: an
 * exchange that is going on at the same moment is never overlooked.
 */
export type OnTokensLost = (
  tx: Transaction,
  shop: string,
  stillLost: () => Promise<boolean>,
) => Promise<void>;

type Renewal =
  | { readonly kind: "usable"; readonly accessToken: string }
  | { readonly kind: "reconnect"; readonly reason: string };

/** As in the library: neither side uses a token the other would already replace. */
const renewBeforeExpiryMs = 5 * 60_000;

/**
 * Any number of processes, one refresh: callers of one process share a promise, processes queue for
 * an advisory lock and look again before they ask Shopify. The new pair is committed before anybody
 * gets to see it; if the process dies earlier, Shopify still takes the old refresh token, since the
 * new one was never used.
 */
export function createAccessTokens(options: AccessTokenOptions): AccessTokens {
  const { db, vault, clock } = options;
  const underWay = new Map<string, Promise<string>>();

  const renewOnce = (shop: string, unusable: string) => {
    const key = `${shop} ${unusable}`;
    const running = underWay.get(key);
    if (running) return running;
    const renewal = renew(options, shop, unusable).finally(() => underWay.delete(key));
    underWay.set(key, renewal);
    return renewal;
  };

  return {
    async get(shop) {
      const tokens = await readOfflineTokens(db, vault, shop);
      if (!tokens) return renewOnce(shop, "");
      if (isFresh(tokens, clock.now())) return tokens.accessToken;
      return renewOnce(shop, tokens.accessToken);
    },
    replace: (shop, rejected) => renewOnce(shop, rejected),
    async giveUp(shop, rejected) {
      await db.transaction(async (tx) => {
        const tokens = await readOfflineTokens(tx, vault, shop);
        if (tokens?.accessToken === rejected) await lose(tx, options, shop, "", tokens.version);
      });
    },
  };
}

function isFresh(tokens: OfflineTokens, nowMs: number): boolean {
  return tokens.expiresAtMs === undefined || tokens.expiresAtMs - renewBeforeExpiryMs > nowMs;
}

async function renew(options: AccessTokenOptions, shop: string, unusable: string): Promise<string> {
  const renewal = await options.db.transaction((tx) => renewLocked(tx, options, shop, unusable));
  if (renewal.kind === "reconnect") throw new ShopifyReconnectNeededError(shop, renewal.reason);
  return renewal.accessToken;
}

/** Everything on the one connection that holds the lock: waiting shops cannot drain the pool. */
async function renewLocked(
  tx: Transaction,
  options: AccessTokenOptions,
  shop: string,
  unusable: string,
): Promise<Renewal> {
  const { vault, clock } = options;
  await tx.query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [
    `shopify-token:${shop}`,
  ]);
  const tokens = await readOfflineTokens(tx, vault, shop);
  if (!tokens) return lose(tx, options, shop, "no access token is stored");
  if (tokens.accessToken !== unusable && isFresh(tokens, clock.now()))
    return { kind: "usable", accessToken: tokens.accessToken };
  const askedAtMs = clock.now();
  const result =
    tokens.refreshToken === undefined
      ? ({ kind: "dead", reason: "there is no refresh token" } as const)
      : await requestRefresh(options.send, options.app, shop, tokens.refreshToken);
  if (result.kind === "dead") return lose(tx, options, shop, result.reason, tokens.version);
  const renewed = toStored(result.tokens, askedAtMs);
  if (await replaceOfflineTokens(tx, vault, shop, tokens.version, renewed))
    return { kind: "usable", accessToken: renewed.accessToken };
  return whatStandsNow(tx, options, shop);
}

/** A merchant's visit stored a pair while we were asking, or the app was uninstalled. */
async function whatStandsNow(
  tx: Transaction,
  options: AccessTokenOptions,
  shop: string,
): Promise<Renewal> {
  const tokens = await readOfflineTokens(tx, options.vault, shop);
  return tokens
    ? { kind: "usable", accessToken: tokens.accessToken }
    : { kind: "reconnect", reason: "the app was uninstalled" };
}

/** Deletes tokens that are dead, and tells; unless a merchant's visit has stored others by now. */
async function lose(
  tx: Transaction,
  options: AccessTokenOptions,
  shop: string,
  reason: string,
  version?: string,
): Promise<Renewal> {
  let standing: OfflineTokens | undefined;
  await options.onTokensLost(tx, shop, async () => {
    if (version !== undefined) await deleteOfflineTokens(tx, shop, version);
    standing = await readOfflineTokens(tx, options.vault, shop);
    return standing === undefined;
  });
  return standing === undefined
    ? { kind: "reconnect", reason }
    : { kind: "usable", accessToken: standing.accessToken };
}

function toStored(issued: IssuedTokens, nowMs: number): NewTokens {
  const at = (seconds: number | undefined) =>
    seconds === undefined ? undefined : nowMs + seconds * 1000;
  return {
    accessToken: issued.accessToken,
    refreshToken: issued.refreshToken,
    expiresAtMs: at(issued.expiresInSeconds),
    refreshExpiresAtMs: at(issued.refreshExpiresInSeconds),
    scope: issued.scope,
  };
}
