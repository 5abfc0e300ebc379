import { ShopifyQueryError, ShopifyRefusedError } from "#app/shopify/index.server.ts";

/** Why a write is over, for the merchant, when trying again would fail the same way; else null. Pure. */
export function finalSentence(error: unknown): string | null {
  if (!(error instanceof ShopifyQueryError || error instanceof ShopifyRefusedError)) return null;
  const denied =
    error instanceof ShopifyQueryError &&
    error.problems.some((problem) => problem.code === "ACCESS_DENIED");
  // A scope the merchant has not granted is theirs to grant.
  return denied
    ? `Converge may not write this in Shopify yet: allow it on the Ownership screen. (${error.message})`
    : error.message;
}
