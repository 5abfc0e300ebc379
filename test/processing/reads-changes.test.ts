import { describe, expect, it } from "vitest";
import { stringifyLossless } from "#app/events/index.server.ts";
import type { EventToProcess } from "#app/events/index.server.ts";
import { readChanges } from "#app/processing/read-changes.ts";
import {
  largeItemId,
  productBody,
  productGid,
  stockBody,
  stockLevelGid,
} from "#test/worker/webhooks.ts";

function eventOf(topic: string, resourceId: string | null): EventToProcess {
  return {
    id: "01900000-0000-7000-8000-000000000001",
    shop: "north.myshopify.com",
    source: "webhook",
    transport: "webhooks",
    apiVersion: null,
    subscription: null,
    topic,
    domain: null,
    type: null,
    resourceType: null,
    resourceId,
    version: "2026-11-23T10:00:00Z",
    versionAt: new Date("2026-11-23T10:00:00Z"),
    correlationId: "c",
    traceparent: "00-0-0-01",
    triggeredAt: null,
    receivedAt: new Date("2026-11-23T10:00:00Z"),
    body: Buffer.alloc(0),
  };
}

function read(topic: string, resourceId: string | null, body: unknown) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return readChanges(eventOf(topic, resourceId), text);
}

describe("what an event tells", () => {
  it("of a stock level is what is available now, with every digit of its ids", () => {
    const meaning = read(
      "inventory_levels/update",
      stockLevelGid(1),
      stockBody(1, 5, "2026-11-23T10:00:00Z"),
    );
    expect(meaning.skus).toEqual([]);
    expect(meaning.changes).toEqual([
      {
        belongsTo: null,
        domain: "inventory",
        type: "inventory_level.updated",
        resourceType: "InventoryLevel",
        resourceId: stockLevelGid(1),
        deleted: false,
        data: {
          available: 5,
          inventoryItemId: `gid://shopify/InventoryItem/${largeItemId}`,
          locationId: "gid://shopify/Location/655441491",
        },
        sku: null,
        inventoryItemId: `gid://shopify/InventoryItem/${largeItemId}`,
        derived: false,
        // Only a read of ours counts all of the stock.
        counted: { onHand: null, committed: null },
      },
    ]);
  });

  it("of an untracked stock level is null, not zero", () => {
    const body = stockBody(1, 5, "2026-11-23T10:00:00Z").replace(
      '"available":5',
      '"available":null',
    );
    const [change] = read("inventory_levels/update", stockLevelGid(1), body).changes;
    expect(change?.data["available"]).toBeNull();
  });

  it("of a product is the product, then each price, and the SKUs it taught", () => {
    const body = productBody(7, "2026-11-23T10:00:00Z", [
      { id: 70, price: "10.00", sku: "MUG" },
      { id: 71, price: "12.00", sku: "" },
    ]);
    const meaning = read("products/update", productGid(7), body);
    expect(meaning.changes.map((change) => [change.type, change.sku, change.derived])).toEqual([
      ["product.updated", null, false],
      ["price.updated", "MUG", true],
      ["price.updated", null, true],
    ]);
    expect(meaning.skus).toEqual([
      {
        inventoryItemId: "gid://shopify/InventoryItem/1000070",
        variantId: "gid://shopify/ProductVariant/70",
        productId: productGid(7),
        sku: "MUG",
        barcode: null,
      },
    ]);
  });

  it("of a deletion is that it is gone, with nothing of its content", () => {
    const meaning = read("products/delete", productGid(7), { id: 7 });
    expect(meaning.changes).toMatchObject([{ type: "product.deleted", deleted: true, data: {} }]);
  });

  it("of an inventory item is its SKU, and nothing is sent", () => {
    const meaning = read("inventory_items/update", null, `{"id":${largeItemId},"sku":"MUG-1"}`);
    expect(meaning).toEqual({
      changes: [],
      skus: [
        {
          inventoryItemId: `gid://shopify/InventoryItem/${largeItemId}`,
          variantId: null,
          productId: null,
          sku: "MUG-1",
        },
      ],
    });
  });

  it("of an order keeps integers beyond 2^53", () => {
    const text = '{"id":9007199254740993,"name":"#1001","total_price":"10.00"}';
    const [change] = read("orders/create", "gid://shopify/Order/9007199254740993", text).changes;
    expect(stringifyLossless(change?.data)).toBe(text);
  });
});
