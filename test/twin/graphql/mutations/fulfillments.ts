import { editFulfillment, type FulfillmentEdit } from "../../commerce/fulfillments.ts";
import { idOfKind } from "../../state/ids.ts";
import { objectArg, requiredText, textArg, textsArg } from "../arguments.ts";
import type { FieldFn } from "../context.ts";

/** fulfillmentTrackingInfoUpdate: the twin's parcels have one number each, the first one given. */
export const fulfillmentTrackingInfoUpdate: FieldFn<unknown> = (_source, args, context) => {
  const { store } = context;
  const id = idOfKind(requiredText(args, "fulfillmentId"), "Fulfillment");
  const fulfillment = store.fulfillments.get(id ?? "");
  const order = fulfillment && store.orders.get(fulfillment.orderId);
  if (!fulfillment || !order) {
    const message = "Fulfillment does not exist.";
    return { fulfillment: null, userErrors: [{ field: ["fulfillmentId"], message }] };
  }
  const input = objectArg(args, "trackingInfoInput");
  const edit: FulfillmentEdit = {};
  const number = textArg(input, "number") ?? textsArg(input, "numbers")?.[0];
  const company = textArg(input, "company");
  if (number !== undefined) edit.trackingNumber = number;
  if (company !== undefined) edit.trackingCompany = company;
  context.perform((change) => editFulfillment(change, order, fulfillment, edit));
  return { fulfillment, userErrors: [] };
};
