import { toSecond } from "../state/clock.ts";
import { gid } from "../state/ids.ts";
import type { CustomerRow, Store } from "../state/model.ts";
import { addCustomer, type CustomerPlan } from "../state/seed-stores.ts";
import { restCustomer, restDeletedCustomer } from "../webhooks/rest-customers.ts";
import type { Change } from "./change.ts";

export type CustomerEdit = Partial<
  Pick<
    CustomerRow,
    "firstName" | "lastName" | "email" | "phone" | "note" | "tags" | "locale" | "taxExempt"
  >
>;

/** Changes a customer; sends customers/update. */
export function editCustomer(change: Change, customer: CustomerRow, edit: CustomerEdit): void {
  const { store } = change;
  Object.assign(customer, edit);
  customer.updatedAt = toSecond(change.nowMs);
  change.emit({
    topic: "customers/update",
    resource: gid("Customer", customer.id),
    body: () => restCustomer(store, customer),
  });
}

/** Adds a customer; sends customers/create. */
export function createCustomer(change: Change, plan: CustomerPlan): CustomerRow {
  const { store } = change;
  const customer = addCustomer(store, plan);
  change.emit({
    topic: "customers/create",
    resource: gid("Customer", customer.id),
    body: () => restCustomer(store, customer),
  });
  return customer;
}

/** Shopify keeps customers who ordered something: they can only be redacted. */
export function canBeDeleted(store: Store, customer: CustomerRow): boolean {
  if (customer.ordersCount > 0) return false;
  return ![...store.orders.values()].some((order) => order.customerId === customer.id);
}

/** Removes a customer; sends customers/delete. */
export function deleteCustomer(change: Change, customer: CustomerRow): void {
  change.store.customers.delete(customer.id);
  change.emit({
    topic: "customers/delete",
    resource: gid("Customer", customer.id),
    body: () => restDeletedCustomer(customer),
  });
}
