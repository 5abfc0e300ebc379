/**
 * Why Shopify could not be asked. Messages never carry variables, tokens or answers: they are shown
 * to merchants and written to logs.
 */
export class ShopifyError extends Error {
  override readonly name: string = "ShopifyError";
  readonly shop: string;

  constructor(shop: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.shop = shop;
  }
}

/** The shop's API budget is used up, or Shopify asked us to slow down, for longer than we may wait. */
export class ShopifyThrottledError extends ShopifyError {
  override readonly name = "ShopifyThrottledError";
  /** When trying again makes sense. */
  readonly retryAfterMs: number;

  constructor(shop: string, retryAfterMs: number) {
    super(shop, `Shopify allows the next request for ${shop} in ${String(retryAfterMs)} ms.`);
    this.retryAfterMs = retryAfterMs;
  }
}

/** No answer, or an answer that says "not now": trying again later is right. */
export class ShopifyUnavailableError extends ShopifyError {
  override readonly name = "ShopifyUnavailableError";
}

/** There is no token Shopify accepts: the merchant has to open the app once. */
export class ShopifyReconnectNeededError extends ShopifyError {
  override readonly name = "ShopifyReconnectNeededError";

  constructor(shop: string, reason: string) {
    super(
      shop,
      `${shop} has to be connected again (${reason}): open Converge in its Shopify admin.`,
    );
  }
}

/** Shopify answered, and trying again unchanged would get the same answer (closed shop, missing scope). */
export class ShopifyRefusedError extends ShopifyError {
  override readonly name = "ShopifyRefusedError";
  readonly httpStatus: number;

  constructor(shop: string, httpStatus: number, message: string) {
    super(shop, message);
    this.httpStatus = httpStatus;
  }
}

/** One error of a GraphQL answer, without anything the request carried. */
export interface GraphqlProblem {
  readonly code: string | undefined;
  readonly message: string;
  readonly path: string | undefined;
}

/** The document was not carried out: invalid, or without the scope it needs. */
export class ShopifyQueryError extends ShopifyError {
  override readonly name: string = "ShopifyQueryError";
  readonly problems: readonly GraphqlProblem[];

  constructor(shop: string, problems: readonly GraphqlProblem[], message?: string) {
    const told = problems.map(describe).join("; ");
    super(shop, message ?? `Shopify did not carry out a request: ${told}`);
    this.problems = problems;
  }
}

/** One query asked for more than Shopify answers at once, however full the bucket is. */
export class ShopifyTooExpensiveError extends ShopifyQueryError {
  override readonly name = "ShopifyTooExpensiveError";

  constructor(shop: string, problems: readonly GraphqlProblem[]) {
    super(
      shop,
      problems,
      "Shopify does not answer a query that costs more than 1,000 points: ask for smaller pages, or for a bulk operation.",
    );
  }
}

/**
 * Shopify ignored a search term. Its answer is then unfiltered without being an error, so that
 * "everything changed since" silently becomes "everything".
 */
export class ShopifySearchIgnoredError extends ShopifyError {
  override readonly name = "ShopifySearchIgnoredError";
}

function describe({ code, message, path }: GraphqlProblem): string {
  return [code, path, message].filter(Boolean).join(", ");
}
