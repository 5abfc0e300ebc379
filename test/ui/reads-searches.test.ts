import { describe, expect, it } from "vitest";
import { readSearch } from "#app/ui/format/search.ts";

const uuid = "0199c3a4-7c11-7e55-9f1b-0242ac120002";

describe("a search text", () => {
  it("that is empty means nothing", () => {
    expect(readSearch("   ")).toEqual({ eventId: null, filters: [] });
  });

  it("that names an event of ours opens it, whatever form it was copied in", () => {
    for (const text of [`evt_${uuid}`, `evt:${uuid}`, `EVT_${uuid.toUpperCase()}`, `evt_${uuid}.2`])
      expect(readSearch(` ${text} `)).toEqual({ eventId: uuid, filters: [] });
  });

  it("that is a bare UUID may be any of three ids", () => {
    expect(readSearch(uuid)).toEqual({
      eventId: uuid,
      filters: [{ webhookId: uuid }, { correlationId: uuid }],
    });
  });

  it("that is a gid finds that resource only", () => {
    const gid = "gid://shopify/InventoryLevel/12?inventory_item_id=34";
    expect(readSearch(gid)).toEqual({ eventId: null, filters: [{ resource: gid }] });
  });

  it("that is a number is tried as each kind of resource, with every digit", () => {
    const { eventId, filters } = readSearch("#9007199254740993");
    expect(eventId).toBeNull();
    expect(filters).toContainEqual({ resource: "gid://shopify/Order/9007199254740993" });
    expect(filters).toContainEqual({ resource: "gid://shopify/Product/9007199254740993" });
    expect(filters.at(-1)).toEqual({ sku: "#9007199254740993" });
    const resources = filters.slice(0, -1);
    expect(resources.every(({ resource }) => resource?.endsWith("/9007199254740993"))).toBe(true);
  });

  it("that is a topic finds the topic", () => {
    expect(readSearch("Inventory_Levels/update").filters).toEqual([
      { topic: "inventory_levels/update" },
    ]);
  });

  it("that is anything else is taken for a SKU, then for an id from elsewhere", () => {
    expect(readSearch("wms-batch-77").filters).toEqual([
      { sku: "wms-batch-77" },
      { webhookId: "wms-batch-77" },
      { correlationId: "wms-batch-77" },
    ]);
    expect(readSearch("12").filters[0]).toEqual({ sku: "12" });
  });
});
