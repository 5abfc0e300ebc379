import { editCustomer } from "../../commerce/customers.ts";
import { sendOrder } from "../../commerce/orders.ts";
import { editProduct } from "../../commerce/products.ts";
import { parseGid } from "../../state/ids.ts";
import type { CustomerRow, OrderRow, ProductRow } from "../../state/model.ts";
import { accessDenied } from "../access-rules.ts";
import { requiredText, textsArg } from "../arguments.ts";
import type { FieldFn, GraphContext } from "../context.ts";

type Tagged = ProductRow | OrderRow | CustomerRow;

const WRITE_SCOPES: Record<string, string> = {
  Customer: "write_customers",
  Order: "write_orders",
  Product: "write_products",
};

/** Trimmed, without repeats (case does not count), in alphabetical order, as Shopify keeps tags. */
export function normalTags(tags: string[]): string[] {
  const seen = new Map<string, string>();
  for (const tag of tags.flatMap((each) => each.split(","))) {
    const trimmed = tag.trim();
    const key = trimmed.toLowerCase();
    if (trimmed !== "" && !seen.has(key)) seen.set(key, trimmed);
  }
  return [...seen.values()].sort((a, b) => a.localeCompare(b));
}

function changeTags(update: (has: string[], given: string[]) => string[]): FieldFn<unknown> {
  return (_source, args, context, info) => {
    const globalId = requiredText(args, "id");
    const { kind, id } = parseGid(globalId);
    const scope = WRITE_SCOPES[kind];
    if (scope && !context.scopes.has(scope)) {
      throw accessDenied(info.fieldName, `\`${scope}\` access scope.`);
    }
    const row = find(context, kind, id);
    if (!row) {
      const message = `${kind} does not exist`;
      return { node: null, userErrors: [{ field: ["id"], message }] };
    }
    const tags = normalTags(update(row.tags, textsArg(args, "tags") ?? []));
    if (tags.join() !== row.tags.join()) save(context, row, tags);
    return { node: row, userErrors: [] };
  };
}

export const tagsAdd = changeTags((has, given) => [...has, ...given]);

export const tagsRemove = changeTags((has, given) => {
  const gone = new Set(normalTags(given).map((tag) => tag.toLowerCase()));
  return has.filter((tag) => !gone.has(tag.toLowerCase()));
});

function find({ store }: GraphContext, kind: string, id: string): Tagged | undefined {
  if (kind === "Product") return store.products.get(id);
  if (kind === "Order") return store.orders.get(id);
  return kind === "Customer" ? store.customers.get(id) : undefined;
}

function save(context: GraphContext, row: Tagged, tags: string[]): void {
  context.perform((change) => {
    if (row.kind === "Product") editProduct(change, row, { tags });
    else if (row.kind === "Customer") editCustomer(change, row, { tags });
    else {
      row.tags = tags;
      sendOrder(change, row, ["orders/updated"]);
    }
  });
}
