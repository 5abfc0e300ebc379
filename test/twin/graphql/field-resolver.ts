import {
  GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLTypeResolver,
  isNonNullType,
} from "graphql";
import { checkAccess, checkRows } from "./access-rules.ts";
import type { AdminSchema } from "./admin-schema.ts";
import { isRecord } from "./arguments.ts";
import type { Args, GraphContext, TypeResolvers } from "./context.ts";

/** The longest list an argument may hold, at any depth. */
const MAX_INPUT_ITEMS = 250;

/**
 * Resolves every field of every type: checks the app's scopes, then uses the twin's resolver, else
 * the source's property. What the twin does not know is null where the schema allows null, and
 * otherwise an error that names the field: data is never made up.
 */
export function createFieldResolver(
  admin: AdminSchema,
  types: TypeResolvers[],
): GraphQLFieldResolver<unknown, GraphContext, Args> {
  const byType = new Map(types.map(({ name, fields }) => [name, fields]));
  return (source, args, context, info) => {
    checkAccess(admin, context.scopes, info);
    checkSizes(args);
    const { parentType, fieldName } = info;
    const resolve = byType.get(parentType.name)?.[fieldName];
    const value = resolve
      ? resolve(source, args, context, info)
      : isRecord(source)
        ? source[fieldName]
        : undefined;
    if (value !== undefined) return checkRows(admin, context.scopes, info, value);
    // A null root field would say "there is none", a null mutation "done".
    const isRoot = parentType.name === "QueryRoot" || parentType.name === "Mutation";
    if (!isRoot && !isNonNullType(info.returnType)) return null;
    throw new GraphQLError(
      `The twin has no data for ${parentType.name}.${fieldName}: leave it out, or teach the twin.`,
      { extensions: { code: "TWIN_FIELD_UNKNOWN" } },
    );
  };
}

/** Rows carry their type's name as `kind`. */
export const resolveTypeName: GraphQLTypeResolver<unknown, GraphContext> = (value) =>
  typeNameOf(value);

/** What a row says it is. */
export function typeNameOf(value: unknown): string | undefined {
  if (!isRecord(value)) return undefined;
  const name = value["kind"] ?? value["__typename"];
  return typeof name === "string" ? name : undefined;
}

function checkSizes(value: unknown): void {
  if (Array.isArray(value)) {
    if (value.length > MAX_INPUT_ITEMS) {
      throw new GraphQLError(
        `The input array size of ${value.length} is greater than the maximum allowed of ${MAX_INPUT_ITEMS}.`,
        { extensions: { code: "MAX_INPUT_SIZE_EXCEEDED" } },
      );
    }
    for (const each of value) checkSizes(each);
  } else if (isRecord(value)) {
    for (const each of Object.values(value)) checkSizes(each);
  }
}
