import { z } from "zod";

/** One operation of an OpenAPI document. */
export interface Operation {
  readonly path: string;
  readonly method: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: unknown;
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: object }>> }>
  >;
}

/** The part of an OpenAPI document that answers are held against. */
export interface ApiDocument {
  readonly openapi: string;
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, Omit<Operation, "path" | "method">>>>
  >;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

/** Every operation of a document. */
export function operationsOf(document: ApiDocument): Operation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ ...operation, path, method })),
  );
}

/** What an answer was to. */
export interface Exchange {
  readonly method: string;
  /** Below `/api/v1`, with or without a query. */
  readonly path: string;
  readonly status: number;
  readonly type: string | null;
  readonly body: unknown;
}

/** Why an answer is not what the document says; null when it is. */
export function contradiction(document: ApiDocument, exchange: Exchange): string | null {
  const operation = operationsOf(document).find(
    (item) =>
      item.method === exchange.method.toLowerCase() &&
      new RegExp(`^${item.path.replaceAll(/\{\w+\}/g, "[^/]+")}$`).test(
        exchange.path.split("?")[0] ?? "",
      ),
  );
  if (!operation) return exchange.status < 400 ? "the document does not name this call" : null;
  const { status, type, body } = exchange;
  const documented = operation.responses[String(status)] ?? operation.responses["default"];
  if (!documented) return `the document does not know the status ${String(status)}`;
  const [mediaType, content] = Object.entries(documented.content ?? {})[0] ?? [];
  if (mediaType === undefined || content === undefined)
    return body === null ? null : "there is a body where the document has none";
  if (type?.startsWith(mediaType) !== true) return `it is ${String(type)}, not ${mediaType}`;
  const parsed = readSchema(document, content.schema).safeParse(body);
  return parsed.success ? null : z.prettifyError(parsed.error);
}

function readSchema(document: ApiDocument, schema: object): z.ZodType {
  const name = "$ref" in schema ? String(schema.$ref).split("/").at(-1) : undefined;
  const found = name === undefined ? schema : document.components.schemas[name];
  return z.fromJSONSchema(found as Parameters<typeof z.fromJSONSchema>[0]);
}
