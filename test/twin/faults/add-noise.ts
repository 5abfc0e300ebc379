import type { Change, WebhookEvent } from "../commerce/change.ts";
import { toSecond } from "../state/clock.ts";
import { gid } from "../state/ids.ts";
import type { ProductRow } from "../state/model.ts";
import type { Random } from "../state/random.ts";
import { restProduct } from "../webhooks/rest-products.ts";
import type { FaultSettings } from "./fault-table.ts";

/** Adds what Shopify at times does besides what was asked for. */
export function addNoise(
  change: Change,
  events: readonly WebhookEvent[],
  faults: FaultSettings,
  random: Random,
): void {
  if (faults.productNoise) updateProducts(change, events);
  if (faults.updateWithCreate) updateCreated(change, events);
  if (faults.moreOrderUpdates > 0) updateOrders(change, events, faults.moreOrderUpdates);
  const { products } = change.store;
  if (products.size === 0 || !random.chance(faults.strayUpdates)) return;
  random.pick([...products.values()]).updatedAt = toSecond(change.nowMs);
}

/** Creating a product and publishing it are two: both topics go out, with one body. */
function updateCreated(change: Change, events: readonly WebhookEvent[]): void {
  for (const event of events.filter(({ topic }) => topic === "products/create"))
    change.emit({ ...event, topic: "products/update" });
}

/** Whatever happens to an order, orders/updated follows, and follows again. */
function updateOrders(change: Change, events: readonly WebhookEvent[], times: number): void {
  const whole = events.filter(({ topic }) =>
    /^orders\/(create|paid|updated|cancelled|fulfilled)$/.test(topic),
  );
  const byOrder = new Map(whole.map((event) => [event.resource, event]));
  for (const event of byOrder.values())
    for (let count = 0; count < times; count += 1)
      change.emit({ ...event, topic: "orders/updated" });
}

/** Products whose stock changed count as changed, and are told of. */
function updateProducts(change: Change, events: readonly WebhookEvent[]): void {
  const { store, nowMs } = change;
  const told = new Set(events.map(({ topic, resource }) => `${topic} ${resource}`));
  const touched = new Set<ProductRow>();
  for (const { topic, resource } of events) {
    const itemId = /inventory_item_id=(\d+)/.exec(resource)?.[1];
    if (topic !== "inventory_levels/update" || itemId === undefined) continue;
    const item = store.inventoryItems.get(itemId);
    const variant = item && store.variants.get(item.variantId);
    const product = variant && store.products.get(variant.productId);
    if (product) touched.add(product);
  }
  for (const product of touched) {
    product.updatedAt = toSecond(nowMs);
    const resource = gid("Product", product.id);
    if (told.has(`products/update ${resource}`)) continue;
    change.emit({ topic: "products/update", resource, body: () => restProduct(store, product) });
  }
}
