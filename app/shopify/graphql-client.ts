import { setTimeout as sleep } from "node:timers/promises";
import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import type { DocumentNode } from "graphql";
import type { Clock } from "#app/db.server.ts";
import type { AccessTokens } from "./access-tokens.ts";
import { type AnswerFacts, factsOf } from "./answer-facts.ts";
import type { CostBudget } from "./cost-budget.ts";
import {
  ShopifyQueryError,
  ShopifyReconnectNeededError,
  ShopifyRefusedError,
  ShopifySearchIgnoredError,
  ShopifyThrottledError,
  ShopifyTooExpensiveError,
  ShopifyUnavailableError,
} from "./errors.ts";
import { createExpectedCosts, type ExpectedCosts } from "./expected-costs.ts";
import { isRepeatable } from "./is-repeatable.ts";
import type { Priority } from "./priorities.ts";
import { readAnswer, readCost, type Verdict } from "./read-answer.ts";
import { sendGraphql } from "./send-graphql.ts";
import { transientPauseMs } from "./wait-times.ts";

/** How a request behaves. Times in milliseconds. */
export interface GraphqlOptions {
  /** "write-back", the most urgent, unless told: everything else has to say what it is. */
  readonly priority?: Priority;
  /** For one request, 15 s unless told. */
  readonly timeoutMs?: number;
  /** How long all waits together may take before the caller gets the error, 20 s unless told. */
  readonly patienceMs?: number;
  /** Hears what every answer says beside its data, refusals included. */
  readonly onAnswer?: (facts: AnswerFacts) => void;
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
  /** From 0 up to 1. */
  readonly random: () => number;
  readonly wait?: (ms: number) => Promise<unknown>;
}

const defaultTimeoutMs = 15_000;
const defaultPatienceMs = 20_000;
const nobodyListens = () => undefined;

/** A failure of Shopify's that is still there after this many repetitions is the caller's to wait for. */
const mostRepetitions = 2;

/** What all tries of one request have in common. */
interface Call extends Required<GraphqlOptions> {
  readonly shop: string;
  readonly document: DocumentNode;
  readonly variables: object;
}

interface Client extends GraphqlClientOptions {
  readonly costs: ExpectedCosts;
}

/**
 * A client that takes from the shop's budget before it asks, waits where Shopify says how long
 * (THROTTLED, Retry-After), replaces a rejected token once, and throws a typed error for everything
 * else. Shopify's own failures (5xx, INTERNAL_SERVER_ERROR, TIMEOUT) are asked about again only where
 * it cannot matter that Shopify may have carried the request out; no answer at all is the caller's.
 * @throws every error of `errors.ts`, and the database's own when it cannot be asked.
 */
export function createGraphqlClient(options: GraphqlClientOptions): Graphql {
  const client: Client = { ...options, costs: createExpectedCosts() };
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
      onAnswer: given.onAnswer ?? nobodyListens,
    };
    // The type comes from the document, which was validated against the schema it was made from.
    return (await run(client, call)) as Data;
  };
}

async function run(client: Client, call: Call): Promise<unknown> {
  const { tokens, random } = client;
  const { shop, document } = call;
  const waitFor = patientWait(client, call);
  const waitAtMost = async (ms: number) => {
    if (!(await waitFor(ms))) throw new ShopifyThrottledError(shop, ms);
  };
  let accessToken = await tokens.get(shop);
  let replaced = false;
  for (let waits = 0, failures = 0; ; ) {
    const verdict = await ask(client, call, accessToken, waits, waitAtMost);
    switch (verdict.kind) {
      case "data":
        return verdict.data;
      case "throttled":
      case "pause":
        await waitAtMost(verdict.waitMs);
        waits += 1;
        break;
      case "unauthorized":
        if (replaced) return rejectForGood(tokens, shop, accessToken);
        accessToken = await tokens.replace(shop, accessToken);
        replaced = true;
        break;
      case "unavailable":
        if (failures >= mostRepetitions || !isRepeatable(document)) throw errorOf(shop, verdict);
        if (!(await waitFor(transientPauseMs(failures, random())))) throw errorOf(shop, verdict);
        failures += 1;
        break;
      default:
        throw errorOf(shop, verdict);
    }
  }
}

async function ask(
  { send, budget, clock, apiVersion, costs, random }: Client,
  { shop, document, variables, timeoutMs, priority, onAnswer }: Call,
  accessToken: string,
  waits: number,
  wait: (ms: number) => Promise<void>,
): Promise<Verdict> {
  const points = costs.of(document);
  for (let ms = 1; ms > 0; ) {
    ms = await budget.reserve(shop, points, priority);
    // Those who wait for the same points must not all come back at once.
    if (ms > 0) await wait(Math.ceil(ms * (1 + random() / 4)));
  }
  const request = { shop, apiVersion, accessToken, document, variables, timeoutMs };
  const answer = await sendGraphql(send, request);
  onAnswer(factsOf(answer));
  const verdict = readAnswer(answer, waits, clock.now());
  const cost = readCost(answer.extensions);
  if (cost !== undefined) {
    costs.learn(document, cost.requestedQueryCost);
    budget.settle(shop, points, cost, verdict.kind === "throttled");
  }
  if (verdict.kind === "pause") budget.pause(shop, verdict.waitMs);
  return verdict;
}

/** Waits as long as the call's patience lasts; false: a wait that would exceed it was not begun. */
function patientWait(client: Client, call: Call): (ms: number) => Promise<boolean> {
  const wait = client.wait ?? ((ms: number) => sleep(ms));
  let leftMs = call.patienceMs;
  return async (ms) => {
    if (ms > leftMs) return false;
    leftMs -= Math.max(0, ms);
    if (ms > 0) await wait(ms);
    return true;
  };
}

async function rejectForGood(tokens: AccessTokens, shop: string, rejected: string): Promise<never> {
  await tokens.giveUp(shop, rejected);
  throw new ShopifyReconnectNeededError(shop, "Shopify rejected a token it has just issued");
}

function errorOf(
  shop: string,
  verdict: Extract<Verdict, { kind: "refused" | "unavailable" | "query-error" | "search-ignored" }>,
): Error {
  switch (verdict.kind) {
    case "refused":
      return new ShopifyRefusedError(shop, verdict.httpStatus, verdict.message);
    case "unavailable":
      return new ShopifyUnavailableError(shop, verdict.message);
    case "query-error":
      return verdict.problems.some(({ code }) => code === "MAX_COST_EXCEEDED")
        ? new ShopifyTooExpensiveError(shop, verdict.problems)
        : new ShopifyQueryError(shop, verdict.problems);
    case "search-ignored":
      return new ShopifySearchIgnoredError(shop, verdict.message);
  }
}
