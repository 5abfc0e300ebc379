/**
 * The result of a bulk query, line by line: every node of every connection is one object, what it
 * was nested in is told by `__parentId`. Rows are read as the lines are asked for, so that a result
 * of any size takes no more memory than the rows themselves.
 */
import {
  type FieldNode,
  getArgumentValues,
  GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from "graphql";
import { withoutPaging } from "../graphql/connections.ts";
import type { Args, GraphContext } from "../graphql/context.ts";
import { isRecord } from "../graphql/arguments.ts";
import { typeNameOf } from "../graphql/field-resolver.ts";
import { selectedFields } from "../graphql/selected-fields.ts";
import { type BulkQuery, nodeOf } from "./check-bulk-query.ts";

export type BulkLine = { text: string; isRoot: boolean };

export type BulkReading = {
  query: BulkQuery;
  fieldResolver: GraphQLFieldResolver<unknown, GraphContext, Args>;
  context: GraphContext;
  /** Whether a row is still in the store: one that was deleted meanwhile has no line. */
  isStored: (row: unknown) => boolean;
  /** Children directly below their parent, instead of below a page of parents. */
  groupObjects: boolean;
};

/** The twin's resolvers never look into fragments. */
const NO_FRAGMENTS = {};

/** Without grouping, so many parents stand together before their children come. */
const PAGE = 100;

/** A connection whose nodes are lines. */
type Nodes = {
  rows: readonly unknown[];
  typeName: string;
  set: SelectionSetNode;
  parentId: string | null;
};

/**
 * The lines, in the order of the connections; children come after their parents.
 * @throws GraphQLError of the field that cannot be read.
 */
export function* readLines(reading: BulkReading): Generator<BulkLine> {
  const { operation, selection } = reading.query;
  const root = selection.schema.getQueryType();
  if (!root) return;
  const below: Nodes[] = [];
  readObject(reading, root, {}, operation.selectionSet, { parentId: null, below });
  for (const nodes of below) yield* linesOf(reading, nodes);
}

function* linesOf(reading: BulkReading, nodes: Nodes): Generator<BulkLine> {
  const size = reading.groupObjects ? 1 : PAGE;
  for (let from = 0; from < nodes.rows.length; from += size) {
    const below: Nodes[] = [];
    for (const row of nodes.rows.slice(from, from + size)) {
      if (!reading.isStored(row)) continue;
      yield { text: lineOf(reading, nodes, row, below), isRoot: nodes.parentId === null };
    }
    for (const each of below) yield* linesOf(reading, each);
  }
}

function lineOf(reading: BulkReading, nodes: Nodes, row: unknown, below: Nodes[]): string {
  const type = concreteType(reading, nodes.typeName, row);
  const id = isRecord(row) ? idOf(reading, type, row) : null;
  const object = readObject(reading, type, row, nodes.set, { parentId: id, below });
  if (nodes.parentId !== null) object["__parentId"] = nodes.parentId;
  return JSON.stringify(object);
}

/** The global id of a node, which its children carry. */
function idOf(reading: BulkReading, type: GraphQLObjectType, row: unknown): string | null {
  if (!type.getFields()["id"]) return null;
  const field: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: "id" } };
  const id = readField(reading, type, row, [field], { parentId: null, below: [] });
  return typeof id === "string" ? id : null;
}

/** Where nested connections go, and whose children they are. */
type Nest = { parentId: string | null; below: Nodes[] };

function readObject(
  reading: BulkReading,
  type: GraphQLObjectType,
  source: unknown,
  set: SelectionSetNode | undefined,
  nest: Nest,
): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (const [key, fields] of fieldsByKey(reading, type, set)) {
    const value = readField(reading, type, source, fields, nest);
    if (value !== undefined) object[key] = value;
  }
  return object;
}

/** Selections are looked at once, not once a row. */
const plans = new WeakMap<SelectionSetNode, Map<string, Map<string, FieldNode[]>>>();

function fieldsByKey(
  reading: BulkReading,
  type: GraphQLObjectType,
  set: SelectionSetNode | undefined,
): Map<string, FieldNode[]> {
  const known = set && plans.get(set)?.get(type.name);
  if (known) return known;
  const byKey = new Map<string, FieldNode[]>();
  for (const { field } of selectedFields(reading.query.selection, set, type.name)) {
    const key = field.alias?.value ?? field.name.value;
    byKey.set(key, [...(byKey.get(key) ?? []), field]);
  }
  if (set) {
    const plan = plans.get(set) ?? new Map<string, Map<string, FieldNode[]>>();
    plans.set(set, plan.set(type.name, byKey));
  }
  return byKey;
}

const merged = new WeakMap<FieldNode[], FieldNode>();

/** A field that is selected several times, as one. */
function mergeFields(fields: FieldNode[]): FieldNode | undefined {
  const [first, ...others] = fields;
  if (!first || others.length === 0) return first;
  const known = merged.get(fields);
  if (known) return known;
  const selections = fields.flatMap((field) => field.selectionSet?.selections ?? []);
  const field: FieldNode = { ...first, selectionSet: { kind: Kind.SELECTION_SET, selections } };
  merged.set(fields, field);
  return field;
}

/** A field's value; undefined: a connection, whose nodes are lines of their own. */
function readField(
  reading: BulkReading,
  type: GraphQLObjectType,
  source: unknown,
  fields: FieldNode[],
  nest: Nest,
): unknown {
  const field = mergeFields(fields);
  if (!field) return undefined;
  const fieldName = field.name.value;
  if (fieldName === "__typename") return type.name;
  const definition = type.getFields()[fieldName];
  if (!definition) throw new GraphQLError(`${type.name} has no field ${fieldName}.`);
  const { schema } = reading.query.selection;
  const info: GraphQLResolveInfo = {
    fieldName,
    fieldNodes: fields,
    returnType: definition.type,
    parentType: type,
    path: { prev: undefined, key: field.alias?.value ?? fieldName, typename: type.name },
    schema,
    fragments: NO_FRAGMENTS,
    rootValue: undefined,
    operation: reading.query.operation,
    variableValues: {},
  };
  const args = getArgumentValues(definition, field, {});
  const named = connectionType(definition.type);
  const given = named ? withoutPaging(args) : args;
  const value = reading.fieldResolver(source, given, reading.context, info);
  if (!named) return complete(reading, definition.type, value, field, nest);
  const node = nodesOf(reading, field, named);
  if (node && isRecord(value) && Array.isArray(value["nodes"])) {
    nest.below.push({ rows: value["nodes"], ...node, parentId: nest.parentId });
  }
  return undefined;
}

const nodeSelections = new WeakMap<FieldNode, ReturnType<typeof nodeOf>>();

function nodesOf(reading: BulkReading, field: FieldNode, connection: GraphQLObjectType) {
  if (!nodeSelections.has(field)) {
    nodeSelections.set(field, nodeOf(reading.query.selection, field, connection));
  }
  return nodeSelections.get(field);
}

function connectionType(type: GraphQLOutputType): GraphQLObjectType | undefined {
  const inner = isNonNullType(type) ? type.ofType : type;
  return isObjectType(inner) && inner.name.endsWith("Connection") ? inner : undefined;
}

function complete(
  reading: BulkReading,
  type: GraphQLOutputType,
  value: unknown,
  field: FieldNode,
  nest: Nest,
): unknown {
  if (value instanceof Error) throw value;
  if (isNonNullType(type)) {
    const inner = complete(reading, type.ofType, value, field, nest);
    if (inner !== null) return inner;
    throw new GraphQLError(`${field.name.value} must not be null.`);
  }
  if (value === null || value === undefined) return null;
  if (isListType(type)) {
    if (!Array.isArray(value)) throw new GraphQLError("A list is no list.");
    return value.map((each: unknown) => complete(reading, type.ofType, each, field, nest));
  }
  if (isLeafType(type)) return type.serialize(value);
  const actual = concreteType(reading, type.name, value);
  return readObject(reading, actual, value, field.selectionSet, nest);
}

/** The type itself, or the one a row of an interface says it is. */
function concreteType(reading: BulkReading, name: string, value: unknown): GraphQLObjectType {
  const { schema } = reading.query.selection;
  const type = schema.getType(name);
  if (isObjectType(type)) return type;
  const actual = schema.getType(typeNameOf(value) ?? "");
  if (isObjectType(actual)) return actual;
  throw new GraphQLError(`The twin does not know what a ${name} is here.`);
}
