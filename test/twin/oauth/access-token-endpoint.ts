import type { FaultSettings } from "../faults/fault-table.ts";
import type { Store } from "../state/model.ts";
import type { TwinConfig } from "../types.ts";
import { isSessionToken, STAFF_USER_ID } from "./session-token.ts";
import type { TokenBook, TokenPair } from "./tokens.ts";

export type OAuthContext = {
  config: TwinConfig;
  tokens: TokenBook;
  now: () => number;
  /** Makes the app installed; a no-op when it is. */
  install(store: Store): void;
  faults: FaultSettings;
};

export type OAuthAnswer = { status: number; body: Record<string, unknown> };

const EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
const ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token";
const ONLINE = "urn:shopify:params:oauth:token-type:online-access-token";
const OFFLINE = "urn:shopify:params:oauth:token-type:offline-access-token";

const REFRESH_TOKEN_SECONDS = 7_776_000;

/** Answers POST /admin/oauth/access_token: token exchange (which installs the app) and refresh. */
export function answerTokenRequest(
  context: OAuthContext,
  store: Store,
  form: Record<string, string>,
): OAuthAnswer {
  const { config } = context;
  if (form["client_id"] !== config.apiKey || form["client_secret"] !== config.apiSecret) {
    return refuse(401, "invalid_client", "Client authentication failed.");
  }
  if (form["grant_type"] === EXCHANGE) return exchange(context, store, form);
  if (form["grant_type"] === "refresh_token") return refresh(context, store, form);
  return refuse(400, "unsupported_grant_type", "The grant type is not supported.");
}

function exchange(context: OAuthContext, store: Store, form: Record<string, string>): OAuthAnswer {
  const { config, tokens } = context;
  const shop = store.shop.domain;
  const kind = form["requested_token_type"];
  if (kind !== ONLINE && kind !== OFFLINE) {
    return refuse(400, "invalid_request", "The requested token type is not supported.");
  }
  const subject = form["subject_token"] ?? "";
  const nowMs = context.now();
  const { apiKey, apiSecret } = config;
  const valid =
    form["subject_token_type"] === OFFLINE
      ? tokens.find(subject, shop) !== undefined
      : form["subject_token_type"] === ID_TOKEN &&
        isSessionToken(subject, { apiKey, apiSecret, shop, nowMs });
  if (!valid) return refuse(400, "invalid_subject_token", "The subject token is invalid.");
  context.install(store);
  const online = kind === ONLINE;
  const expiring = form["expiring"] === "1";
  const { scopes } = store.installation;
  return accept(context, tokens.issue({ shop, scopes, online, expiring }), store);
}

function refresh(context: OAuthContext, store: Store, form: Record<string, string>): OAuthAnswer {
  const pair = context.faults.deadRefresh
    ? undefined
    : context.tokens.refresh(form["refresh_token"] ?? "", store.shop.domain);
  if (!pair || !store.installation.installed) {
    return refuse(400, "invalid_grant", "This request requires an active refresh_token.");
  }
  return accept(context, pair, store);
}

function accept(context: OAuthContext, pair: TokenPair, store: Store): OAuthAnswer {
  const { access, refresh: refreshToken } = pair;
  const scope = access.scopes.join(",");
  const body: Record<string, unknown> = { access_token: access.token, scope };
  if (access.expiresAt !== null) {
    body["expires_in"] = Math.floor((access.expiresAt - context.now()) / 1000);
  }
  if (refreshToken) {
    body["refresh_token"] = refreshToken.token;
    body["refresh_token_expires_in"] = REFRESH_TOKEN_SECONDS;
  }
  if (access.online) {
    body["associated_user_scope"] = scope;
    body["associated_user"] = staffMember(store);
  }
  return { status: 200, body };
}

function staffMember(store: Store): Record<string, unknown> {
  const [firstName, lastName] = store.shop.ownerName.split(" ");
  return {
    id: Number(STAFF_USER_ID),
    first_name: firstName,
    last_name: lastName,
    email: store.shop.email,
    email_verified: true,
    account_owner: true,
    locale: "en",
    collaborator: false,
  };
}

function refuse(status: number, error: string, description: string): OAuthAnswer {
  return { status, body: { error, error_description: description } };
}
