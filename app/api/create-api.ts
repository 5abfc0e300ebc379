import express, { type NextFunction, type Request, type Response } from "express";
import type { z } from "zod";
import { readFields } from "#app/field-errors.ts";
import { authenticate } from "./authenticate.ts";
import { Answer, type ApiDeps, type Caller, type Endpoint } from "./endpoint.ts";
import { alertChannelEndpoints } from "./endpoints/alert-channels.ts";
import { alertEndpoints } from "./endpoints/alerts.ts";
import { changeEndpoints } from "./endpoints/changes.ts";
import { deadLetterEndpoints } from "./endpoints/dead-letters.ts";
import { discrepancyEndpoints } from "./endpoints/discrepancies.ts";
import { eventEndpoints } from "./endpoints/events.ts";
import { holdEndpoints } from "./endpoints/holds.ts";
import { inventoryBufferEndpoints } from "./endpoints/inventory-buffers.ts";
import { issueEndpoints } from "./endpoints/issues.ts";
import { freshnessEndpoints } from "./endpoints/freshness.ts";
import { freshnessExclusionEndpoints } from "./endpoints/freshness-exclusions.ts";
import { freshnessSlaEndpoints } from "./endpoints/freshness-slas.ts";
import { lagEndpoints } from "./endpoints/lag.ts";
import { orderHoldEndpoints } from "./endpoints/order-holds.ts";
import { ownershipEndpoints } from "./endpoints/ownership-rules.ts";
import { poolLocationEndpoints } from "./endpoints/pool-locations.ts";
import { replayEndpoints } from "./endpoints/replays.ts";
import { settingsEndpoints } from "./endpoints/settings.ts";
import { reconciliationEndpoints } from "./endpoints/reconciliations.ts";
import { snapshotEndpoints } from "./endpoints/snapshots.ts";
import { storeGroupRuleEndpoints } from "./endpoints/store-group-rules.ts";
import { storeGroupEndpoints } from "./endpoints/store-groups.ts";
import { systemEndpoints } from "./endpoints/systems.ts";
import { timelineEndpoints } from "./endpoints/timelines.ts";
import { oncePerKey } from "./idempotency.ts";
import { describeApi } from "./openapi.ts";
import { invalid, Problem } from "./problem.ts";

const endpoints: readonly Endpoint[] = [
  ...systemEndpoints,
  ...ownershipEndpoints,
  ...freshnessSlaEndpoints,
  ...freshnessEndpoints,
  ...freshnessExclusionEndpoints,
  ...eventEndpoints,
  ...lagEndpoints,
  ...deadLetterEndpoints,
  ...issueEndpoints,
  ...replayEndpoints,
  ...changeEndpoints,
  ...snapshotEndpoints,
  ...reconciliationEndpoints,
  ...discrepancyEndpoints,
  ...timelineEndpoints,
  ...alertEndpoints,
  ...alertChannelEndpoints,
  ...settingsEndpoints,
  ...storeGroupEndpoints,
  ...storeGroupRuleEndpoints,
  ...poolLocationEndpoints,
  ...inventoryBufferEndpoints,
  ...holdEndpoints,
  ...orderHoldEndpoints,
];

/** The API as a request listener, below `/api/v1`. */
export function createApi(deps: ApiDeps): express.Express {
  const app = express();
  app.disable("x-powered-by");
  const router = express.Router();
  const document = describeApi(endpoints);
  router.get("/openapi.json", (_request, response) => {
    response.json(document);
  });
  // Before the body is read: who is not known has nothing to say.
  router.use((request, response, next) => {
    authenticate(deps, request.headers.authorization)
      .then((caller) => {
        response.locals["caller"] = caller;
        next();
      })
      .catch(next);
  });
  const serve = (item: Endpoint) => {
    const path = item.path.replaceAll(/\{(\w+)\}/g, ":$1");
    router[item.method](path, (request, response, next) => {
      answer(deps, item, request, response).catch(next);
    });
  };
  // Streams first: the reader of bodies would gather them in memory.
  endpoints.filter((item) => item.stream).forEach(serve);
  router.use(express.json({ limit: "1mb", type: () => true, strict: false }));
  endpoints.filter((item) => !item.stream).forEach(serve);
  for (const [path, methods] of methodsByPath())
    router.all(path.replaceAll(/\{(\w+)\}/g, ":$1"), (_request, response) => {
      response.set("allow", methods.join(", "));
      throw new Problem(405, `This path takes ${methods.join(", ")} only.`);
    });
  router.use(() => {
    throw new Problem(404, "There is no such path. See /api/v1/openapi.json.");
  });
  app.use("/api/v1", router);
  app.use((error: unknown, request: Request, response: Response, _next: NextFunction) => {
    const problem = problemOf(deps, error);
    // https://www.rfc-editor.org/rfc/rfc6750#section-3
    if (problem.status === 401) response.set("www-authenticate", 'Bearer realm="Converge"');
    response.status(problem.status).type("application/problem+json").json(problem.toBody());
    // A sender that is still writing hears the answer only once somebody takes its bytes.
    request.resume();
  });
  return app;
}

function methodsByPath(): Map<string, string[]> {
  const methods = new Map<string, string[]>();
  for (const { path, method } of endpoints)
    methods.set(path, [...(methods.get(path) ?? []), method.toUpperCase()]);
  return methods;
}

async function answer(
  deps: ApiDeps,
  item: Endpoint,
  request: Request,
  response: Response,
): Promise<void> {
  const caller = response.locals["caller"] as Caller;
  if (item.merchantOnly === true && caller.systemId !== null)
    throw new Problem(403, "Only the merchant may do this, with a Shopify session token.");
  const input = {
    params: request.params,
    query: item.query ? checked(item.query, request.query) : undefined,
    body: item.body ? checked(item.body, request.body ?? {}) : undefined,
    bytes: request,
    trace: {
      correlationId: request.header("x-correlation-id"),
      traceparent: request.header("traceparent"),
    },
  };
  const carryOut = async () => {
    const result = await item.run(deps, caller, input);
    return result instanceof Answer ? result : new Answer(item.status, result);
  };
  const key = request.header("idempotency-key");
  const { status, body } =
    item.method === "post" && key !== undefined
      ? await oncePerKey(deps, caller, { key, path: request.path, body: request.body }, carryOut)
      : await carryOut();
  if (body === undefined || body === null) response.status(status).end();
  else response.status(status).json(body);
}

function checked(schema: z.ZodType, value: unknown): unknown {
  const read = readFields(schema, value);
  if (!read.ok) throw invalid(read.errors);
  return read.value;
}

/** What the body reader of express throws. https://github.com/expressjs/body-parser#errors */
interface BodyError {
  readonly type: string;
  readonly status: number;
}

function problemOf(deps: ApiDeps, error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof URIError) return new Problem(400, "The path is not well encoded.");
  const { type, status } = error as Partial<BodyError>;
  if (type === "entity.parse.failed") return new Problem(400, "The body is not JSON.");
  if (type === "entity.too.large") return new Problem(413, "The body is larger than 1 MB.");
  if (type !== undefined && status !== undefined && status < 500)
    return new Problem(status, "The body could not be read.");
  // Bad times and paces are told by the rooms as RangeErrors that begin with the field's name.
  if (error instanceof RangeError) {
    const [, field = "", message = ""] = /^(\w+): (.*)$/s.exec(error.message) ?? [];
    if (field !== "") return invalid([{ field, message }]);
  }
  deps.log.error({ err: error }, "an API request failed");
  return new Problem(500, "Something went wrong in Converge. It was written down; try again.");
}
