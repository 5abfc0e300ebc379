import { canBeDeleted as customerCanGo, deleteCustomer } from "../../commerce/customers.ts";
import { canBeDeleted as orderCanGo, deleteOrder } from "../../commerce/order-edits.ts";
import { deleteProduct } from "../../commerce/products.ts";
import { gid, idOfKind } from "../../state/ids.ts";
import { objectArg, requiredText } from "../arguments.ts";
import type { FieldFn } from "../context.ts";

/**
 * orderDelete: only of what is over. Which words Shopify refuses with is not on record; the codes
 * are those of its schema.
 */
export const orderDelete: FieldFn<unknown> = (_source, args, context) => {
  const order = context.store.orders.get(idOfKind(requiredText(args, "orderId"), "Order") ?? "");
  const refuse = (message: string, code: string) => ({
    deletedId: null,
    userErrors: [{ field: ["orderId"], message, code }],
  });
  if (!order) return refuse("Order does not exist", "NOT_FOUND");
  if (!orderCanGo(order)) return refuse("Order must be cancelled or archived first", "INVALID");
  context.perform((change) => deleteOrder(change, order));
  return { deletedId: gid("Order", order.id), userErrors: [] };
};

/** customerDelete: only of customers who never ordered. */
export const customerDelete: FieldFn<unknown> = (_source, args, context) => {
  const { store } = context;
  const id = idOfKind(requiredText(objectArg(args, "input"), "id"), "Customer");
  const customer = store.customers.get(id ?? "");
  const refuse = (message: string) => ({
    deletedCustomerId: null,
    shop: store.shop,
    userErrors: [{ field: ["id"], message }],
  });
  if (!customer) return refuse("Customer can't be found");
  if (!customerCanGo(store, customer)) {
    return refuse("Customer can’t be deleted because they have associated orders");
  }
  context.perform((change) => deleteCustomer(change, customer));
  return { deletedCustomerId: gid("Customer", customer.id), shop: store.shop, userErrors: [] };
};

/** productDelete, at once: the twin has no operations that run on. */
export const productDelete: FieldFn<unknown> = (_source, args, context) => {
  const { store } = context;
  const id = idOfKind(requiredText(objectArg(args, "input"), "id"), "Product");
  const product = store.products.get(id ?? "");
  const payload = { shop: store.shop, productDeleteOperation: null };
  if (!product) {
    const userErrors = [{ field: ["id"], message: "Product does not exist" }];
    return { ...payload, deletedProductId: null, userErrors };
  }
  context.perform((change) => deleteProduct(change, product));
  return { ...payload, deletedProductId: gid("Product", product.id), userErrors: [] };
};
