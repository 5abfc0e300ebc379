import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Twin } from "#test/twin/types.ts";
import { at, type Client, first, installedClient, NORTH, startSmallTwin } from "./support.ts";

let twin: Twin;
let client: Client;
const lines: string[] = [];

beforeAll(async () => {
  twin = await startSmallTwin({ log: (line) => lines.push(line) });
  client = await installedClient(twin);
});
afterAll(() => twin.close());

const firstVariant = () => {
  const row = first(twin.operations.listStock({ shop: NORTH, limit: 1 }));
  return {
    productId: `gid://shopify/Product/${row.productId}`,
    variantId: `gid://shopify/ProductVariant/${row.variantId}`,
  };
};

describe("metafieldsSet", () => {
  const SET = `mutation Set($metafields: [MetafieldsSetInput!]!) {
    metafieldsSet(metafields: $metafields) {
      metafields { id namespace key value compareDigest ownerType }
      userErrors { field message code elementIndex }
    }
  }`;
  type Result = {
    metafields: { value: string; compareDigest: string; namespace: string }[];
    userErrors: { field: string[]; message: string; code: string }[];
  };
  const entry = (key: string, value: string, changes: object = {}) => ({
    ownerId: firstVariant().productId,
    namespace: "$app:sync",
    key,
    value,
    type: "single_line_text_field",
    ...changes,
  });
  const set = async (...metafields: object[]) =>
    at<Result>(await client(SET, { metafields }), "metafieldsSet");

  it("compares digests: text must match, null means it must not exist", async () => {
    const created = await set(entry("lock", "a", { compareDigest: null }));
    const digest = created.metafields[0]?.compareDigest;
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    expect(created.metafields[0]?.namespace).toMatch(/^app--\d+--sync$/);
    const stale = {
      field: ["metafields", "0"],
      message:
        "The resource has been updated since it was loaded. Try again with an updated `compareDigest` value.",
      code: "STALE_OBJECT",
      elementIndex: null,
    };
    expect(await set(entry("lock", "b", { compareDigest: null }))).toEqual({
      metafields: [],
      userErrors: [stale],
    });
    expect((await set(entry("lock", "b", { compareDigest: "0".repeat(64) }))).userErrors).toEqual([
      stale,
    ]);
    const updated = await set(entry("lock", "b", { compareDigest: digest }));
    expect(updated.userErrors).toEqual([]);
    expect(updated.metafields[0]?.compareDigest).not.toBe(digest);
    // An unchanged value passes whatever the digest says.
    expect((await set(entry("lock", "b", { compareDigest: "nonsense" }))).userErrors).toEqual([]);
    expect((await set(entry("new", "x", { compareDigest: "abc" }))).userErrors[0]).toMatchObject({
      message: "Invalid `compareDigest` value.",
      code: "INVALID_COMPARE_DIGEST",
    });
  });

  it("writes all or nothing, the last of a repeated key winning", async () => {
    const failed = await set(entry("good", "1"), entry("bad", "x", { type: "number_integer" }));
    expect(failed.userErrors).toEqual([
      {
        field: ["metafields", "1", "value"],
        message: "Value must be an integer.",
        code: "INVALID_VALUE",
        elementIndex: null,
      },
    ]);
    const read = await client(
      'query($id: ID!) { product(id: $id) { metafield(namespace: "$app:sync", key: "good") { id } } }',
      { id: firstVariant().productId },
    );
    expect(at(read, "product", "metafield")).toBeNull();
    const twice = await set(entry("twice", "1"), entry("twice", "2"));
    expect(twice.metafields.at(-1)?.value).toBe("2");
  });

  it("takes 25 entries and knows its owners", async () => {
    const many = Array.from({ length: 26 }, (_, index) => entry(`k${index}`, "1"));
    expect((await set(...many)).userErrors[0]?.code).toBe("LESS_THAN_OR_EQUAL_TO");
    const lost = entry("k", "1", { ownerId: "gid://shopify/Product/1" });
    expect((await set(lost)).userErrors[0]).toMatchObject({
      field: ["metafields", "0", "ownerId"],
      message: "Owner does not exist.",
    });
  });
});

describe("products, orders and customers", () => {
  it("updates a product and its variants", async () => {
    const { productId, variantId } = firstVariant();
    const body = await client(
      `mutation M($product: ProductUpdateInput!, $id: ID!, $variants: [ProductVariantsBulkInput!]!) {
        productUpdate(product: $product) { product { title tags } userErrors { field message } }
        productVariantsBulkUpdate(productId: $id, variants: $variants) {
          productVariants { price compareAtPrice barcode } userErrors { field message code }
        }
      }`,
      {
        product: { id: productId, title: "Renamed", tags: ["b", " a ", "A"] },
        id: productId,
        variants: [{ id: variantId, price: "19.5", compareAtPrice: "25", barcode: "123" }],
      },
    );
    expect(body.data).toEqual({
      productUpdate: { product: { title: "Renamed", tags: ["a", "b"] }, userErrors: [] },
      productVariantsBulkUpdate: {
        productVariants: [{ price: "19.50", compareAtPrice: "25.00", barcode: "123" }],
        userErrors: [],
      },
    });
  });

  it.each([
    [{ price: "-1" }, "GREATER_THAN_OR_EQUAL_TO", "price"],
    [
      { inventoryQuantities: [] },
      "NO_INVENTORY_QUANTITIES_ON_VARIANTS_UPDATE",
      "inventoryQuantities",
    ],
    [{ id: "gid://shopify/ProductVariant/1" }, "PRODUCT_VARIANT_DOES_NOT_EXIST", "id"],
  ])("refuses the variant change %j", async (change, code, field) => {
    const { productId, variantId } = firstVariant();
    const body = await client(
      `mutation M($id: ID!, $variants: [ProductVariantsBulkInput!]!) {
        productVariantsBulkUpdate(productId: $id, variants: $variants) {
          productVariants { id } userErrors { field message code }
        }
      }`,
      { id: productId, variants: [{ id: variantId, ...change }] },
    );
    expect(at(body, "productVariantsBulkUpdate", "userErrors", 0)).toMatchObject({
      field: ["variants", "0", field],
      code,
    });
  });

  it("adds and removes tags without regard to case", async () => {
    const { productId } = firstVariant();
    const change = async (name: string, tags: string[]) => {
      const body = await client(
        `mutation M($id: ID!, $tags: [String!]!) {
          ${name}(id: $id, tags: $tags) { node { id ... on Product { tags } } userErrors { message } }
        }`,
        { id: productId, tags },
      );
      return at<string[]>(body, name, "node", "tags");
    };
    expect(await change("tagsAdd", ["sale", "SALE", "x"])).toEqual(["a", "b", "sale", "x"]);
    expect(await change("tagsRemove", ["Sale", "A"])).toEqual(["b", "x"]);
    const missing = await client(
      'mutation { tagsAdd(id: "gid://shopify/Order/1", tags: ["x"]) { node { id } userErrors { field message } } }',
    );
    expect(at(missing, "tagsAdd", "userErrors")).toEqual([
      { field: ["id"], message: "Order does not exist" },
    ]);
  });

  it("updates orders, overwriting tags and attributes, and customers", async () => {
    const { orderId } = twin.operations.sell({ shop: NORTH });
    const customers = twin.operations.listCustomers({ shop: NORTH });
    const [customer, other] = [first(customers), first(customers.slice(1))];
    const MUTATION = `mutation M($order: OrderInput!, $customer: CustomerInput!) {
      orderUpdate(input: $order) {
        order { note tags customAttributes { key value } } userErrors { field message }
      }
      customerUpdate(input: $customer) {
        customer { firstName note } userErrors { field message }
      }
    }`;
    const id = `gid://shopify/Customer/${customer.customerId}`;
    const body = await client(MUTATION, {
      order: {
        id: `gid://shopify/Order/${orderId}`,
        note: "call first",
        tags: ["vip"],
        customAttributes: [{ key: "source", value: "erp" }],
      },
      customer: { id, firstName: "Renamed", note: "likes tea" },
    });
    expect(body.data).toEqual({
      orderUpdate: {
        order: {
          note: "call first",
          tags: ["vip"],
          customAttributes: [{ key: "source", value: "erp" }],
        },
        userErrors: [],
      },
      customerUpdate: { customer: { firstName: "Renamed", note: "likes tea" }, userErrors: [] },
    });
    const refused = await client(MUTATION, {
      order: { id: "gid://shopify/Order/1" },
      customer: { id, email: other.email },
    });
    expect(at(refused, "orderUpdate", "userErrors", 0, "message")).toBe("Order does not exist");
    expect(at(refused, "customerUpdate", "userErrors", 0)).toEqual({
      field: ["email"],
      message: "Email has already been taken",
    });
  });
});

describe("fulfillment holds", () => {
  const HOLD = `mutation Hold($id: ID!, $hold: FulfillmentOrderHoldInput!) {
    fulfillmentOrderHold(id: $id, fulfillmentHold: $hold) {
      fulfillmentHold { id handle } fulfillmentOrder { id status } userErrors { field message code }
    }
  }`;
  const RELEASE = `mutation Release($id: ID!, $holdIds: [ID!]) {
    fulfillmentOrderReleaseHold(id: $id, holdIds: $holdIds) {
      fulfillmentOrder { status fulfillmentHolds { id } } userErrors { field code }
    }
  }`;

  it("holds by handle once, and releases by id", async () => {
    const { orderId } = twin.operations.sell({ shop: NORTH });
    const order = await client(
      "query($id: ID!) { order(id: $id) { fulfillmentOrders(first: 1) { nodes { id } } } }",
      { id: `gid://shopify/Order/${orderId}` },
    );
    const id = at<string>(order, "order", "fulfillmentOrders", "nodes", 0, "id");
    const hold = { reason: "INVENTORY_OUT_OF_STOCK", handle: "sync-1" };
    const held = await client(HOLD, { id, hold });
    expect(at(held, "fulfillmentOrderHold", "fulfillmentOrder", "status")).toBe("ON_HOLD");
    const again = await client(HOLD, { id, hold });
    expect(at(again, "fulfillmentOrderHold", "userErrors", 0)).toMatchObject({
      field: ["fulfillmentHold", "handle"],
      code: "DUPLICATE_FULFILLMENT_HOLD_HANDLE",
    });
    const second = await client(HOLD, { id, hold: { ...hold, handle: "sync-2" } });
    const holdId = at<string>(second, "fulfillmentOrderHold", "fulfillmentHold", "id");
    const released = await client(RELEASE, { id, holdIds: [holdId] });
    expect(at(released, "fulfillmentOrderReleaseHold", "fulfillmentOrder")).toMatchObject({
      status: "ON_HOLD",
      fulfillmentHolds: [expect.anything()],
    });
    const rest = await client(RELEASE, { id, holdIds: null });
    expect(at(rest, "fulfillmentOrderReleaseHold", "fulfillmentOrder")).toEqual({
      status: "OPEN",
      fulfillmentHolds: [],
    });
    const missing = await client(HOLD, { id: "gid://shopify/FulfillmentOrder/1", hold });
    expect(at(missing, "fulfillmentOrderHold", "userErrors", 0, "code")).toBe(
      "FULFILLMENT_ORDER_NOT_FOUND",
    );
  });
});

describe("webhook subscriptions made by the API", () => {
  const CREATE = `mutation Create($topic: WebhookSubscriptionTopic!, $input: WebhookSubscriptionInput!) {
    webhookSubscriptionCreate(topic: $topic, webhookSubscription: $input) {
      webhookSubscription { id topic uri name filter includeFields format apiVersion { handle } }
      userErrors { field message }
    }
  }`;
  const create = (input: object) => client(CREATE, { topic: "INVENTORY_LEVELS_UPDATE", input });

  it("creates, lists, updates and deletes", async () => {
    const uri = "https://hooks.example.com/a";
    const made = await create({ uri, name: "stock", includeFields: ["available", "updated_at"] });
    const id = at<string>(made, "webhookSubscriptionCreate", "webhookSubscription", "id");
    expect(at(made, "webhookSubscriptionCreate", "webhookSubscription")).toMatchObject({
      topic: "INVENTORY_LEVELS_UPDATE",
      uri,
      name: "stock",
      format: "JSON",
      apiVersion: { handle: "2026-10" },
    });
    const listed = await client(
      "{ webhookSubscriptions(first: 5, topics: [INVENTORY_LEVELS_UPDATE]) { nodes { id } } webhookSubscriptionsCount { count } }",
    );
    expect(at(listed, "webhookSubscriptions", "nodes")).toEqual([{ id }]);
    const moved = await client(
      `mutation($id: ID!, $input: WebhookSubscriptionInput!) {
        webhookSubscriptionUpdate(id: $id, webhookSubscription: $input) {
          webhookSubscription { uri } userErrors { message }
        }
      }`,
      { id, input: { uri: "https://hooks.example.com/b" } },
    );
    expect(at(moved, "webhookSubscriptionUpdate", "webhookSubscription", "uri")).toBe(
      "https://hooks.example.com/b",
    );
    const gone = await client(
      "mutation($id: ID!) { webhookSubscriptionDelete(id: $id) { deletedWebhookSubscriptionId userErrors { message } } }",
      { id },
    );
    expect(at(gone, "webhookSubscriptionDelete", "deletedWebhookSubscriptionId")).toBe(id);
  });

  it.each([
    [{ uri: "http://hooks.example.com/a" }, "Address protocol http:// is not supported"],
    [{ uri: "ftp://hooks.example.com/a" }, "Address protocol ftp:// is not supported"],
    [{ uri: "https://x.myshopify.com/a" }, "Address cannot be a Shopify or an internal domain"],
    [{ uri: "not a url" }, "Address is invalid"],
  ])("refuses %j", async (input, message) => {
    const body = await create(input);
    expect(at(body, "webhookSubscriptionCreate", "userErrors")).toEqual([
      { field: ["webhookSubscription", "callbackUrl"], message },
    ]);
  });

  it("refuses an address twice for one topic", async () => {
    const input = { uri: "https://hooks.example.com/twice" };
    await create(input);
    expect(at(await create(input), "webhookSubscriptionCreate", "userErrors", 0, "message")).toBe(
      "Address for this topic has already been taken",
    );
  });
});

describe("flowTriggerReceive", () => {
  it("logs the trigger and limits its payload", async () => {
    const FIRE = `mutation Fire($handle: String!, $payload: JSON) {
      flowTriggerReceive(handle: $handle, payload: $payload) { userErrors { field message } }
    }`;
    const fired = await client(FIRE, { handle: "discrepancy", payload: { product_id: 1 } });
    expect(at(fired, "flowTriggerReceive", "userErrors")).toEqual([]);
    expect(lines.join("\n")).toContain(
      'flow trigger discrepancy in north.myshopify.com: {"product_id":1}',
    );
    const big = await client(FIRE, {
      handle: "discrepancy",
      payload: { text: "x".repeat(50_001) },
    });
    expect(at(big, "flowTriggerReceive", "userErrors", 0, "message")).toContain("50000 bytes");
  });
});

it("says which mutations it cannot do instead of pretending", async () => {
  const { errors } = await client(
    'mutation { productReorderMedia(id: "gid://shopify/Product/1", moves: []) { mediaUserErrors { message } } }',
  );
  expect(errors?.[0]?.message).toContain("Mutation.productReorderMedia");
});
