import { z } from "zod";
import type { Endpoint } from "./endpoint.ts";
import { problemSchema } from "./problem.ts";

/** The schema as it is published; what is filled in by default need not be sent. */
function jsonSchema(schema: z.ZodType, io: "input" | "output"): object {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: "any" });
  return rest;
}

const problem = (description: string) => ({
  description,
  content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
});

/** The OpenAPI 3.1 document, from the schemas that check the requests. https://spec.openapis.org/oas/v3.1.1 */
export function describeApi(endpoints: readonly Endpoint[]): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const item of endpoints) (paths[item.path] ??= {})[item.method] = describeEndpoint(item);
  return {
    openapi: "3.1.0",
    info: {
      title: "Converge",
      version: "1",
      description: "For connected systems and for scripts.",
    },
    servers: [{ url: "/api/v1" }],
    security: [{ bearer: [] }],
    paths,
    components: {
      securitySchemes: {
        bearer: {
          type: "http",
          scheme: "bearer",
          description: "An API key (cvk_…) of a connected system, or a Shopify session token.",
        },
      },
      schemas: { Problem: jsonSchema(problemSchema, "output") },
    },
  };
}

function describeEndpoint(item: Endpoint): object {
  const names = [...item.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  const parameters = [
    ...names.map((name) => ({ name, in: "path", required: true, schema: { type: "string" } })),
    ...queryParameters(item.query),
    ...(item.method === "post" ? [idempotencyKey] : []),
  ];
  return {
    summary: item.summary,
    ...(item.merchantOnly === true ? { description: "Only for the merchant." } : {}),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(item.stream
      ? {
          requestBody: {
            required: true,
            description: item.stream.description,
            content: { [item.stream.mediaType]: { schema: { type: "string" } } },
          },
        }
      : {}),
    ...(item.body
      ? {
          requestBody: {
            required: true,
            content: { "application/json": { schema: jsonSchema(item.body, "input") } },
          },
        }
      : {}),
    responses: {
      [String(item.status)]: done(item.answer),
      ...Object.fromEntries(
        Object.entries(item.otherAnswers ?? {}).map(([status, schema]) => [status, done(schema)]),
      ),
      "401": problem("No valid key or token"),
      ...(names.length > 0 ? { "404": problem("There is none in this store") } : {}),
      ...(item.body || item.query || item.stream ? { "422": problem("A field is wrong") } : {}),
      default: problem("Why it was not done"),
    },
  };
}

function done(schema: z.ZodType | undefined): object {
  return {
    description: "Done",
    ...(schema
      ? { content: { "application/json": { schema: jsonSchema(schema, "output") } } }
      : {}),
  };
}

const idempotencyKey = {
  name: "Idempotency-Key",
  in: "header",
  required: false,
  schema: { type: "string", minLength: 1, maxLength: 255 },
};

function queryParameters(query: z.ZodType | undefined): object[] {
  if (!query) return [];
  const { properties = {} } = jsonSchema(query, "input") as {
    properties?: Record<string, object>;
  };
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: "query",
    required: false,
    schema,
  }));
}
