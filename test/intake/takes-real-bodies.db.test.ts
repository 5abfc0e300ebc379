import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { getEvent, listEvents, readEventBody } from "#app/events/index.server.ts";
import { createLogger } from "#app/observability/index.server.ts";
import { openQueue, type Queue } from "#app/queue/index.server.ts";
import { type TestDatabase, testDatabase } from "#test/support/database.ts";
import {
  type Door,
  doorVault,
  installedShop,
  jobsOf,
  openDoor,
  send,
  triggeredAt,
} from "./door.ts";
import { type SampleBody, sampleBodies } from "./shared-samples.ts";

/** What becomes of a topic: [type, kind of resource, whether it is a deletion], or how it ends. */
const promised: Readonly<Record<string, readonly [string, string, boolean?] | "kept">> = {
  "inventory_levels/update": ["inventory_level.updated", "InventoryLevel"],
  "products/update": ["product.updated", "Product"],
  "products/delete": ["product.deleted", "Product", true],
  "orders/create": ["order.created", "Order"],
  "orders/updated": ["order.updated", "Order"],
  "orders/cancelled": ["order.updated", "Order"],
  "orders/paid": ["order.updated", "Order"],
  "customers/create": ["customer.created", "Customer"],
  "customers/update": ["customer.updated", "Customer"],
  "customers/delete": ["customer.deleted", "Customer", true],
  "fulfillments/create": ["fulfillment.created", "Fulfillment"],
  "fulfillments/update": ["fulfillment.updated", "Fulfillment"],
  "inventory_items/update": "kept",
  "shop/update": "kept",
  "app/uninstalled": "kept",
  "customers/data_request": "kept",
  "customers/redact": "kept",
};

let database: TestDatabase;
let queue: Queue;
let door: Door;

beforeAll(async () => {
  database = await testDatabase();
  queue = await openQueue({
    url: database.url,
    log: createLogger("test", "silent"),
    vault: doorVault,
    role: "web",
  });
  door = await openDoor(database.db, queue);
});

afterAll(async () => {
  await door.close();
  await queue.stop(100);
  await database.close();
});

/** Privacy law's topics name the store in the body too; another store's are refused. */
function addressedTo(shop: string, topic: string, body: Buffer): Buffer {
  if (!topic.startsWith("customers/")) return body;
  return Buffer.from(
    body.toString("utf8").replace(/("shop_domain":\s*)"[^"]*"/, `$1${JSON.stringify(shop)}`),
  );
}

/** Sends a body and returns what was stored of it. */
async function deliver(topic: string, sample: Buffer) {
  const shop = await installedShop(database.db);
  const body = addressedTo(shop, topic, sample);
  const answer = await send(door, { shop, topic, body });
  expect(answer.status).toBe(200);
  const { items } = await listEvents(database.db, shop, {}, { limit: 10 });
  expect(items).toHaveLength(1);
  const [event] = items;
  if (!event) throw new Error("no event");
  const stored = await readEventBody(database.db, doorVault, shop, event.id, { masked: false });
  return { shop, event, body, text: stored?.text };
}

/** The resource as the body names it; an id too large for a float is read from the text. */
function resourceIn(body: Buffer, kind: string): string {
  const text = body.toString("utf8");
  const { id, admin_graphql_api_id: gid } = JSON.parse(text) as {
    id?: number;
    admin_graphql_api_id?: string;
  };
  const digits = Number.isSafeInteger(id) ? String(id) : /^\{\s*"id": ?(\d+)/.exec(text)?.[1];
  return gid ?? `gid://shopify/${kind}/${digits ?? "none"}`;
}

function versionIn(body: Buffer, deletion = false): string {
  const { updated_at: stated } = JSON.parse(body.toString("utf8")) as { updated_at?: string };
  return deletion ? triggeredAt : (stated ?? triggeredAt);
}

// An order to forget a store is no event of that store (`test/privacy/`).
const samples = sampleBodies().filter((sample) => sample.topic !== "shop/redact");

describe.skipIf(samples.length === 0)("a real body", () => {
  it.each(samples.map((sample): [string, SampleBody] => [sample.file, sample]))(
    "of %s is stored byte for byte as what it is",
    async (_file, { topic, body: sample }) => {
      const { shop, event, body, text } = await deliver(topic, sample);
      expect(text).toBe(body.toString("utf8"));
      const rule = promised[topic];
      if (rule === undefined) {
        expect(event).toMatchObject({ topic, status: "ignored", type: null, resource: null });
        expect(event.reason).toMatch(/.+ .+\.$/);
        expect(await jobsOf(database.db, shop)).toBe(0);
        return;
      }
      expect(event).toMatchObject({ topic, status: "received", reason: null });
      expect(await jobsOf(database.db, shop)).toBe(1);
      if (rule === "kept") {
        expect(event).toMatchObject({ type: null, resource: null });
        return;
      }
      const [type, kind, deletion] = rule;
      expect(event).toMatchObject({
        type,
        resource: {
          type: kind,
          id: resourceIn(body, kind),
          version: versionIn(body, deletion),
        },
      });
    },
  );
});

describe("a body of our own", () => {
  it("with an id beyond 2^53 and no gid keeps every digit", async () => {
    const { event } = await deliver("products/delete", Buffer.from('{"id": 788032119674292923}'));
    expect(event.resource).toMatchObject({
      id: "gid://shopify/Product/788032119674292923",
      version: triggeredAt,
    });
  });

  it("keeps the nanoseconds of its version, and the time it happened", async () => {
    const stamp = "2026-11-23T10:00:00.987654321-05:00";
    const { shop, event } = await deliver(
      "orders/create",
      Buffer.from(`{"id":7,"updated_at":"${stamp}"}`),
    );
    expect(event.resource?.version).toBe(stamp);
    // Postgres keeps microseconds, a JavaScript date milliseconds.
    const detail = await getEvent(database.db, shop, event.id);
    expect(detail?.triggeredAt).toBe("2026-11-23T15:00:00.123Z");
  });

  it("in another alphabet comes back as it was", async () => {
    const body = Buffer.from('{"id":7,"first_name":"Zażółć 東京 🦞\\u0000","updated_at":null}');
    const { event, text } = await deliver("customers/update", body);
    expect(text).toBe(body.toString("utf8"));
    expect(event).toMatchObject({ status: "received", resource: { version: triggeredAt } });
  });
});
