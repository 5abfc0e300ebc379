import { replaceOrderRules } from "#app/coordination/index.server.ts";
import { OrderToHoldDocument } from "#app/shopify/index.server.ts";
import { NORTH } from "#test/twin-conformance/support.ts";
import type { createPoolRig } from "./pool-rig.ts";

/** Orders of one article in the first store, which a rule may have held. `sku`: of the test under way. */
export function ordersToHold(
  rig: () => Awaited<ReturnType<typeof createPoolRig>>,
  sku: () => string,
) {
  const inShopify = async (orderId: string) => {
    const { order } = await rig().deps.shopify.graphql(NORTH, OrderToHoldDocument, { id: orderId });
    if (order === null) throw new Error("the twin has no such order");
    return order;
  };
  return {
    inShopify,
    /** One rule: orders of the article. */
    rules: (participants: readonly string[], more: object = {}) =>
      replaceOrderRules(rig().deps, { shop: NORTH, actor: "user:1" }, [
        {
          name: "rings",
          when: { kind: "sku", skus: [sku()] },
          participants,
          ttlSeconds: 600,
          onSilence: "keep",
          ...more,
        },
      ]),
    sell: (): string => `gid://shopify/Order/${rig().sell(NORTH, sku()).orderId}`,
    /** Tells of an order as Shopify does. */
    tell: async (orderId: string, topic: string, more: object = {}) => {
      const { name, createdAt, totalPriceSet, tags } = await inShopify(orderId);
      const { amount, currencyCode } = totalPriceSet.shopMoney;
      const body = {
        id: Number(orderId.split("/").at(-1)),
        admin_graphql_api_id: orderId,
        name,
        created_at: createdAt,
        updated_at: new Date().toISOString(),
        cancelled_at: null,
        fulfillment_status: null,
        total_price: amount,
        currency: currencyCode,
        tags: tags.join(", "),
        line_items: [{ sku: sku() }],
        ...more,
      };
      await rig().bench.receive({ shop: NORTH, topic, body: JSON.stringify(body) });
    },
  };
}
