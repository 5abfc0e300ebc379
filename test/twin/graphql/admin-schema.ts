/**
 * Shopify's Admin API schema, as Shopify publishes it on npm: every operation is validated against
 * it, and every access scope the twin asks for comes from it.
 */
import { readFileSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { buildClientSchema, type GraphQLSchema, type IntrospectionQuery } from "graphql";

/** The API version the twin speaks; webhooks carry the version their subscription asks for. */
export const ADMIN_API_VERSION = "2026-10";

/** What an app needs to be granted before it may select something. */
export type AccessRule = { anyOf: string[]; sentence: string };

export type AdminSchema = {
  schema: GraphQLSchema;
  /** Keys: `Type` and `Type.field`. */
  access: Map<string, AccessRule>;
};

type AccessItem = {
  type: "type" | "field";
  typeName: string;
  fieldName?: string;
  requiredAccess: string;
  offlineScopes: string[];
};

type SchemaFile = { data: IntrospectionQuery; offline_scopes: { items: AccessItem[] } };

let loaded: AdminSchema | undefined;

/**
 * The schema, read once per process (about half a second).
 * @throws when the package that ships it is not installed.
 */
export function loadAdminSchema(): AdminSchema {
  loaded ??= readAdminSchema();
  return loaded;
}

function readAdminSchema(): AdminSchema {
  const packageFile = findPackageJSON("@shopify/dev-mcp", import.meta.url);
  if (!packageFile) throw new Error("@shopify/dev-mcp is not installed; run npm install.");
  const path = join(dirname(packageFile), "dist/data", `admin_${ADMIN_API_VERSION}.json.gz`);
  const file = JSON.parse(gunzipSync(readFileSync(path)).toString("utf8")) as SchemaFile;
  const access = new Map<string, AccessRule>();
  for (const item of file.offline_scopes.items) {
    if (item.offlineScopes.length === 0) continue;
    const key = item.fieldName === undefined ? item.typeName : `${item.typeName}.${item.fieldName}`;
    access.set(key, { anyOf: item.offlineScopes, sentence: item.requiredAccess });
  }
  return { schema: buildClientSchema(file.data, { assumeValid: true }), access };
}
