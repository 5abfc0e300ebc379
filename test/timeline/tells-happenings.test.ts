import { describe, expect, it } from "vitest";
import type { DeliveryView } from "#app/delivery/types.ts";
import { toneOf, wordOf } from "#app/routes/app.timeline/words.ts";
import { tellDelivery, tellWrite } from "#app/timeline/tell.ts";

const shop = "north.myshopify.com";
const delivery: DeliveryView = {
  id: "d1",
  fromShop: null,
  systemId: "sys_1",
  eventId: "e1",
  status: "dead",
  webhookId: "evt_e1",
  type: "inventory_level.updated",
  resourceType: "InventoryLevel",
  resourceId: "gid://shopify/InventoryLevel/1",
  sku: "MUG",
  createdAt: "2026-11-23T10:00:00.000Z",
  finishedAt: "2026-11-23T10:00:05.000Z",
  nextAttemptAt: null,
  reason: "The system rejected the change (422).",
  httpStatus: 422,
  replayOf: null,
  attempts: [
    {
      attempt: 1,
      at: "2026-11-23T10:00:01.000Z",
      durationMs: 12,
      httpStatus: null,
      error: "no connection",
      response: null,
    },
    {
      attempt: 2,
      at: "2026-11-23T10:00:05.000Z",
      durationMs: 7,
      httpStatus: 422,
      error: null,
      response: null,
    },
  ],
};

describe("a delivery", () => {
  it("is told attempt by attempt, and how it ended", () => {
    const told = tellDelivery(delivery, shop, "c1", () => "Warehouse");
    expect(told.map((item) => [item.kind, item.summary])).toEqual([
      ["delivery.attempt", "Warehouse, attempt 1: no connection after 12 ms."],
      ["delivery.attempt", "Warehouse, attempt 2: HTTP 422 after 7 ms."],
      ["delivery.dead", "Warehouse: dead. The system rejected the change (422)."],
    ]);
    expect(told.every((item) => item.system === "sys_1" && item.correlationId === "c1")).toBe(true);
  });
});

describe("a write", () => {
  const write = {
    id: "w1",
    status: "conflict" as const,
    reason: "Shopify's stock changed.",
    systemId: null,
    resourceId: "gid://shopify/InventoryLevel/1",
    correlationId: "c1",
    createdAt: "2026-11-23T10:00:00.000Z",
    settledAt: "2026-11-23T10:00:01.000Z",
  };

  it("is told when it was asked for and when it ended", () => {
    expect(tellWrite(write, shop).map((item) => item.kind)).toEqual([
      "write.pending",
      "write.conflict",
    ]);
    expect(tellWrite({ ...write, settledAt: null }, shop)).toHaveLength(1);
  });
});

describe("a kind", () => {
  it("has a word and a tone; an unknown one is shown as it is", () => {
    expect([wordOf("write.applied"), wordOf("toString")]).toEqual([
      "Written to Shopify",
      "toString",
    ]);
    expect(
      ["delivery.dead", "write.conflict", "delivery.delivered", "event.superseded"].map(toneOf),
    ).toEqual(["critical", "caution", "success", "neutral"]);
  });
});
