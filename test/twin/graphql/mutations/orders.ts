import { type CustomerEdit, editCustomer } from "../../commerce/customers.ts";
import { holdFulfillmentOrder, releaseHolds } from "../../commerce/fulfillments.ts";
import { sendOrder } from "../../commerce/orders.ts";
import { idOfKind, takeId } from "../../state/ids.ts";
import type { FulfillmentHoldRow } from "../../state/model.ts";
import { toSecond } from "../../state/clock.ts";
import { isGiven, objectArg, objectsArg, requiredText, textArg, textsArg } from "../arguments.ts";
import type { FieldFn } from "../context.ts";
import { seesFulfillmentOrders } from "../types/fulfillment-orders.ts";
import { normalTags } from "./tags.ts";

const MAX_NOTE_LENGTH = 5000;
/** Holds one app may have on one fulfillment order. */
const MAX_HOLDS = 10;

/** orderUpdate: tags and custom attributes replace what was there. */
export const orderUpdate: FieldFn<unknown> = (_source, args, context) => {
  const input = objectArg(args, "input");
  const order = context.store.orders.get(idOfKind(requiredText(input, "id"), "Order") ?? "");
  if (!order) {
    return { order: null, userErrors: [{ field: ["id"], message: "Order does not exist" }] };
  }
  context.perform((change) => {
    for (const name of ["email", "note", "phone", "poNumber"] as const) {
      if (isGiven(input, name)) order[name] = textArg(input, name) ?? null;
    }
    const tags = textsArg(input, "tags");
    if (tags) order.tags = normalTags(tags);
    if (isGiven(input, "customAttributes")) {
      order.customAttributes = objectsArg(input, "customAttributes").map((each) => ({
        key: requiredText(each, "key"),
        value: textArg(each, "value") ?? null,
      }));
    }
    sendOrder(change, order, ["orders/updated"]);
  });
  return { order, userErrors: [] };
};

/** customerUpdate: only the fields that are given change. */
export const customerUpdate: FieldFn<unknown> = (_source, args, context) => {
  const input = objectArg(args, "input");
  const refuse = (field: string[] | null, message: string) => ({
    customer: null,
    userErrors: [{ field, message }],
  });
  const globalId = textArg(input, "id");
  if (globalId === undefined) return refuse(["id"], "Customer does not exist");
  const customer = context.store.customers.get(idOfKind(globalId, "Customer") ?? "");
  if (!customer) return refuse(["id"], "Customer does not exist");
  if ((textArg(input, "note")?.length ?? 0) > MAX_NOTE_LENGTH) {
    return refuse(["note"], `Note is too long (maximum is ${MAX_NOTE_LENGTH} characters)`);
  }
  const edit: CustomerEdit = {};
  for (const name of ["firstName", "lastName", "email", "locale"] as const) {
    const value = textArg(input, name);
    if (value !== undefined) edit[name] = value;
  }
  for (const name of ["note", "phone"] as const) {
    if (isGiven(input, name)) edit[name] = textArg(input, name) ?? null;
  }
  if (typeof input["taxExempt"] === "boolean") edit.taxExempt = input["taxExempt"];
  const tags = textsArg(input, "tags");
  if (tags) edit.tags = normalTags(tags);
  const taken = [...context.store.customers.values()].some(
    (each) => each.id !== customer.id && each.email === edit.email,
  );
  if (taken) return refuse(["email"], "Email has already been taken");
  context.perform((change) => editCustomer(change, customer, edit));
  return { customer, userErrors: [] };
};

/** fulfillmentOrderHold: a handle may only be used once per order, which makes repeats harmless. */
export const fulfillmentOrderHold: FieldFn<unknown> = (_source, args, context) => {
  const { store } = context;
  const input = objectArg(args, "fulfillmentHold");
  const id = idOfKind(requiredText(args, "id"), "FulfillmentOrder");
  const row = seesFulfillmentOrders(context) ? store.fulfillmentOrders.get(id ?? "") : undefined;
  const refuse = (field: string[], message: string, code: string) => ({
    fulfillmentHold: null,
    fulfillmentOrder: row ?? null,
    remainingFulfillmentOrder: null,
    userErrors: [{ field, message, code }],
  });
  if (!row) {
    return refuse(["id"], "Fulfillment order does not exist.", "FULFILLMENT_ORDER_NOT_FOUND");
  }
  if (row.status !== "OPEN" && row.status !== "ON_HOLD") {
    const message = "The fulfillment order is not in a splittable state.";
    return refuse(["fulfillmentHold"], message, "FULFILLMENT_ORDER_NOT_SPLITTABLE");
  }
  if (row.holds.length >= MAX_HOLDS) {
    const message = `The maximum number of fulfillment holds for this fulfillment order has been reached for this app. An app can only have up to ${MAX_HOLDS} holds on a single fulfillment order at any one time.`;
    return refuse(["id"], message, "FULFILLMENT_ORDER_HOLD_LIMIT_REACHED");
  }
  const handle = textArg(input, "handle") ?? null;
  if (row.holds.some((hold) => hold.handle === (handle ?? ""))) {
    const message =
      "The handle provided for the fulfillment hold is already in use by this app for another hold on this fulfillment order.";
    return refuse(["fulfillmentHold", "handle"], message, "DUPLICATE_FULFILLMENT_HOLD_HANDLE");
  }
  const hold: FulfillmentHoldRow = {
    kind: "FulfillmentHold",
    id: takeId(store, "FulfillmentHold"),
    reason: requiredText(input, "reason"),
    reasonNotes: textArg(input, "reasonNotes") ?? null,
    handle: handle ?? "",
    externalId: textArg(input, "externalId") ?? null,
    createdAt: toSecond(context.nowMs),
  };
  context.perform((change) => holdFulfillmentOrder(change, row, hold));
  return {
    fulfillmentHold: hold,
    fulfillmentOrder: row,
    remainingFulfillmentOrder: null,
    userErrors: [],
  };
};

/** fulfillmentOrderReleaseHold: without hold ids, every hold goes. */
export const fulfillmentOrderReleaseHold: FieldFn<unknown> = (_source, args, context) => {
  const id = idOfKind(requiredText(args, "id"), "FulfillmentOrder");
  const rows = context.store.fulfillmentOrders;
  const row = seesFulfillmentOrders(context) ? rows.get(id ?? "") : undefined;
  if (!row) {
    const message = "Fulfillment order does not exist.";
    const error = { field: ["id"], message, code: "FULFILLMENT_ORDER_NOT_FOUND" };
    return { fulfillmentOrder: null, userErrors: [error] };
  }
  const holdIds = textsArg(args, "holdIds")?.map((each) => idOfKind(each, "FulfillmentHold"));
  const externalId = textArg(args, "externalId");
  const chosen = row.holds.filter(
    (hold) =>
      (holdIds === undefined || holdIds.includes(hold.id)) &&
      (externalId === undefined || hold.externalId === externalId),
  );
  if (chosen.length > 0) {
    const ids = new Set(chosen.map((hold) => hold.id));
    context.perform((change) => releaseHolds(change, row, ids));
  }
  return { fulfillmentOrder: row, userErrors: [] };
};
