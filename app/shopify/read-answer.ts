import { z } from "zod";
import type { GraphqlProblem } from "./errors.ts";
import { type QueryCost, retryAfterMs, throttledWaitMs } from "./wait-times.ts";

/** An HTTP answer of the Admin API, body parsed where it was JSON. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly data: unknown;
  readonly errors: unknown;
  readonly extensions: unknown;
}

/** What an answer means, as data; the caller decides what to do about it. */
export type Verdict =
  | { readonly kind: "data"; readonly data: unknown }
  /** The shop's bucket was too empty. */
  | { readonly kind: "throttled"; readonly waitMs: number }
  /** Shopify asks everybody to stay away for so long. */
  | { readonly kind: "pause"; readonly waitMs: number }
  | { readonly kind: "unauthorized" }
  | { readonly kind: "refused"; readonly httpStatus: number; readonly message: string }
  | { readonly kind: "unavailable"; readonly message: string }
  | { readonly kind: "query-error"; readonly problems: readonly GraphqlProblem[] }
  | { readonly kind: "search-ignored"; readonly message: string };

const costSchema = z.object({
  requestedQueryCost: z.number(),
  actualQueryCost: z.number().nullish(),
  throttleStatus: z.object({
    maximumAvailable: z.number(),
    currentlyAvailable: z.number(),
    restoreRate: z.number(),
  }),
});

const searchSchema = z.array(
  z.object({
    query: z.string().optional(),
    warnings: z
      .array(z.object({ field: z.string().optional(), message: z.string().optional() }))
      .optional(),
  }),
);

const problemSchema = z.object({
  message: z.string().catch("no reason given"),
  path: z
    .array(z.union([z.string(), z.number()]))
    .optional()
    .catch(undefined),
  extensions: z.object({ code: z.string() }).optional().catch(undefined),
});

/** Codes of a 200 answer that mean "Shopify's side failed", not "the document is wrong". */
const failuresOfShopify = new Set(["INTERNAL_SERVER_ERROR", "SERVICE_UNAVAILABLE", "TIMEOUT"]);

/** Closed, frozen, locked or unknown shops, and missing scopes. */
const refusals = new Map([
  [402, "The shop is frozen: its owner has to settle its bill with Shopify."],
  [403, "Shopify does not let this app do that: a scope is missing, or the shop is closed."],
  [404, "Shopify does not know this shop, or no longer offers this API version."],
  [423, "Shopify has locked this shop."],
]);

/** The cost of an answer, where it says what it cost. */
export function readCost(extensions: unknown): QueryCost | undefined {
  const parsed = z.object({ cost: costSchema }).safeParse(extensions);
  return parsed.success ? parsed.data.cost : undefined;
}

/** Decides what an answer means. `refusedBefore` counts the waits this request already had. */
export function readAnswer(answer: Answer, refusedBefore: number, nowMs: number): Verdict {
  const { status } = answer;
  if (status === 401) return { kind: "unauthorized" };
  if (status === 429 || status === 503) {
    return {
      kind: "pause",
      waitMs: retryAfterMs(answer.headers.get("retry-after"), refusedBefore, nowMs),
    };
  }
  const refusal = refusals.get(status);
  if (refusal !== undefined) return { kind: "refused", httpStatus: status, message: refusal };
  if (status >= 500) return { kind: "unavailable", message: `Shopify answered ${String(status)}.` };
  return readGraphql(answer);
}

function readGraphql(answer: Answer): Verdict {
  const problems = readProblems(answer.errors);
  if (problems.some((problem) => problem.code === "THROTTLED"))
    return { kind: "throttled", waitMs: throttledWaitMs(readCost(answer.extensions)) };
  const ownFailure = problems.find(({ code }) => code !== undefined && failuresOfShopify.has(code));
  if (ownFailure)
    return { kind: "unavailable", message: `Shopify answered ${String(ownFailure.code)}.` };
  if (problems.length > 0) return { kind: "query-error", problems };
  if (answer.status < 200 || answer.status > 299) {
    return {
      kind: "refused",
      httpStatus: answer.status,
      message: `Shopify answered ${String(answer.status)}.`,
    };
  }
  if (answer.data === null || answer.data === undefined)
    return { kind: "unavailable", message: "Shopify answered without data." };
  const ignored = readIgnoredSearch(answer.extensions);
  if (ignored !== undefined) return { kind: "search-ignored", message: ignored };
  return { kind: "data", data: answer.data };
}

function readProblems(errors: unknown): GraphqlProblem[] {
  if (errors === undefined || errors === null) return [];
  const listed: unknown[] = Array.isArray(errors) ? errors : [{ message: errors }];
  return listed.map((entry) => {
    const problem = problemSchema.parse(typeof entry === "object" && entry !== null ? entry : {});
    return {
      code: problem.extensions?.code,
      message: problem.message,
      path: problem.path?.join("."),
    };
  });
}

/** Which term a search did not understand, or undefined when all of them were applied. */
function readIgnoredSearch(extensions: unknown): string | undefined {
  const parsed = z.object({ search: searchSchema }).safeParse(extensions);
  if (!parsed.success) return undefined;
  const warned = parsed.data.search.find((search) => (search.warnings ?? []).length > 0);
  if (warned === undefined) return undefined;
  const terms = (warned.warnings ?? []).map((w) => w.field ?? w.message ?? "a term").join(", ");
  return `Shopify ignored part of the search "${warned.query ?? ""}" (${terms}): its answer is not filtered.`;
}
