import { randomUUID } from "node:crypto";
import { print } from "graphql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listDiscrepancies } from "#app/discrepancies/index.server.ts";
import { pendingEchoes } from "#app/mirror/index.server.ts";
import {
  ShopifyQueryError,
  type Shopify,
  ShopifyUnavailableError,
} from "#app/shopify/index.server.ts";
import { writeBack } from "#app/write-back/index.server.ts";
import {
  at,
  type Client,
  installedClient,
  NORTH,
  startSmallTwin,
} from "#test/twin-conformance/support.ts";
import type { Twin } from "#test/twin/types.ts";
import { createRig, holdJobs, type Rig } from "#test/worker/rig.ts";

const held = holdJobs();
let rig: Rig;
let twin: Twin;
let client: Client;
let shop: string;
let products: { id: string; variantId: string }[];

beforeAll(async () => {
  [rig, twin] = await Promise.all([createRig(), startSmallTwin({ skusPerStore: 120 })]);
  client = await installedClient(twin);
  shop = await rig.installedShop();
  const answer = await client(
    "{ products(first: 30) { nodes { id variants(first: 1) { nodes { id } } } } }",
  );
  type Node = { id: string; variants: { nodes: { id: string }[] } };
  products = at<Node[]>(answer, "products", "nodes").map(({ id, variants }) => ({
    id,
    variantId: variants.nodes[0]?.id ?? "",
  }));
});
afterAll(() => Promise.all([rig.close(), twin.close()]));

/** A product no other test touches. */
function takeProduct() {
  const product = products.shift();
  if (!product) throw new Error("the twin has too few products");
  return product;
}

type Ask = (answer: () => Promise<unknown>) => Promise<unknown>;

/** The twin as the app's client sees it; `around` is put around every write. */
function shopify(around: Ask = (answer) => answer()) {
  const writes: object[] = [];
  const graphql = (async (
    _shop: string,
    document: Parameters<typeof print>[0],
    variables: object,
  ) => {
    const text = print(document);
    const ask = async () => (await client(text, { ...variables })).data;
    if (!text.startsWith("mutation")) return ask();
    writes.push(variables);
    return around(ask);
  }) as Shopify["graphql"];
  return { graphql, writes };
}

const types = { products: "Product", pricing: "ProductVariant", customers: "Customer" } as const;
const others = { orders: "Order", fulfillments: "Fulfillment" } as const;
const typeOf = { ...types, ...others };

function jobFor(
  domain: keyof typeof typeOf,
  id: string,
  set: Record<string, string | null>,
  more: object = {},
) {
  return {
    shop,
    eventId: randomUUID(),
    reason: "system_change" as const,
    systemId: "sys_1",
    domain,
    resource: { type: typeOf[domain], id },
    set,
    observedAt: "2026-11-23T12:00:00Z",
    correlationId: "correlation-1",
    traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    ...more,
  };
}

type Job = Omit<ReturnType<typeof jobFor>, "reason"> & { reason: "system_change" | "revert" };

const write = (job: Job, sent = shopify(), clock = rig.clock) =>
  writeBack({ ...rig, enqueue: held.enqueue, clock, shopify: sent }, job);

const gid = (type: string, id: string) => `gid://shopify/${type}/${id}`;
const echoes = (id: string) => rig.db.transaction((tx) => pendingEchoes(tx, shop, [id]));
const complaints = async (resource: string) =>
  (await listDiscrepancies(rig, shop, { resource }, { limit: 10 })).items;

async function intentOf({ eventId }: Job) {
  const { rows } = await rig.db.query<{ status: string; generation: number; outcome: string }>(
    "SELECT status, generation, outcome FROM write_intents WHERE shop = $1 AND event_id = $2",
    [shop, eventId],
  );
  return rows[0];
}

const productOf = async (id: string) =>
  at<{ title: string; tags: string[] }>(
    await client("query P($id: ID!) { product(id: $id) { title tags } }", { id }),
    "product",
  );

describe("a write of a record", () => {
  it("sets what differs, and its echo is waited for", async () => {
    const { id } = takeProduct();
    const job = jobFor("products", id, { title: "From the PIM", tags: "new, autumn" });
    const sent = shopify();
    await write(job, sent);
    expect(await productOf(id)).toEqual({ title: "From the PIM", tags: ["autumn", "new"] });
    expect(await intentOf(job)).toMatchObject({ status: "applied", generation: 1 });
    expect(await echoes(id)).toMatchObject([{ fields: ["tags", "title"] }]);
    await write(job, sent);
    await write(jobFor("products", id, { title: "From the PIM" }), sent);
    expect(sent.writes).toHaveLength(1);
  });

  it("sets a price, and takes a compare-at price away", async () => {
    const { variantId } = takeProduct();
    await write(jobFor("pricing", variantId, { price: "12.9", compareAtPrice: "20" }));
    const prices = async () =>
      at(
        await client("query V($id: ID!) { productVariant(id: $id) { price compareAtPrice } }", {
          id: variantId,
        }),
        "productVariant",
      );
    expect(await prices()).toEqual({ price: "12.90", compareAtPrice: "20.00" });
    await write(jobFor("pricing", variantId, { compareAtPrice: null }));
    expect(await prices()).toEqual({ price: "12.90", compareAtPrice: null });
  });

  it("sets a customer, an order and a shipment", async () => {
    const made = twin.operations.createCustomer({ shop: NORTH });
    const customerId = gid("Customer", made.customerId);
    await write(jobFor("customers", customerId, { firstName: "Ada", note: "VIP", tags: "b2b" }));
    const customer = await client(
      "query C($id: ID!) { customer(id: $id) { firstName note tags } }",
      { id: customerId },
    );
    expect(at(customer, "customer")).toEqual({ firstName: "Ada", note: "VIP", tags: ["b2b"] });

    twin.operations.sell({ shop: NORTH, quantity: 1 });
    const shipped = twin.operations.fulfill({ shop: NORTH });
    const orderId = gid("Order", shipped.orderId);
    const fulfillmentId = gid("Fulfillment", shipped.fulfillmentId);
    await write(jobFor("orders", orderId, { note: "Leave at the door" }));
    const order = await client("query O($id: ID!) { order(id: $id) { note } }", { id: orderId });
    expect(at(order, "order", "note")).toBe("Leave at the door");

    await write(jobFor("fulfillments", fulfillmentId, { trackingNumber: "1Z999" }));
    const shipment = await client(
      "query F($id: ID!) { fulfillment(id: $id) { trackingInfo(first: 1) { number } } }",
      { id: fulfillmentId },
    );
    expect(at(shipment, "fulfillment", "trackingInfo")).toEqual([{ number: "1Z999" }]);
  });

  it("of a record that is gone, or that Shopify refuses, ends, and somebody is told", async () => {
    const gone = jobFor("products", "gid://shopify/Product/1", { title: "x" });
    await write(gone);
    expect(await intentOf(gone)).toMatchObject({ status: "dead" });

    const { id } = takeProduct();
    const long = jobFor("products", id, { title: "x".repeat(300) });
    await write(long);
    expect(await intentOf(long)).toMatchObject({
      status: "dead",
      outcome: expect.stringContaining("too long") as string,
    });
    expect(await complaints(id)).toMatchObject([{ kind: "write_conflict" }]);
    expect(await echoes(id)).toEqual([]);
  });

  it("that Shopify does not allow yet says what to do", async () => {
    const { id } = takeProduct();
    const job = jobFor("products", id, { title: "x" });
    const denied = shopify(() => {
      const problem = { code: "ACCESS_DENIED", message: "Access denied", path: "productUpdate" };
      throw new ShopifyQueryError(shop, [problem]);
    });
    await write(job, denied);
    expect((await intentOf(job))?.outcome).toContain("allow it on the Ownership screen");
  });
});

describe("a write that meets another", () => {
  it("which comes right after it is seen, and it goes again", async () => {
    const { id } = takeProduct();
    let met = false;
    const sent = shopify(async (answer) => {
      const answered = await answer();
      if (!met) twin.operations.editProduct({ shop: NORTH, productId: id, title: "Somebody's" });
      met = true;
      return answered;
    });
    const job = jobFor("products", id, { title: "The owner's" });
    await write(job, sent);
    expect((await productOf(id)).title).toBe("The owner's");
    expect(await intentOf(job)).toMatchObject({ status: "applied", generation: 2 });
  });

  it("on its way to the same record waits", async () => {
    const { id } = takeProduct();
    const first = jobFor("products", id, { title: "First" });
    const second = jobFor(
      "products",
      id,
      { title: "Second" },
      { observedAt: "2026-11-23T13:00:00Z" },
    );
    let refused: unknown;
    await write(
      first,
      shopify(async (answer) => {
        refused = await write(second).catch((error: unknown) => error);
        return answer();
      }),
    );
    expect(String(refused)).toContain("another write to the same record");
    await write(second);
    expect((await productOf(id)).title).toBe("Second");
  });

  it("cannot overtake it, where Shopify lets later writes pass earlier ones", async () => {
    const { id } = takeProduct();
    const later = { observedAt: "2026-11-23T13:00:00Z" };
    const second = jobFor("products", id, { title: "Second" }, later);
    twin.operations.faults({ overtakenWrites: 100 });
    let refused: unknown;
    await write(
      jobFor("products", id, { title: "First" }),
      shopify(async (answer) => {
        const answered = answer();
        refused = await write(second).catch((error: unknown) => error);
        return answered;
      }),
    );
    expect(String(refused)).toContain("another write to the same record");
    twin.operations.faults({ overtakenWrites: 0 });
    await write(second);
    expect((await productOf(id)).title).toBe("Second");
  });

  it("that is newer wins, in whatever order they come", async () => {
    const { id } = takeProduct();
    const older = jobFor("products", id, { title: "Older" });
    const newer = jobFor(
      "products",
      id,
      { title: "Newer" },
      { observedAt: "2026-11-23T13:00:00Z" },
    );
    await write(newer);
    await write(older);
    expect((await productOf(id)).title).toBe("Newer");
    expect(await intentOf(older)).toMatchObject({ status: "superseded" });
    expect(await complaints(id)).toEqual([]);
    // Of another field it is not older: nothing newer was said about that.
    await write(jobFor("products", id, { vendor: "Acme" }));
  });

  it("of the owner is not undone by an older wish to put a value back", async () => {
    const { id } = takeProduct();
    const back = jobFor(
      "products",
      id,
      { title: "Before" },
      { reason: "revert", observedAt: undefined, basedOnVersion: "2026-11-23T12:30:00Z" },
    );
    const dies = () => {
      throw new ShopifyUnavailableError(shop, "no answer");
    };
    await expect(write(back, shopify(dies))).rejects.toThrow("no answer");
    const later = { now: () => Date.now() + 3 * 60_000 };
    await write(jobFor("products", id, { title: "The owner's" }), shopify(), later);
    await write(back, shopify(), later);
    expect((await productOf(id)).title).toBe("The owner's");
    expect(await intentOf(back)).toMatchObject({ status: "superseded" });
  });

  it("forever ends in one discrepancy, not in a loop", async () => {
    const { id } = takeProduct();
    const jobs = Array.from({ length: 5 }, (_, index) =>
      jobFor(
        "products",
        id,
        { title: "The owner's" },
        { reason: "revert", observedAt: undefined, basedOnVersion: `2026-11-23T12:0${index}:00Z` },
      ),
    );
    for (const job of jobs) {
      twin.operations.editProduct({ shop: NORTH, productId: id, title: "The other app's" });
      await write(job);
    }
    const ends = await Promise.all(jobs.map(async (job) => (await intentOf(job))?.status));
    expect(ends).toEqual(["applied", "applied", "applied", "conflict", "conflict"]);
    expect((await productOf(id)).title).toBe("The other app's");
    const [found, ...more] = await complaints(id);
    expect(more).toEqual([]);
    expect(found?.cause).toContain("put it back 3 times");
    // A person who decides is not held up by that.
    const decided = jobFor("products", id, { title: "The owner's" }, { reason: "revert" });
    await write(decided);
    expect(await intentOf(decided)).toMatchObject({ status: "applied" });
  });
});

describe("a write that is cut off", () => {
  it("after it was made, its answer lost, is recognised as made, with its echo", async () => {
    const { id } = takeProduct();
    const job = jobFor("products", id, { title: "Once" });
    const lost = shopify(async (answer) => {
      await answer();
      throw new ShopifyUnavailableError(shop, "no answer");
    });
    await expect(write(job, lost)).rejects.toThrow("no answer");
    const again = shopify();
    await write(job, again);
    expect(again.writes).toEqual([]);
    expect(await intentOf(job)).toMatchObject({ status: "applied", generation: 1 });
    expect(await echoes(id)).toHaveLength(1);
  });

  it("before it was sent is made by the next run", async () => {
    const { id } = takeProduct();
    const job = jobFor("products", id, { title: "Once" });
    const dies = () => {
      throw new ShopifyUnavailableError(shop, "no answer");
    };
    await expect(write(job, shopify(dies))).rejects.toThrow("no answer");
    await write(job);
    expect((await productOf(id)).title).toBe("Once");
    expect(await intentOf(job)).toMatchObject({ status: "applied", generation: 2 });
  });
});
