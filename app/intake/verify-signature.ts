import { createHmac, timingSafeEqual } from "node:crypto";

/** The verdict on a signature header. */
export type SignatureVerdict = "valid" | "missing" | "malformed" | "wrong";

/** SHA-256 in base64: 32 bytes are 43 digits and one padding sign. */
const base64OfSha256 = /^[A-Za-z0-9+/]{43}=$/;

/**
 * Checks Shopify's signature: base64(HMAC-SHA256(client secret, raw body)), in constant time, with
 * each of the given secrets (during a rotation Shopify may still sign with the old one).
 * https://shopify.dev/docs/apps/build/webhooks/subscribe/https#step-2-validate-the-origin
 */
export function verifySignature(
  body: Buffer,
  signature: string | undefined,
  secrets: readonly string[],
): SignatureVerdict {
  if (signature === undefined || signature === "") return "missing";
  if (!base64OfSha256.test(signature)) return "malformed";
  const given = Buffer.from(signature, "base64");
  let matches = false;
  for (const secret of secrets) {
    const expected = createHmac("sha256", secret).update(body).digest();
    // No early exit: the time taken does not tell which secret matched.
    matches = timingSafeEqual(expected, given) || matches;
  }
  return matches ? "valid" : "wrong";
}
