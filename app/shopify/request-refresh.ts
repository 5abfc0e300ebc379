import { z } from "zod";
import { ShopifyRefusedError, ShopifyUnavailableError } from "./errors.ts";

/** A pair of tokens as Shopify hands them out; lifetimes in seconds from now. */
export interface IssuedTokens {
  readonly accessToken: string;
  readonly scope: string | undefined;
  readonly expiresInSeconds: number | undefined;
  readonly refreshToken: string | undefined;
  readonly refreshExpiresInSeconds: number | undefined;
}

/** `dead`: no token will ever come of this refresh token again. */
export type RefreshResult =
  | { readonly kind: "issued"; readonly tokens: IssuedTokens }
  | { readonly kind: "dead"; readonly reason: string };

/** What identifies the app towards Shopify. */
export interface AppCredentials {
  readonly apiKey: string;
  readonly apiSecret: string;
}

const issuedSchema = z.object({
  access_token: z.string().min(1),
  scope: z.string().optional(),
  expires_in: z.number().positive().optional(),
  refresh_token: z.string().min(1).optional(),
  refresh_token_expires_in: z.number().positive().optional(),
});

/** Under the database's limit for an idle transaction: the caller holds one while it waits. */
const timeoutMs = 10_000;

/**
 * Trades a refresh token for new tokens (RFC 6749, section 6, at Shopify's token endpoint).
 * @throws {ShopifyUnavailableError} without an answer, or with one that says "later".
 * @throws {ShopifyRefusedError} when Shopify does not know the app itself, or the shop.
 */
export async function requestRefresh(
  send: typeof fetch,
  app: AppCredentials,
  shop: string,
  refreshToken: string,
): Promise<RefreshResult> {
  const { status, body } = await post(send, shop, {
    client_id: app.apiKey,
    client_secret: app.apiSecret,
    grant_type: "refresh_token",
    refresh_token: refreshToken,
  });
  if (status === 429 || status >= 500)
    throw new ShopifyUnavailableError(
      shop,
      `Shopify answered ${String(status)} to a token refresh.`,
    );
  if (status !== 200) return refusal(shop, status, body);
  const parsed = issuedSchema.safeParse(body);
  if (!parsed.success)
    throw new ShopifyUnavailableError(shop, "Shopify answered a token refresh without a token.");
  const issued = parsed.data;
  return {
    kind: "issued",
    tokens: {
      accessToken: issued.access_token,
      scope: issued.scope,
      expiresInSeconds: issued.expires_in,
      refreshToken: issued.refresh_token,
      refreshExpiresInSeconds: issued.refresh_token_expires_in,
    },
  };
}

/** RFC 6749, section 5.2: `invalid_client` is about the app, other refusals about the token. */
function refusal(shop: string, status: number, body: unknown): RefreshResult {
  const code = z.object({ error: z.string() }).safeParse(body).data?.error;
  if (code === "invalid_client" || status === 403)
    throw new ShopifyRefusedError(
      shop,
      status,
      "Shopify does not accept SHOPIFY_API_KEY and SHOPIFY_API_SECRET for a token refresh.",
    );
  return { kind: "dead", reason: code ?? `token refresh answered ${String(status)}` };
}

async function post(
  send: typeof fetch,
  shop: string,
  fields: Record<string, string>,
): Promise<{ status: number; body: unknown }> {
  try {
    const response = await send(`https://${shop}/admin/oauth/access_token`, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json" },
      body: JSON.stringify(fields),
      // A token must not follow a redirect to somewhere else.
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await response.text();
    return { status: response.status, body: parseJson(text) };
  } catch (cause) {
    throw new ShopifyUnavailableError(shop, "Shopify did not answer a token refresh.", { cause });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // An error page instead of JSON: the status alone has to do.
    return undefined;
  }
}
