import { canBeDeleted } from "../../commerce/customers.ts";
import type { CustomerRow } from "../../state/model.ts";
import { fromCents } from "../../state/money.ts";
import { connection, type SortValue } from "../connections.ts";
import { type Args, defineType } from "../context.ts";
import {
  byId,
  byNumber,
  byTag,
  byText,
  byTime,
  search,
  type SearchSpec,
  STAMPS,
} from "../search.ts";
import { metafieldOwnerFields } from "./metafields.ts";
import { orderSearch, orderSort, visibleOrders } from "./orders.ts";
import { sortFrom } from "./products.ts";
import { idFields, mailingAddress, moneyV2, timeFields } from "./shared-fields.ts";

/** Filters of `customers`. */
export const customerSearch: SearchSpec<CustomerRow> = {
  words: (row) => `${row.firstName} ${row.lastName} ${row.email}`,
  indexed: STAMPS,
  fields: {
    country: byText((row) => row.address.country),
    created_at: byTime((row) => row.createdAt),
    customer_date: byTime((row) => row.createdAt),
    email: byText((row) => row.email),
    first_name: byText((row) => row.firstName),
    id: byId((row) => row.id),
    last_name: byText((row) => row.lastName),
    orders_count: byNumber((row) => row.ordersCount),
    phone: byText((row) => row.phone),
    tag: byTag((row) => row.tags, true),
    tag_not: byTag((row) => row.tags, false),
    total_spent: byNumber((row) => row.spentCents / 100),
    updated_at: byTime((row) => row.updatedAt),
  },
};

/** How `customers` can be sorted. */
export function customerSort(args: Args) {
  const keys: Record<string, (row: CustomerRow) => SortValue> = {
    CREATED_AT: (row) => row.createdAt,
    LOCATION: (row) => row.address.city,
    NAME: (row) => `${row.lastName} ${row.firstName}`,
    UPDATED_AT: (row) => row.updatedAt,
  };
  return sortFrom(keys, args);
}

export const customerTypes = [
  defineType<CustomerRow>("Customer", {
    ...idFields,
    ...timeFields,
    ...metafieldOwnerFields,
    addresses: (row) => [mailingAddress(row.address, row.addressId)],
    amountSpent: (row, _args, { store }) => moneyV2(fromCents(row.spentCents), store.shop.currency),
    canDelete: (row, _args, { store }) => canBeDeleted(store, row),
    dataSaleOptOut: () => false,
    defaultAddress: (row) => mailingAddress(row.address, row.addressId),
    defaultEmailAddress: (row) => ({
      emailAddress: row.email,
      marketingState: "NOT_SUBSCRIBED",
      openTrackingLevel: "UNKNOWN",
      validFormat: true,
    }),
    defaultPhoneNumber: (row) =>
      row.phone === null ? null : { phoneNumber: row.phone, marketingState: "NOT_SUBSCRIBED" },
    displayName: (row) => `${row.firstName} ${row.lastName}`,
    lastOrder: (row, _args, { store }) =>
      row.lastOrderId === null ? null : (store.orders.get(row.lastOrderId) ?? null),
    numberOfOrders: (row) => String(row.ordersCount),
    orders: (row, args, context, info) => {
      const own = visibleOrders(context).filter((each) => each.customerId === row.id);
      const found = search(own, orderSearch(context), args, context, info);
      return connection({ rows: found, idOf: (order) => order.id, ...orderSort(args) }, args);
    },
    state: () => "DISABLED",
    taxExemptions: () => [],
    validEmailAddress: () => true,
    verifiedEmail: () => true,
  }),
];
