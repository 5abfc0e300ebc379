import { gid } from "../state/ids.ts";
import type { CustomerRow, Store } from "../state/model.ts";
import { fromCents, inCurrency } from "../state/money.ts";
import type { RestObject } from "./rest-json.ts";
import { restAddress, restId, restTime } from "./rest-parts.ts";

/** Body of customers/create and customers/update, with what any version of the API tells. */
export function restCustomer(store: Store, customer: CustomerRow): RestObject {
  return {
    ...restCustomerCore(store, customer),
    tags: customer.tags.join(", "),
    orders_count: customer.ordersCount,
    total_spent: inCurrency(fromCents(customer.spentCents), store.shop.currency),
    last_order_id: customer.lastOrderId === null ? null : restId(customer.lastOrderId),
    addresses: [restCustomerAddress(customer)],
    tax_exemptions: [],
    email_marketing_consent: noConsent(),
    sms_marketing_consent: null,
    admin_graphql_api_id: gid("Customer", customer.id),
    default_address: restCustomerAddress(customer),
  };
}

/** Body of customers/delete. */
export function restDeletedCustomer(customer: CustomerRow): RestObject {
  return {
    id: restId(customer.id),
    phone: customer.phone,
    addresses: [],
    tax_exemptions: [],
    email_marketing_consent: null,
    sms_marketing_consent: null,
    admin_graphql_api_id: gid("Customer", customer.id),
  };
}

function restCustomerCore(store: Store, customer: CustomerRow): RestObject {
  return {
    id: restId(customer.id),
    created_at: restTime(store, customer.createdAt),
    updated_at: restTime(store, customer.updatedAt),
    first_name: customer.firstName,
    last_name: customer.lastName,
    state: "disabled",
    note: customer.note,
    verified_email: true,
    multipass_identifier: null,
    tax_exempt: customer.taxExempt,
    email: customer.email,
    phone: customer.phone,
    currency: store.shop.currency,
  };
}

/** The customer inside an order. */
export function restOrderCustomer(store: Store, customer: CustomerRow): RestObject {
  return {
    ...restCustomerCore(store, customer),
    tax_exemptions: [],
    email_marketing_consent: noConsent(),
    sms_marketing_consent: null,
    admin_graphql_api_id: gid("Customer", customer.id),
    default_address: restCustomerAddress(customer),
  };
}

function restCustomerAddress(customer: CustomerRow): RestObject {
  return {
    id: restId(customer.addressId),
    customer_id: restId(customer.id),
    ...restAddress(customer.address),
    country_name: customer.address.country,
    default: true,
  };
}

function noConsent(): RestObject {
  return { state: "not_subscribed", opt_in_level: "single_opt_in", consent_updated_at: null };
}

/** Body of the compliance topic customers/redact. */
export function restRedactCustomer(
  store: Store,
  customer: CustomerRow,
  orderIds: string[],
): RestObject {
  return {
    ...restShopReference(store),
    customer: person(customer),
    orders_to_redact: orderIds.map(restId),
  };
}

/** Body of the compliance topic customers/data_request. */
export function restDataRequest(
  store: Store,
  customer: CustomerRow,
  orderIds: string[],
  requestId: string,
): RestObject {
  return {
    ...restShopReference(store),
    orders_requested: orderIds.map(restId),
    customer: person(customer),
    data_request: { id: restId(requestId) },
  };
}

/** Body of the compliance topic shop/redact. */
export function restShopReference(store: Store): RestObject {
  return { shop_id: restId(store.shop.id), shop_domain: store.shop.domain };
}

function person(customer: CustomerRow): RestObject {
  return { id: restId(customer.id), email: customer.email, phone: customer.phone };
}
