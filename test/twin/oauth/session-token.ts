import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";

/** A session token lives for a minute; an app may allow a little clock skew, Shopify does not. */
const LIFETIME_SECONDS = 60;

/** The staff member everybody is in the twin's admin. */
export const STAFF_USER_ID = "78213455911";

export type SessionTokenInput = { apiKey: string; apiSecret: string; shop: string; nowMs: number };

/** A session token as App Bridge hands it out (JWT, HS256 with the app's secret). */
export function mintSessionToken({ apiKey, apiSecret, shop, nowMs }: SessionTokenInput): string {
  const nowSeconds = Math.floor(nowMs / 1000);
  const head = encode({ alg: "HS256", typ: "JWT" });
  const claims = encode({
    iss: `https://${shop}/admin`,
    dest: `https://${shop}`,
    aud: apiKey,
    sub: STAFF_USER_ID,
    exp: nowSeconds + LIFETIME_SECONDS,
    nbf: nowSeconds,
    iat: nowSeconds,
    jti: randomUUID(),
    sid: randomUUID(),
  });
  return `${head}.${claims}.${sign(`${head}.${claims}`, apiSecret)}`;
}

/** Whether a token is one for this app and shop and still valid. */
export function isSessionToken(token: string, expected: SessionTokenInput): boolean {
  const [head, claims, signature, ...rest] = token.split(".");
  if (head === undefined || claims === undefined || signature === undefined) return false;
  if (rest.length > 0 || decode(head)?.["alg"] !== "HS256") return false;
  const wanted = Buffer.from(sign(`${head}.${claims}`, expected.apiSecret));
  const given = Buffer.from(signature);
  if (wanted.length !== given.length || !timingSafeEqual(wanted, given)) return false;
  const body = decode(claims);
  const nowSeconds = expected.nowMs / 1000;
  return (
    body?.["aud"] === expected.apiKey &&
    body["dest"] === `https://${expected.shop}` &&
    typeof body["exp"] === "number" &&
    body["exp"] > nowSeconds &&
    typeof body["nbf"] === "number" &&
    body["nbf"] <= nowSeconds + 1
  );
}

function sign(text: string, secret: string): string {
  return createHmac("sha256", secret).update(text).digest("base64url");
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

function decode(part: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
    return value !== null && typeof value === "object"
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    // Not JSON: no token of ours.
    return undefined;
  }
}
