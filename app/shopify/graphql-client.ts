import { setTimeout as sleep } from "node:timers/promises";
import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import type { DocumentNode } from "graphql";
import type { Clock } from "#app/db.server.ts";
import type { AccessTokens } from "./access-tokens.ts";
import type { CostBudget } from "./cost-budget.ts";
import {
  ShopifyQueryError,
  ShopifyReconnectNeededError,
  ShopifyRefusedError,
  ShopifySearchIgnoredError,
  ShopifyThrottledError,
  ShopifyUnavailableError,
} from "./errors.ts";
import type { Priority } from "./priorities.ts";
import { readAnswer, readCost, type Verdict } from "./read-answer.ts";
import { sendGraphql } from "./send-graphql.ts";

/** How a request behaves. Times in milliseconds. */
export interface GraphqlOptions {
  /** "write-back", the most urgent, unless told: everything else has to say what it is. */
  readonly priority?: Priority;
  /** For one request, 15 s unless told. */
  readonly timeoutMs?: number;
  /** How long all waits together may take before the caller gets the error, 20 s unless told. */
  readonly patienceMs?: number;
}

/** Asks Shopify's Admin API on behalf of a shop. */
export type Graphql = <Data, Variables extends object>(
  shop: string,
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  options?: GraphqlOptions,
) => Promise<Data>;

/** The same client for work that is all of one priority. */
export function withPriority(graphql: Graphql, priority: Priority): Graphql {
  return (shop, document, variables, options) =>
    graphql(shop, document, variables, { priority, ...options });
}

/** What the client needs. `wait` resolves after that many milliseconds. */
export interface GraphqlClientOptions {
  readonly send: typeof fetch;
  readonly tokens: AccessTokens;
  readonly budget: CostBudget;
  readonly clock: Clock;
  readonly apiVersion: string;
  readonly wait?: (ms: number) => Promise<unknown>;
}

const defaultTimeoutMs = 15_000;
const defaultPatienceMs = 20_000;

/** What all tries of one request have in common. */
interface Call extends Required<GraphqlOptions> {
  readonly shop: string;
  readonly document: DocumentNode;
  readonly variables: object;
}

/**
 * A client that waits where Shopify says how long (THROTTLED, Retry-After), replaces a rejected
 * token once, and throws a typed error for everything else. It repeats nothing that Shopify may have
 * carried out already: after a timeout or a 5xx the caller decides.
 * @throws every error of `errors.ts`, and the database's own when the token cannot be read.
 */
export function createGraphqlClient(options: GraphqlClientOptions): Graphql {
  return async <Data, Variables extends object>(
    shop: string,
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
    given: GraphqlOptions = {},
  ) => {
    const call: Call = {
      shop,
      document,
      variables,
      priority: given.priority ?? "write-back",
      timeoutMs: given.timeoutMs ?? defaultTimeoutMs,
      patienceMs: given.patienceMs ?? defaultPatienceMs,
    };
    // The type comes from the document, which was validated against the schema it was made from.
    return (await run(options, call)) as Data;
  };
}

async function run(options: GraphqlClientOptions, call: Call): Promise<unknown> {
  const { tokens, budget } = options;
  const wait = patientWait(options, call);
  await wait(budget.holdBackMs(call.shop, call.priority));
  let accessToken = await tokens.get(call.shop);
  let replaced = false;
  for (let waits = 0; ; ) {
    const verdict = await ask(options, call, accessToken, waits);
    switch (verdict.kind) {
      case "data":
        return verdict.data;
      case "wait":
        await wait(verdict.waitMs);
        waits += 1;
        break;
      case "unauthorized":
        if (replaced) return rejectForGood(tokens, call.shop, accessToken);
        accessToken = await tokens.replace(call.shop, accessToken);
        replaced = true;
        break;
      default:
        throw errorOf(call.shop, verdict);
    }
  }
}

async function ask(
  { send, budget, clock, apiVersion }: GraphqlClientOptions,
  { shop, document, variables, timeoutMs }: Call,
  accessToken: string,
  waits: number,
): Promise<Verdict> {
  const answer = await sendGraphql(send, {
    shop,
    apiVersion,
    accessToken,
    document,
    variables,
    timeoutMs,
  });
  const cost = readCost(answer.extensions);
  if (cost !== undefined) budget.note(shop, cost);
  return readAnswer(answer, waits, clock.now());
}

/** Waits as long as the call's patience lasts; a wait that would exceed it is not begun. */
function patientWait(options: GraphqlClientOptions, call: Call): (ms: number) => Promise<void> {
  const wait = options.wait ?? ((ms: number) => sleep(ms));
  let leftMs = call.patienceMs;
  return async (ms) => {
    if (ms <= 0) return;
    if (ms > leftMs) throw new ShopifyThrottledError(call.shop, ms);
    leftMs -= ms;
    await wait(ms);
  };
}

async function rejectForGood(tokens: AccessTokens, shop: string, rejected: string): Promise<never> {
  await tokens.giveUp(shop, rejected);
  throw new ShopifyReconnectNeededError(shop, "Shopify rejected a token it has just issued");
}

function errorOf(
  shop: string,
  verdict: Exclude<Verdict, { kind: "data" | "wait" | "unauthorized" }>,
): Error {
  switch (verdict.kind) {
    case "refused":
      return new ShopifyRefusedError(shop, verdict.httpStatus, verdict.message);
    case "unavailable":
      return new ShopifyUnavailableError(shop, verdict.message);
    case "query-error":
      return new ShopifyQueryError(shop, verdict.problems);
    case "search-ignored":
      return new ShopifySearchIgnoredError(shop, verdict.message);
  }
}
