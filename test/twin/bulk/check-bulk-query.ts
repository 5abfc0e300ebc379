/**
 * What Shopify accepts as a bulk query: at least one connection and five at most, two levels below
 * the root's, selected through edges and node, with the id of every node that has more below it.
 */
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  getNamedType,
  getNullableType,
  GraphQLError,
  type GraphQLObjectType,
  type GraphQLSchema,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
  validate,
} from "graphql";
import { type SelectionContext, selectedFields } from "../graphql/selected-fields.ts";
import { shopifyValidationError } from "../graphql/validation-errors.ts";

const MAX_CONNECTIONS = 5;
/** Below the root's connections, which are level 0. */
const MAX_NESTING = 2;

/** A query that was accepted. */
export type BulkQuery = {
  operation: OperationDefinitionNode;
  selection: SelectionContext;
};

export type BulkQueryVerdict = { ok: true; query: BulkQuery } | { ok: false; messages: string[] };

/** Accepts a query, or says everything that is wrong with it, in the words Shopify was recorded with. */
export function checkBulkQuery(schema: GraphQLSchema, text: string): BulkQueryVerdict {
  const document = parseQuery(text);
  if (typeof document === "string") return refuse(`Invalid bulk query: ${document}`);
  const operations = document.definitions.filter((each) => each.kind === Kind.OPERATION_DEFINITION);
  const [operation] = operations;
  if (!operation || operations.length > 1) {
    return refuse("Invalid bulk query: exactly one operation is required");
  }
  if (operation.operation !== "query") {
    return refuse("Invalid operation type. Only `query` operations are supported.");
  }
  const [mistake] = validate(schema, document).map(shopifyValidationError);
  if (mistake) return refuse(`Invalid bulk query: ${mistake.message}`);
  if ((operation.variableDefinitions ?? []).length > 0) {
    return refuse("Invalid bulk query: variables are not supported");
  }
  const selection = { schema, fragments: fragmentsOf(document), variables: {} };
  const messages = checkConnections(operation, selection);
  return messages.length > 0
    ? { ok: false, messages }
    : { ok: true, query: { operation, selection } };
}

function refuse(message: string): BulkQueryVerdict {
  return { ok: false, messages: [message] };
}

function parseQuery(text: string): DocumentNode | string {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    return error.message.includes("<EOF>") ? "syntax error, unexpected end of file" : error.message;
  }
}

function fragmentsOf(document: DocumentNode): Map<string, FragmentDefinitionNode> {
  const fragments = document.definitions.filter((each) => each.kind === Kind.FRAGMENT_DEFINITION);
  return new Map(fragments.map((each) => [each.name.value, each]));
}

type Findings = {
  connections: number;
  deepest: number;
  viaNodes: Set<string>;
  withoutId: Set<string>;
  withinList: boolean;
};

/** Where a field stands. */
type Place = {
  /** Connections around it. */
  depth: number;
  /** A list around it, inside the nearest connection. */
  inList: boolean;
  /** The nearest connection around it, and whether its node's id is selected. */
  around: { name: string; hasId: boolean } | null;
};

function checkConnections(
  operation: OperationDefinitionNode,
  selection: SelectionContext,
): string[] {
  const root = selection.schema.getQueryType();
  if (!root) return [];
  const found: Findings = {
    connections: 0,
    deepest: 0,
    viaNodes: new Set(),
    withoutId: new Set(),
    withinList: false,
  };
  const top = selectedFields(selection, operation.selectionSet, root.name);
  const topLevelNode = top.find(({ field }) => /^nodes?$/.test(field.name.value))?.field.name.value;
  visit(selection, operation.selectionSet, root, { depth: 0, inList: false, around: null }, found);
  return wordings(found, topLevelNode);
}

function wordings(found: Findings, topLevelNode: string | undefined): string[] {
  const messages: string[] = [];
  if (found.viaNodes.size > 0) {
    const names = [...found.viaNodes].join("', '");
    messages.push(
      `All connection fields in a bulk query must select their contents using 'edges' > 'node', e.g: 'products { edges { node {'. Selecting via 'nodes' is not supported. Invalid connection fields: '${names}'.`,
    );
  }
  if (topLevelNode) {
    messages.push(`Bulk queries cannot contain a top level \`${topLevelNode}\` field.`);
  }
  if (found.deepest - 1 > MAX_NESTING) {
    messages.push(
      `Bulk queries cannot contain connections with a nesting depth greater than ${MAX_NESTING}.`,
    );
  }
  if (found.connections > MAX_CONNECTIONS) {
    messages.push(`Bulk queries cannot contain more than ${MAX_CONNECTIONS} connections.`);
  }
  if (found.withoutId.size > 0) {
    messages.push(
      `The parent 'node' field for a nested connection must select the 'id' field without an alias and must be of 'ID' return type. Connection fields without 'id': ${[...found.withoutId].join(", ")}.`,
    );
  }
  if (found.withinList) {
    messages.push(
      "Queries that contain a connection field within a list field are not currently supported.",
    );
  }
  if (found.connections === 0 && found.viaNodes.size === 0) {
    messages.push("Bulk queries must contain at least one connection.");
  }
  return messages;
}

function visit(
  selection: SelectionContext,
  set: SelectionSetNode | undefined,
  type: GraphQLObjectType,
  place: Place,
  found: Findings,
): void {
  for (const { field } of selectedFields(selection, set, type.name)) {
    const definition = type.getFields()[field.name.value];
    if (!definition || !field.selectionSet) continue;
    const inner = getNamedType(definition.type);
    if (isObjectType(inner) && inner.name.endsWith("Connection")) {
      visitConnection(selection, field, inner, place, found);
      continue;
    }
    const inList = place.inList || isListType(getNullableType(definition.type));
    for (const each of typesBelow(selection, inner.name)) {
      visit(selection, field.selectionSet, each, { ...place, inList }, found);
    }
  }
}

function visitConnection(
  selection: SelectionContext,
  field: FieldNode,
  connection: GraphQLObjectType,
  place: Place,
  found: Findings,
): void {
  const name = field.name.value;
  const inside = selectedFields(selection, field.selectionSet, connection.name);
  if (inside.some(({ field: each }) => each.name.value === "nodes")) {
    found.viaNodes.add(name);
    return;
  }
  const depth = place.depth + 1;
  found.connections += 1;
  found.deepest = Math.max(found.deepest, depth);
  if (place.inList) found.withinList = true;
  if (place.around && !place.around.hasId) found.withoutId.add(place.around.name);
  const node = nodeOf(selection, field, connection);
  if (!node) return;
  for (const type of typesBelow(selection, node.typeName)) {
    const fields = selectedFields(selection, node.set, type.name);
    const hasId = fields.some(({ field: each }) => each.name.value === "id" && !each.alias);
    const around = { name, hasId };
    visit(selection, node.set, type, { depth, inList: false, around }, found);
  }
}

/** What a connection selects of its nodes, and their type; undefined: nothing. */
export function nodeOf(
  selection: SelectionContext,
  field: FieldNode,
  connection: GraphQLObjectType,
): { set: SelectionSetNode; typeName: string } | undefined {
  const edgeType = connection.getFields()["edges"];
  if (!edgeType) return undefined;
  const edge = getNamedType(edgeType.type);
  const edges = selectedFields(selection, field.selectionSet, connection.name).filter(
    ({ field: each }) => each.name.value === "edges",
  );
  const nodes = edges
    .flatMap(({ field: each }) => selectedFields(selection, each.selectionSet, edge.name))
    .filter(({ field: each }) => each.name.value === "node");
  const selections = nodes.flatMap(({ field: each }) => each.selectionSet?.selections ?? []);
  const nodeType = isObjectType(edge) ? edge.getFields()["node"] : undefined;
  if (!nodeType || selections.length === 0) return undefined;
  const set: SelectionSetNode = { kind: Kind.SELECTION_SET, selections };
  return { set, typeName: getNamedType(nodeType.type).name };
}

/** The type itself, or all it can turn out to be. */
function typesBelow({ schema }: SelectionContext, name: string): readonly GraphQLObjectType[] {
  const type = schema.getType(name);
  if (isObjectType(type)) return [type];
  return isInterfaceType(type) ? schema.getPossibleTypes(type) : [];
}
