import type { RestObject, RestValue } from "./rest-json.ts";

/** How next-generation Events name a change: a type and an action instead of a topic. */
export type EventName = { topic: string; action: string };

const NAMES = new Map<string, EventName>(
  [
    ["products", "Product", "update"],
    ["customers", "Customer", "update"],
    ["orders", "Order", "updated"],
  ].flatMap(([family = "", topic = "", update = ""]) => [
    [`${family}/create`, { topic, action: "create" }] as const,
    [`${family}/${update}`, { topic, action: "update" }] as const,
    [`${family}/delete`, { topic, action: "delete" }] as const,
  ]),
);

/** What an Event that tells the same as a classic topic is called; undefined: there is none. */
export function eventNameOf(topic: string): EventName | undefined {
  return NAMES.get(topic);
}

/** What the subscription's query asks for: the field's name here, and in the body of a webhook. */
const FIELDS: Record<string, Record<string, string>> = {
  Product: {
    title: "title",
    handle: "handle",
    status: "status",
    vendor: "vendor",
    productType: "product_type",
    tags: "tags",
    updatedAt: "updated_at",
  },
  Customer: {
    firstName: "first_name",
    lastName: "last_name",
    note: "note",
    tags: "tags",
    updatedAt: "updated_at",
  },
  Order: { name: "name", note: "note", tags: "tags", updatedAt: "updated_at" },
};

/**
 * The body of an Event: what its query found (nothing, of what is gone), and what was asked with.
 * `resource` is the GraphQL id, `full` the body of the webhook that tells the same.
 */
export function eventBody(
  { topic, action }: EventName,
  handle: string,
  resource: string,
  full: RestObject,
): RestObject {
  const root = topic.toLowerCase();
  const path = `${root}[id: '${resource}']`;
  const changed = (kind: string) => (action === kind ? [path] : []);
  return {
    topic,
    action,
    handle,
    data: { [root]: action === "delete" ? null : { id: resource, ...found(topic, full) } },
    fields_changed: {
      added: changed("create"),
      updated: changed("update"),
      removed: changed("delete"),
    },
    query_variables: { [`${root}Id`]: resource },
  };
}

function found(topic: string, full: RestObject): RestObject {
  return Object.fromEntries(
    Object.entries(FIELDS[topic] ?? {}).map(([field, name]) => [
      field,
      inGraphql(field, full[name] ?? null),
    ]),
  );
}

/** The Admin API writes enums in capitals, tags as a list and times in UTC. */
function inGraphql(field: string, value: RestValue): RestValue {
  if (typeof value !== "string") return field === "tags" ? [] : value;
  if (field === "status") return value.toUpperCase();
  if (field === "tags") return value.split(", ").filter((tag) => tag !== "");
  return field === "updatedAt" ? new Date(value).toISOString().replace(".000Z", "Z") : value;
}
