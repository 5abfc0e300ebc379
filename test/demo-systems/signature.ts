import { Webhook, WebhookVerificationError } from "standardwebhooks";

/** Whether a delivery was signed with one of the secrets, and if not, why. */
export type Verdict = { verified: true; webhookId: string } | { verified: false; cause: string };

/** Throws an error saying what is wrong when `secret` cannot be a Standard Webhooks secret. */
export function assertUsableSecret(secret: string): void {
  try {
    new Webhook(secret);
  } catch (error) {
    throw new Error("secret: must be base64, as `whsec_...`, exactly as it was shown once", {
      cause: error,
    });
  }
}

/**
 * Checks the Standard Webhooks signature over the raw bytes with each of the secrets (a shop has
 * several during a rotation). Timestamps more than 5 minutes off are refused by the library.
 */
export function verifySignature(
  rawBody: Buffer,
  headers: Record<string, string | string[] | undefined>,
  secrets: readonly string[],
): Verdict {
  const signed: Record<string, string> = {};
  for (const name of ["webhook-id", "webhook-timestamp", "webhook-signature"]) {
    const value = headers[name];
    if (typeof value !== "string") return { verified: false, cause: `header ${name} is missing` };
    signed[name] = value;
  }
  let cause = "no signing secret of this shop is known here; set it with PUT /control/secret";
  for (const secret of secrets) {
    try {
      new Webhook(secret).verify(rawBody, signed, { jsonParse: false });
      return { verified: true, webhookId: signed["webhook-id"] ?? "" };
    } catch (error) {
      if (!(error instanceof WebhookVerificationError)) throw error;
      cause = error.message;
    }
  }
  return { verified: false, cause };
}
