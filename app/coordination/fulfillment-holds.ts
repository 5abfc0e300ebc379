import {
  HoldFulfillmentOrderDocument,
  OrderToHoldDocument,
  type OrderToHoldQuery,
  ReleaseFulfillmentHoldDocument,
  type Shopify,
} from "#app/shopify/index.server.ts";

type Client = Pick<Shopify, "graphql">;

/** An order with its fulfillment orders; null: there is no such order (any more). */
export type OrderToHold = OrderToHoldQuery["order"];

type FulfillmentOrder = NonNullable<OrderToHold>["fulfillmentOrders"]["nodes"][number];

/** How Shopify took a hold. */
export type PlaceOutcome =
  | { readonly kind: "placed" }
  | { readonly kind: "refused"; readonly why: string };

/** Shopify keeps one hold of a handle on a fulfillment order, however often it is sent. Pure. */
export function handleOf(orderId: string, rule: string): string {
  return `converge-${orderId.split("/").at(-1) ?? ""}-${rule}`;
}

/** Whether a fulfillment order is under the hold of a handle. Pure. */
export function isUnder({ fulfillmentHolds }: FulfillmentOrder, handle: string): boolean {
  return fulfillmentHolds.some((hold) => hold.handle === handle);
}

/**
 * Whether Shopify lets a fulfillment order be held now: it is neither shipped nor being shipped. What
 * others hold takes a hold beside theirs. Pure.
 */
export function canBeHeld({ status, supportedActions }: FulfillmentOrder): boolean {
  return status === "ON_HOLD" || supportedActions.some(({ action }) => action === "HOLD");
}

/** Reads an order with what waits to be shipped of it. */
export async function readOrderToHold(
  { graphql }: Client,
  shop: string,
  id: string,
): Promise<OrderToHold> {
  return (await graphql(shop, OrderToHoldDocument, { id })).order;
}

/**
 * Keeps a fulfillment order from being shipped, beside other holds on it. Sent twice it is placed once:
 * Shopify turns down a handle that it has.
 * https://shopify.dev/docs/api/admin-graphql/latest/mutations/fulfillmentOrderHold
 * @throws errors of the Shopify client: whether it happened is then not known.
 */
export async function holdFulfillmentOrder(
  { graphql }: Client,
  shop: string,
  id: string,
  handle: string,
  rule: string,
): Promise<PlaceOutcome> {
  const { fulfillmentOrderHold: answer } = await graphql(shop, HoldFulfillmentOrderDocument, {
    id,
    hold: {
      handle,
      externalId: handle,
      reason: "OTHER",
      reasonNotes: `Converge: "${rule}" waits for every system to agree.`,
    },
  });
  const [error] = answer?.userErrors ?? [];
  if (!error || error.code === "DUPLICATE_FULFILLMENT_HOLD_HANDLE") return { kind: "placed" };
  return { kind: "refused", why: error.message };
}

/**
 * Takes the hold of a handle away from every fulfillment order of an order that is under it; others'
 * holds stay. What is gone already is no error.
 * https://shopify.dev/docs/api/admin-graphql/latest/mutations/fulfillmentOrderReleaseHold
 * @throws errors of the Shopify client, or that Shopify did not release one
 */
export async function releaseFulfillmentHolds(
  client: Client,
  shop: string,
  order: NonNullable<OrderToHold>,
  handle: string,
): Promise<void> {
  for (const { id, status, fulfillmentHolds } of order.fulfillmentOrders.nodes) {
    // Of a cancelled order there is nothing left to let go.
    if (status === "CLOSED" || status === "CANCELLED") continue;
    const holdIds = fulfillmentHolds.flatMap((hold) => (hold.handle === handle ? [hold.id] : []));
    if (holdIds.length === 0) continue;
    const variables = { id, holdIds };
    const { fulfillmentOrderReleaseHold: answer } = await client.graphql(
      shop,
      ReleaseFulfillmentHoldDocument,
      variables,
    );
    const [error] = answer?.userErrors ?? [];
    if (error && error.code !== "FULFILLMENT_ORDER_NOT_FOUND")
      throw new Error(`Shopify did not release a fulfillment hold: ${error.message}`);
  }
}
