import { expect, it } from "vitest";
import { remedyOf } from "#app/discrepancies/index.server.ts";
import type { DiscrepancyView } from "#app/discrepancies/types.ts";

const nothingGone: ReadonlySet<string> = new Set();

/** Stock that its owner, a warehouse, counts otherwise than Shopify. */
function found(change: Partial<DiscrepancyView>): DiscrepancyView {
  return {
    id: "1",
    domain: "inventory",
    kind: "foreign_write",
    system: "wms",
    resource: {
      type: "InventoryLevel",
      id: "gid://shopify/InventoryLevel/1",
      locationId: null,
      sku: null,
    },
    shopifyValue: { available: 3 },
    systemValue: { available: 5 },
    owner: "wms",
    cause: "",
    status: "open",
    times: 1,
    firstSeenAt: "",
    lastSeenAt: "",
    resolvedAt: null,
    resolution: null,
    eventId: null,
    correlationId: "c",
    ...change,
  };
}

it("the owner's value is written where Shopify has something to write to", () => {
  expect(remedyOf(found({}), nothingGone)).toBe("write");
  expect(remedyOf(found({ shopifyValue: null }), nothingGone)).toBe("gone");
  expect(remedyOf(found({}), new Set(["gid://shopify/InventoryLevel/1"]))).toBe("gone");
});

it("what Shopify has is not known of every write that failed, and points are made by writing them", () => {
  const nothing = { shopifyValue: null } as const;
  expect(remedyOf(found({ ...nothing, kind: "write_conflict" }), nothingGone)).toBe("write");
  expect(remedyOf(found({ ...nothing, domain: "loyalty" }), nothingGone)).toBe("write");
});

it("a system that is not the owner is sent what Shopify has; of an unknown value a person decides", () => {
  const differs = { kind: "value", owner: "shopify" } as const;
  expect(remedyOf(found(differs), nothingGone)).toBe("tell");
  expect(remedyOf(found({ systemValue: null }), nothingGone)).toBe("none");
});
