import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Operations } from "#test/twin/types.ts";
import { appToml, type Arrival, type Listening, listen, only } from "./listening.ts";
import { first, NORTH } from "./support.ts";

let setting: Listening;
let shop: Operations;
/** Every topic seen in this file: the last test holds it against the app's subscriptions. */
const seen = new Set<string>();

beforeAll(async () => {
  setting = await listen();
  shop = setting.twin.operations;
});
afterAll(() => setting.close());

async function during(act: () => unknown): Promise<Arrival[]> {
  const arrivals = await setting.during(act);
  for (const { topic } of arrivals) seen.add(topic);
  return arrivals;
}

const topicsOf = (arrivals: Arrival[]) => [...new Set(arrivals.map(({ topic }) => topic))].sort();
const sale = (quantity = 1) => shop.sell({ shop: NORTH, quantity });
const newSku = (available = 20) => shop.createProduct({ shop: NORTH, available }).sku;
const stockOf = (sku: string) => first(shop.listStock({ shop: NORTH, search: sku }));
const orderOf = (orderId: string) =>
  first(shop.listOrders({ shop: NORTH }).filter((row) => row.orderId === orderId));

describe("orders", () => {
  it("tells what an edit added: orders/edited with the difference, orders/updated with all of it", async () => {
    const { orderId } = sale();
    const sku = newSku();
    const { price, inventoryItemId } = stockOf(sku);
    let edit: ReturnType<Operations["editOrder"]> | undefined;
    const arrivals = await during(() => {
      edit = shop.editOrder({ shop: NORTH, orderId, sku, quantity: 3 });
    });
    expect(topicsOf(arrivals)).toEqual([
      "inventory_levels/update",
      "orders/edited",
      "orders/updated",
    ]);
    expect(new Set(arrivals.map(({ eventId }) => eventId))).toEqual(new Set([edit?.eventId]));
    const { body, raw } = only(arrivals, "orders/edited");
    expect(raw).toContain(`"order_id":${orderId},`);
    expect(body).toEqual({
      order_edit: {
        id: expect.any(Number) as number,
        app_id: null,
        created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d-0[45]:00$/) as string,
        notify_customer: false,
        order_id: Number(orderId),
        staff_note: "",
        user_id: null,
        line_items: { additions: [{ id: Number(edit?.lineItemId), delta: 3 }], removals: [] },
        discounts: { line_item: { additions: [], removals: [] } },
        shipping_lines: { additions: [] },
      },
    });
    expect(only(arrivals, "orders/updated").body).toMatchObject({
      financial_status: "partially_paid",
      total_outstanding: (Number(price) * 3).toFixed(2),
      line_items: [{}, { sku, quantity: 3, current_quantity: 3, fulfillable_quantity: 3 }],
    });
    const level = only(arrivals, "inventory_levels/update").body;
    expect(level).toMatchObject({ inventory_item_id: Number(inventoryItemId), available: 17 });
  });

  it("adds to a line that is there, takes out of it again, and ships what is left", async () => {
    const sku = newSku();
    const { orderId } = shop.sell({ shop: NORTH, sku, quantity: 2 });
    shop.editOrder({ shop: NORTH, orderId, sku, quantity: 3 });
    expect(orderOf(orderId).lines).toEqual([{ sku, quantity: 5, fulfilled: 0 }]);
    const arrivals = await during(() =>
      shop.editOrder({ shop: NORTH, orderId, sku, quantity: -4 }),
    );
    expect(only(arrivals, "orders/edited").body).toMatchObject({
      order_edit: { line_items: { additions: [], removals: [{ delta: 4 }] } },
    });
    expect(only(arrivals, "orders/updated").body).toMatchObject({
      financial_status: "paid",
      total_outstanding: "0.00",
      line_items: [{ current_quantity: 1, fulfillable_quantity: 1 }],
    });
    const shipped = await during(() => shop.fulfill({ shop: NORTH, orderId }));
    expect(only(shipped, "fulfillments/create").body).toMatchObject({
      line_items: [{ sku, quantity: 1 }],
    });
    expect(first(stockOf(sku).levels)).toMatchObject({ available: 19, onHand: 19 });
    expect(() => shop.editOrder({ shop: NORTH, orderId })).toThrow("cannot be edited any more");
  });

  it("closes what an edit left nothing to ship of, and gives back no more than was paid", async () => {
    const sku = newSku();
    const { orderId } = shop.sell({ shop: NORTH, sku, quantity: 1 });
    shop.editOrder({ shop: NORTH, orderId, sku, quantity: -1 });
    expect(() => shop.fulfill({ shop: NORTH, orderId })).toThrow("has nothing to ship");
    expect(() => shop.editOrder({ shop: NORTH, orderId, quantity: 0 })).toThrow("quantity:");
    const other = shop.sell({ shop: NORTH, sku, quantity: 1 });
    const paid = orderOf(other.orderId).total;
    shop.editOrder({ shop: NORTH, orderId: other.orderId, sku, quantity: 5 });
    const arrivals = await during(() => shop.refund({ shop: NORTH, orderId: other.orderId }));
    expect(only(arrivals, "refunds/create").body).toMatchObject({
      transactions: [{ amount: paid }],
    });
  });

  it("deletes what is over, with nothing but the id", async () => {
    const { orderId } = sale();
    expect(() => shop.deleteOrder({ shop: NORTH, orderId })).toThrow("neither cancelled nor");
    const cancelled = await during(() => shop.cancelOrder({ shop: NORTH, orderId }));
    expect(topicsOf(cancelled)).toEqual([
      "inventory_levels/update",
      "orders/cancelled",
      "orders/updated",
      "refunds/create",
    ]);
    const arrivals = await during(() => shop.deleteOrder({ shop: NORTH, orderId }));
    expect(arrivals.map(({ topic, raw }) => [topic, raw])).toEqual([
      ["orders/delete", `{"id":${orderId}}`],
    ]);
    expect(() => shop.deleteOrder({ shop: NORTH, orderId })).toThrow("has no Order");
  });

  it("follows a parcel: fulfillments/update and the order that carries it", async () => {
    const sku = newSku();
    const { orderId } = shop.sell({ shop: NORTH, sku, quantity: 2 });
    // Of two lines one is taken out: what ships is part of the order.
    const shipped = await during(() => shop.fulfill({ shop: NORTH, orderId }));
    expect(topicsOf(shipped)).toEqual([
      "fulfillments/create",
      "orders/fulfilled",
      "orders/updated",
    ]);
    const arrivals = await during(() =>
      shop.updateFulfillment({
        shop: NORTH,
        shipmentStatus: "in_transit",
        trackingNumber: "1Z999",
        trackingCompany: "UPS",
      }),
    );
    expect(topicsOf(arrivals)).toEqual(["fulfillments/update", "orders/updated"]);
    expect(only(arrivals, "fulfillments/update").body).toMatchObject({
      order_id: Number(orderId),
      status: "success",
      shipment_status: "in_transit",
      tracking_company: "UPS",
      tracking_number: "1Z999",
      line_items: [{ sku, quantity: 2 }],
    });
    expect(only(arrivals, "orders/updated").body).toMatchObject({
      fulfillments: [{ shipment_status: "in_transit" }],
    });
    const delivered = await during(() => shop.updateFulfillment({ shop: NORTH }));
    expect(only(delivered, "fulfillments/update").body).toMatchObject({
      shipment_status: "delivered",
    });
  });

  it("sends orders/partially_fulfilled while something is left to ship elsewhere", async () => {
    const sku = newSku();
    const [one, two] = stockOf(sku).levels.map(({ locationId }) => locationId);
    const { orderId } = shop.sell({ shop: NORTH, sku, quantity: 1, locationId: one ?? "" });
    const other = newSku(0);
    shop.setStock({ shop: NORTH, sku: other, locationId: two ?? "", available: 5 });
    shop.editOrder({ shop: NORTH, orderId, sku: other, quantity: 1 });
    const arrivals = await during(() => shop.fulfill({ shop: NORTH, orderId }));
    expect(only(arrivals, "orders/partially_fulfilled").body).toMatchObject({
      fulfillment_status: "partial",
    });
    const rest = await during(() => shop.fulfill({ shop: NORTH, orderId }));
    expect(only(rest, "orders/fulfilled").body).toMatchObject({ fulfillment_status: "fulfilled" });
  });
});

describe("customers", () => {
  it("deletes those who never ordered, in the body Shopify still has for them", async () => {
    const created = await during(() => shop.createCustomer({ shop: NORTH, firstName: "Bo" }));
    const customerId = String(only(created, "customers/create").body["id"]);
    const updated = await during(() =>
      shop.updateCustomer({ shop: NORTH, customerId, lastName: "Berg" }),
    );
    expect(only(updated, "customers/update").body).toMatchObject({
      first_name: "Bo",
      last_name: "Berg",
    });
    const arrivals = await during(() => shop.deleteCustomer({ shop: NORTH, customerId }));
    expect(topicsOf(arrivals)).toEqual(["customers/delete"]);
    expect(arrivals[0]?.body).toEqual({
      id: Number(customerId),
      phone: null,
      addresses: [],
      tax_exemptions: [],
      email_marketing_consent: null,
      sms_marketing_consent: null,
      admin_graphql_api_id: `gid://shopify/Customer/${customerId}`,
    });
    expect(shop.listCustomers({ shop: NORTH, search: "Bo Berg" })).toEqual([]);
  });

  it("keeps those with orders until the last of these is deleted", () => {
    const { customerId } = shop.createCustomer({ shop: NORTH });
    const { orderId } = shop.sell({ shop: NORTH, customerId });
    const go = () => shop.deleteCustomer({ shop: NORTH, customerId });
    expect(go).toThrow("customerId: a customer with orders cannot be deleted.");
    shop.cancelOrder({ shop: NORTH, orderId });
    shop.deleteOrder({ shop: NORTH, orderId });
    expect(go()).toMatchObject({ customerId });
  });
});

describe("products and what is stocked", () => {
  it("creates and deletes with everything below", async () => {
    let productId = "";
    const created = await during(() => {
      ({ productId } = shop.createProduct({ shop: NORTH, title: "Short-lived" }));
    });
    expect(topicsOf(created)).toEqual([
      "inventory_items/create",
      "inventory_levels/connect",
      "inventory_levels/update",
      "products/create",
    ]);
    const item = only(created, "inventory_items/create").body;
    expect(item).toMatchObject({ sku: expect.stringMatching(/^SMP-/) as string, tracked: true });
    const deleted = await during(() => shop.deleteProduct({ shop: NORTH, productId }));
    expect(only(deleted, "products/delete").raw).toBe(`{"id":${productId}}`);
    expect(only(deleted, "inventory_items/delete").body).toEqual({
      id: item["id"],
      country_code_of_origin: null,
      province_code_of_origin: null,
      harmonized_system_code: null,
      country_harmonized_system_codes: [],
      admin_graphql_api_id: item["admin_graphql_api_id"],
    });
    const gone = deleted.filter(({ topic }) => topic === "inventory_levels/disconnect");
    expect(gone).toHaveLength(2);
    const keys = gone.map(({ body }) => Object.keys(body));
    expect(keys).toEqual([
      ["inventory_item_id", "location_id"],
      ["inventory_item_id", "location_id"],
    ]);
  });

  it("renames an SKU: the item, and the product whose variant carries it", async () => {
    const sku = newSku();
    const arrivals = await during(() =>
      shop.editInventoryItem({ shop: NORTH, sku, newSku: `${sku}-B`, cost: "7.5" }),
    );
    expect(topicsOf(arrivals)).toEqual(["inventory_items/update", "products/update"]);
    const item = only(arrivals, "inventory_items/update").body;
    expect(item).toMatchObject({ sku: `${sku}-B`, cost: "7.50" });
    expect(only(arrivals, "products/update").body).toMatchObject({
      variants: [{ sku: `${sku}-B` }],
    });
    const cheaper = await during(() =>
      shop.editInventoryItem({ shop: NORTH, sku: `${sku}-B`, cost: "6" }),
    );
    expect(topicsOf(cheaper)).toEqual(["inventory_items/update"]);
    expect(() => shop.editInventoryItem({ shop: NORTH, sku: `${sku}-B` })).toThrow("newSku:");
  });

  it("stops stocking somewhere and starts again with what was there", async () => {
    const sku = newSku(12);
    const before = stockOf(sku);
    const [gone, kept] = before.levels;
    const place = { shop: NORTH, sku, locationId: gone?.locationId ?? "" };
    const off = await during(() => shop.disconnectStock(place));
    expect(off.map(({ topic, body }) => [topic, body])).toEqual([
      [
        "inventory_levels/disconnect",
        {
          inventory_item_id: Number(before.inventoryItemId),
          location_id: Number(gone?.locationId),
        },
      ],
    ]);
    expect(stockOf(sku).levels).toEqual([kept]);
    expect(() => shop.setStock({ ...place, available: 1 })).toThrow("is not stocked at");
    expect(() => shop.disconnectStock({ shop: NORTH, sku })).toThrow("minimum of 1 location");
    const on = await during(() => shop.connectStock({ shop: NORTH, sku }));
    expect(topicsOf(on)).toEqual(["inventory_levels/connect", "inventory_levels/update"]);
    expect(only(on, "inventory_levels/connect").body).toMatchObject({
      location_id: Number(gone?.locationId),
      available: 12,
      admin_graphql_api_id: expect.stringContaining("InventoryLevel") as string,
    });
    expect(stockOf(sku).levels).toEqual(before.levels);
    expect(() => shop.connectStock({ shop: NORTH, sku })).toThrow("is stocked everywhere already");
  });
});

describe("locations", () => {
  it("opens one, renames it, stocks it, closes it, opens it again, and deletes it", async () => {
    const created = await during(() => shop.createLocation({ shop: NORTH, name: "Annex" }));
    const body = only(created, "locations/create").body;
    expect(body).toMatchObject({ name: "Annex", active: true, country_code: "US", legacy: false });
    const locationId = String(body["id"]);
    expect(() => shop.createLocation({ shop: NORTH, name: "Annex" })).toThrow("name:");
    const renamed = await during(() =>
      shop.renameLocation({ shop: NORTH, locationId, name: "Annexe" }),
    );
    expect(only(renamed, "locations/update").body).toMatchObject({ name: "Annexe" });
    const sku = newSku();
    const stocked = await during(() => shop.disconnectStock({ shop: NORTH, sku, locationId }));
    expect(topicsOf(stocked)).toEqual(["inventory_levels/disconnect"]);
    const closed = await during(() => shop.deactivateLocation({ shop: NORTH, locationId }));
    expect(only(closed, "locations/deactivate").body).toMatchObject({
      id: body["id"],
      active: false,
    });
    const open = await during(() => shop.activateLocation({ shop: NORTH }));
    expect(only(open, "locations/activate").body).toMatchObject({ id: body["id"], active: true });
    expect(() => shop.deleteLocation({ shop: NORTH, locationId })).toThrow("while it is active");
    shop.deactivateLocation({ shop: NORTH, locationId });
    const deleted = await during(() => shop.deleteLocation({ shop: NORTH, locationId }));
    expect(only(deleted, "locations/delete").raw).toBe(`{"id":${locationId}}`);
  });

  it("moves stock and open orders to where they are to go", async () => {
    const { locationId } = shop.createLocation({ shop: NORTH, name: "Pier" });
    const sku = newSku(10);
    const [heir] = stockOf(sku).levels.map((level) => level.locationId);
    const { orderId } = shop.sell({ shop: NORTH, sku, quantity: 4, locationId });
    const arrivals = await during(() =>
      shop.deactivateLocation({ shop: NORTH, locationId, destinationLocationId: heir ?? "" }),
    );
    const levels = arrivals.filter(({ topic }) => topic === "inventory_levels/update");
    expect(levels.map(({ body }) => [String(body["location_id"]), body["available"]])).toEqual([
      [locationId, 0],
      [heir, 16],
    ]);
    expect(stockOf(sku).levels.map((level) => level.locationId)).not.toContain(locationId);
    const shipped = await during(() => shop.fulfill({ shop: NORTH, orderId }));
    expect(only(shipped, "fulfillments/create").body).toMatchObject({ location_id: Number(heir) });
    expect(first(stockOf(sku).levels)).toMatchObject({ available: 16, onHand: 16 });
    const deleted = await during(() => shop.deleteLocation({ shop: NORTH, locationId }));
    expect(topicsOf(deleted)).toEqual(["inventory_levels/disconnect", "locations/delete"]);
  });

  it("keeps the last one, and has room for ten", () => {
    const places = (shopRow = first(setting.twin.stores())) => shopRow.locations;
    const [one, two] = places().map(({ id }) => id);
    shop.deactivateLocation({ shop: NORTH, locationId: two ?? "" });
    expect(() => shop.deactivateLocation({ shop: NORTH, locationId: one ?? "" })).toThrow(
      "is the only location",
    );
    shop.activateLocation({ shop: NORTH });
    while (places().length < 10) shop.createLocation({ shop: NORTH });
    expect(() => shop.createLocation({ shop: NORTH })).toThrow("maximum number of locations (10)");
  });
});

it("sends every topic the app subscribes to, but the end of bulk operations, which it has none of", async () => {
  const customer = first(shop.listCustomers({ shop: NORTH, limit: 1 }));
  await during(() => {
    shop.renameShop({ shop: NORTH, name: "Renamed" });
    shop.setScopes({ shop: NORTH, scopes: ["read_orders"] });
    shop.dataRequest({ shop: NORTH, customerId: customer.customerId });
    shop.redact({ shop: NORTH, customerId: customer.customerId });
    sale();
  });
  await during(() => shop.uninstall({ shop: NORTH }));
  await during(() => shop.redact({ shop: NORTH }));
  const silent = appToml.subscriptions.filter(({ topic }) => !seen.has(topic));
  expect(silent.map(({ topic }) => topic)).toEqual(["bulk_operations/finish"]);
});
