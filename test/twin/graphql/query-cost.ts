/**
 * What a GraphQL operation costs. Shopify documents the outline (scalar 0, object 1, mutation 10,
 * connections by their size); the arithmetic of connections is fitted to recorded responses:
 * `products(first: n) { nodes { id } }` cost 2, 3, 5, 6, 7, 9, 11, 13 for n = 0, 1, 5, 10, 20, 50,
 * 100, 250, which is 2 + floor(2 ln n), at least 3 as soon as there is one node.
 */
import {
  type FieldNode,
  type GraphQLSchema,
  type GraphQLNamedType,
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  valueFromASTUntyped,
} from "graphql";
import { selectedFields, type SelectionContext } from "./selected-fields.ts";

export type CostSubject = SelectionContext & { operation: OperationDefinitionNode };

const MUTATION_COST = 10;
const CONNECTION_COST = 2;
const COUNT_COST = 10;

/** Recorded, and different from the rest. */
const SPECIAL_MUTATION_COST = new Map([
  ["flowTriggerReceive", 1],
  ["inventoryAdjustQuantities", 11],
  ["inventoryMoveQuantities", 11],
  ["inventorySetQuantities", 11],
]);

const FREE_TYPES = new Set([
  "CompanyAddress",
  "CustomerEmailMarketingConsentState",
  "CustomerSmsMarketingConsentState",
  "InventoryChange",
  "InventoryItemMeasurement",
  "LocationAddress",
  "MailingAddress",
  "MoneyBag",
  "MoneyV2",
  "ShopAddress",
  "Weight",
]);

/** Points before execution, every connection counted as full. */
export function requestedCost(subject: CostSubject): number {
  return rootCost(subject, undefined);
}

/** Points after execution, by what came back. */
export function actualCost(subject: CostSubject, data: unknown): number {
  return rootCost(subject, data ?? null);
}

function rootCost(subject: CostSubject, data: unknown): number {
  const { schema, operation } = subject;
  const root =
    operation.operation === "mutation" ? schema.getMutationType() : schema.getQueryType();
  if (!root) return 0;
  let total = 0;
  for (const { field } of selectedFields(subject, operation.selectionSet, root.name)) {
    const value = data === undefined ? undefined : childOf(data, field);
    const cost = fieldCost(subject, root.name, field, value);
    total += operation.operation === "mutation" ? mutationCost(field) + cost : cost;
  }
  return total;
}

function fieldDefinition(schema: GraphQLSchema, typeName: string, field: FieldNode) {
  const type = schema.getType(typeName);
  if (!isObjectType(type) && !isInterfaceType(type)) return undefined;
  return type.getFields()[field.name.value];
}

function mutationCost(field: FieldNode): number {
  return SPECIAL_MUTATION_COST.get(field.name.value) ?? MUTATION_COST;
}

/** Objects cost a point each, except values embedded in their owner. */
function objectCost(type: GraphQLNamedType): number {
  return FREE_TYPES.has(type.name) ? 0 : 1;
}

/** Cost of one field with everything below it; `data` undefined means "not executed yet". */
function fieldCost(
  subject: CostSubject,
  typeName: string,
  field: FieldNode,
  data: unknown,
): number {
  const definition = fieldDefinition(subject.schema, typeName, field);
  if (!definition || !field.selectionSet) return 0;
  const inner = getNamedType(definition.type);
  if (isLeafType(inner)) return 0;
  if (inner.name === "PageInfo" || inner.name.endsWith("UserError")) return 0;
  if (inner.name.endsWith("Connection")) return connectionCost(subject, inner.name, field, data);
  if (inner.name === "Count" && typeName === "QueryRoot") return COUNT_COST;
  // A mutation's own price covers its payload and what hangs directly on it.
  const own =
    inner.name.endsWith("Payload") || typeName.endsWith("Payload") ? 0 : objectCost(inner);
  if (data === null) return own;
  if (Array.isArray(data)) {
    // A plain list is charged as one object, by its dearest row.
    const rows = data.map((row) => selectionCost(subject, field.selectionSet, inner.name, row));
    return own + Math.max(0, ...rows);
  }
  return own + selectionCost(subject, field.selectionSet, inner.name, data);
}

function connectionCost(
  subject: CostSubject,
  typeName: string,
  field: FieldNode,
  data: unknown,
): number {
  const perNode: number[] = [];
  let beside = 0;
  let nodeCount = 0;
  for (const { field: child } of selectedFields(subject, field.selectionSet, typeName)) {
    const name = child.name.value;
    const rows = data === undefined ? undefined : childOf(data, child);
    if (name === "nodes" || name === "edges") {
      nodeCount = Array.isArray(rows) ? rows.length : nodeCount;
      perNode.push(nodeCost(subject, typeName, child, rows));
    } else {
      beside += fieldCost(subject, typeName, child, rows);
    }
  }
  const size = data === undefined ? pageSize(subject, field) : nodeCount;
  return CONNECTION_COST + beside + Math.floor(weight(size) * sum(perNode));
}

/** How much a page of `size` nodes multiplies the cost of one node. */
function weight(size: number): number {
  if (size <= 0) return 0;
  return Math.max(1, Math.floor(2 * Math.log(size)));
}

/** Mean cost of one node of a connection, selected through `nodes` or `edges { node }`. */
function nodeCost(subject: CostSubject, typeName: string, field: FieldNode, rows: unknown): number {
  const definition = fieldDefinition(subject.schema, typeName, field);
  if (!definition || !field.selectionSet) return 0;
  const inner = getNamedType(definition.type).name;
  const own = field.name.value === "nodes" ? 1 : 0;
  const one = (row: unknown) => own + selectionCost(subject, field.selectionSet, inner, row);
  if (rows === undefined) return one(undefined);
  if (!Array.isArray(rows) || rows.length === 0) return 0;
  return sum(rows.map(one)) / rows.length;
}

function selectionCost(
  subject: CostSubject,
  set: SelectionSetNode | undefined,
  typeName: string,
  data: unknown,
): number {
  const type = subject.schema.getType(typeName);
  if (!isAbstractType(type)) return plainCost(subject, set, typeName, data);
  const resolved = typeNameOf(data);
  if (resolved) return plainCost(subject, set, resolved, data);
  // Of the possible types of an interface or union, the dearest counts.
  const names = subject.schema.getPossibleTypes(type).map((possible) => possible.name);
  const mentioned = names.filter((name) => mentions(subject, set, name));
  const candidates = mentioned.length > 0 ? mentioned : names.slice(0, 1);
  return Math.max(0, ...candidates.map((name) => plainCost(subject, set, name, data)));
}

function plainCost(
  subject: CostSubject,
  set: SelectionSetNode | undefined,
  typeName: string,
  data: unknown,
): number {
  let total = 0;
  for (const { field, parent } of selectedFields(subject, set, typeName)) {
    total += fieldCost(
      subject,
      parent,
      field,
      data === undefined ? undefined : childOf(data, field),
    );
  }
  return total;
}

function mentions(
  subject: CostSubject,
  set: SelectionSetNode | undefined,
  typeName: string,
): boolean {
  return (set?.selections ?? []).some((selection) => {
    if (selection.kind === Kind.FIELD) return false;
    const fragment =
      selection.kind === Kind.FRAGMENT_SPREAD
        ? subject.fragments.get(selection.name.value)
        : selection;
    return fragment?.typeCondition?.name.value === typeName;
  });
}

function pageSize(subject: CostSubject, field: FieldNode): number {
  for (const argument of field.arguments ?? []) {
    if (argument.name.value !== "first" && argument.name.value !== "last") continue;
    const value = valueFromASTUntyped(argument.value, subject.variables);
    if (typeof value === "number") return value;
  }
  return 0;
}

function childOf(data: unknown, field: FieldNode): unknown {
  if (data === null || typeof data !== "object") return null;
  const key = field.alias?.value ?? field.name.value;
  return (data as Record<string, unknown>)[key] ?? null;
}

function typeNameOf(data: unknown): string | undefined {
  if (data === null || typeof data !== "object") return undefined;
  const name = (data as Record<string, unknown>)["__typename"];
  return typeof name === "string" ? name : undefined;
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
