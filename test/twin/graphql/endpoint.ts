import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import {
  type DocumentNode,
  execute,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLFieldResolver,
  Kind,
  type OperationDefinitionNode,
  parse,
  validate,
} from "graphql";
import type { FaultSettings } from "../faults/fault-table.ts";
import type { Random } from "../state/random.ts";
import type { Store } from "../state/model.ts";
import type { AdminSchema } from "./admin-schema.ts";
import { isRecord } from "./arguments.ts";
import type { Args, GraphContext } from "./context.ts";
import type { CostBucket } from "./cost-bucket.ts";
import { resolveTypeName } from "./field-resolver.ts";
import { actualCost, type CostSubject, requestedCost } from "./query-cost.ts";
import { shopifyValidationError, type WireError } from "./validation-errors.ts";
import { readVariables } from "./variables.ts";

export type GraphqlRequest = { store: Store; body: unknown };

export type GraphqlAnswer = {
  status: number;
  body: Record<string, unknown>;
  /** It may have changed something. */
  isMutation?: boolean;
};

export type GraphqlEngine = {
  admin: AdminSchema;
  fieldResolver: GraphQLFieldResolver<unknown, GraphContext, Args>;
  bucketOf(store: Store): CostBucket;
  contextFor(store: Store): GraphContext;
  faults: FaultSettings;
  random: Random;
};

/** One operation may not ask for more than this. */
const MAX_QUERY_COST = 1000;
/** A write that waits so long lets those that come after it pass. */
const OVERTAKEN_MS = 150;
const DOCUMENTATION = "https://shopify.dev/api/usage/rate-limits";
const MAX_CACHED_DOCUMENTS = 500;

type Prepared = { document: DocumentNode; errors: WireError[] };

const documents = new Map<string, Prepared>();

/** Answers one GraphQL request; the caller has checked the access token. */
export async function answerGraphql(
  engine: GraphqlEngine,
  { store, body }: GraphqlRequest,
): Promise<GraphqlAnswer> {
  const request = isRecord(body) ? body : {};
  const { query, operationName } = request;
  if (typeof query !== "string" || query.trim() === "") {
    return { status: 400, body: { errors: { query: "Required parameter missing or invalid" } } };
  }
  const prepared = prepare(engine, query);
  if ("message" in prepared) return ok({ errors: [prepared] });
  if (prepared.errors.length > 0) return ok({ errors: prepared.errors });
  const operation = findOperation(prepared.document, operationName);
  if (!operation) return ok({ errors: [noOperation(operationName)] });
  const given = isRecord(request["variables"]) ? request["variables"] : {};
  const variables = readVariables(engine.admin.schema, operation, given);
  if (!variables.ok) return ok({ errors: variables.errors });
  const fragments = fragmentsOf(prepared.document);
  const { schema } = engine.admin;
  const subject: CostSubject = { schema, operation, fragments, variables: variables.values };
  const requested = requestedCost(subject);
  if (requested > MAX_QUERY_COST) return ok({ errors: [tooExpensive(requested)] });
  const bucket = engine.bucketOf(store);
  const { faults, random } = engine;
  if (random.chance(faults.throttled)) {
    const status = random.chance(faults.throttledAs429) ? 429 : 200;
    return { status, body: throttled(requested, bucket) };
  }
  if (!bucket.take(requested)) return ok(throttled(requested, bucket));
  const isMutation = operation.operation === "mutation";
  if (random.chance(isMutation ? faults.mutationErrors : faults.queryErrors)) {
    return ok({ errors: [internalError()] });
  }
  const answer = await run(engine, store, prepared.document, subject, { requested, bucket });
  return { ...answer, isMutation };
}

async function run(
  engine: GraphqlEngine,
  store: Store,
  document: DocumentNode,
  subject: CostSubject,
  { requested, bucket }: { requested: number; bucket: CostBucket },
): Promise<GraphqlAnswer> {
  const isMutation = subject.operation.operation === "mutation";
  if (isMutation && engine.random.chance(engine.faults.overtakenWrites))
    await setTimeout(OVERTAKEN_MS);
  const context = engine.contextFor(store);
  const { errors, data } = await execute({
    schema: subject.schema,
    document,
    contextValue: context,
    variableValues: subject.variables,
    operationName: subject.operation.name?.value ?? null,
    fieldResolver: engine.fieldResolver,
    typeResolver: resolveTypeName,
  });
  const actual = actualCost(subject, data);
  bucket.giveBack(Math.max(0, requested - actual));
  const throttleStatus = bucket.status();
  const cost = { requestedQueryCost: requested, actualQueryCost: actual, throttleStatus };
  const search = context.searchNotices.length > 0 ? { search: context.searchNotices } : {};
  return ok({
    data: data ?? null,
    ...(errors ? { errors: errors.map(toWire) } : {}),
    extensions: { cost, ...search },
  });
}

function ok(body: Record<string, unknown>): GraphqlAnswer {
  return { status: 200, body };
}

/** Parses and validates; the same text is only looked at once. */
function prepare(engine: GraphqlEngine, query: string): Prepared | WireError {
  const known = documents.get(query);
  if (known) return known;
  let document: DocumentNode;
  try {
    document = parse(query);
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    const { message, locations } = error;
    return { message, locations, extensions: { code: "PARSE_ERROR" } };
  }
  const errors = validate(engine.admin.schema, document).map(shopifyValidationError);
  const prepared = { document, errors };
  if (documents.size >= MAX_CACHED_DOCUMENTS) documents.clear();
  documents.set(query, prepared);
  return prepared;
}

function findOperation(document: DocumentNode, name: unknown): OperationDefinitionNode | undefined {
  const operations = document.definitions.filter((each) => each.kind === Kind.OPERATION_DEFINITION);
  if (typeof name === "string") return operations.find((each) => each.name?.value === name);
  return operations.length === 1 ? operations[0] : undefined;
}

function fragmentsOf(document: DocumentNode): Map<string, FragmentDefinitionNode> {
  const fragments = document.definitions.filter((each) => each.kind === Kind.FRAGMENT_DEFINITION);
  return new Map(fragments.map((each) => [each.name.value, each]));
}

function noOperation(name: unknown): WireError {
  const message =
    typeof name === "string" ? `No operation named "${name}"` : "An operation name is required";
  return { message, extensions: { code: "BAD_REQUEST" } };
}

function tooExpensive(cost: number): WireError {
  return {
    message: `Query cost is ${cost}, which exceeds the single query max cost limit (${MAX_QUERY_COST}).\n\nSee https://shopify.dev/concepts/about-apis/rate-limits for more information on how the\ncost of a query is calculated.\n\nTo query larger amounts of data with fewer limits, bulk operations should be used instead.\nSee https://shopify.dev/tutorials/perform-bulk-operations-with-admin-api for usage details.\n`,
    extensions: {
      code: "MAX_COST_EXCEEDED",
      cost,
      maxCost: MAX_QUERY_COST,
      documentation: DOCUMENTATION,
    },
  };
}

function internalError(): WireError {
  const requestId = randomUUID();
  return {
    message: `Internal error. Looks like something went wrong on our end.\nRequest ID: ${requestId} (include this in support requests).`,
    extensions: { code: "INTERNAL_SERVER_ERROR", requestId },
  };
}

function throttled(requested: number, bucket: CostBucket): Record<string, unknown> {
  return {
    errors: [
      {
        message: "Throttled",
        extensions: { code: "THROTTLED", documentation: DOCUMENTATION },
      },
    ],
    extensions: {
      cost: {
        requestedQueryCost: requested,
        actualQueryCost: null,
        throttleStatus: bucket.status(),
      },
    },
  };
}

function toWire(error: GraphQLError): WireError {
  const { message, locations, path, extensions } = error;
  const hidden =
    error.originalError !== undefined && !(error.originalError instanceof GraphQLError);
  const code = hidden ? { code: "INTERNAL_SERVER_ERROR" } : {};
  return { message, locations, extensions: { ...code, ...extensions }, path };
}
