import {
  GraphQLError,
  getNamedType,
  isAbstractType,
  isObjectType,
  type GraphQLResolveInfo,
} from "graphql";
import type { AdminSchema } from "./admin-schema.ts";
import { isRecord } from "./arguments.ts";

const DOCUMENTATION = "https://shopify.dev/api/usage/access-scopes";

/** Granted scopes, with the reading that comes with writing. */
export function effectiveScopes(granted: readonly string[]): Set<string> {
  const scopes = new Set(granted);
  for (const scope of granted) {
    if (scope.startsWith("write_")) scopes.add(scope.replace("write_", "read_"));
  }
  return scopes;
}

/**
 * Refuses a field the app has no scope for, by the rules Shopify publishes with its schema: those
 * of the field, and those of the type it returns.
 * @throws GraphQLError ACCESS_DENIED
 */
export function checkAccess(
  { access }: AdminSchema,
  scopes: ReadonlySet<string>,
  info: GraphQLResolveInfo,
): void {
  const keys = [`${info.parentType.name}.${info.fieldName}`, returnedType(info)];
  for (const key of keys) {
    const rule = access.get(key);
    if (rule && !rule.anyOf.some((scope) => scopes.has(scope))) {
      throw accessDenied(info.fieldName, rule.sentence);
    }
  }
}

/**
 * Rows that came through an interface (`node`, `nodes`): which type they are shows only now.
 * @throws GraphQLError ACCESS_DENIED, or puts it in the row's place in a list.
 */
export function checkRows(
  { access }: AdminSchema,
  scopes: ReadonlySet<string>,
  info: GraphQLResolveInfo,
  value: unknown,
): unknown {
  if (!isAbstractType(getNamedType(info.returnType))) return value;
  const denial = (row: unknown) => {
    const kind = isRecord(row) ? row["kind"] : undefined;
    const rule = typeof kind === "string" ? access.get(kind) : undefined;
    if (!rule || rule.anyOf.some((scope) => scopes.has(scope))) return null;
    return accessDenied(info.fieldName, rule.sentence);
  };
  if (Array.isArray(value)) return value.map((row: unknown) => denial(row) ?? row);
  const denied = denial(value);
  if (denied) throw denied;
  return value;
}

/** Shopify's answer to a selection the app was not granted. */
export function accessDenied(fieldName: string, requiredAccess: string): GraphQLError {
  const message = `Access denied for ${fieldName} field. Required access: ${requiredAccess}`;
  return new GraphQLError(message, {
    extensions: { code: "ACCESS_DENIED", documentation: DOCUMENTATION, requiredAccess },
  });
}

/** Looks through connections to what they connect. */
function returnedType(info: GraphQLResolveInfo): string {
  const named = getNamedType(info.returnType);
  if (!isObjectType(named) || !named.name.endsWith("Connection")) return named.name;
  const nodes = named.getFields()["nodes"];
  return nodes ? getNamedType(nodes.type).name : named.name;
}
