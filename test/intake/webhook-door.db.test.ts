import { noTracing } from "#app/observability/index.server.ts";
import { createHmac, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, request as httpRequest, type Server } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Database, openDatabase, systemClock } from "#app/db.server.ts";
import { listEvents, readEventBody } from "#app/events/index.server.ts";
import { createIntake, webhookListener } from "#app/intake/index.server.ts";
import { createCounters, createLogger } from "#app/observability/index.server.ts";
import { openQueue, type Queue } from "#app/queue/index.server.ts";
import { installShop } from "#app/shops/index.server.ts";
import { createVault } from "#app/vault/index.server.ts";
import { type TestDatabase, testDatabase } from "#test/support/database.ts";

const secret = "current-secret";
const previousSecret = "previous-secret";
const log = createLogger("test", "silent");
const vault = createVault([Buffer.alloc(32, 3)]);
let database: TestDatabase;
let queue: Queue;
let server: Server;
let url: string;

async function serve(db: Database): Promise<Server> {
  const intake = createIntake({
    db,
    queue,
    vault,
    clock: systemClock,
    counters: createCounters(),
    log,
    tracing: noTracing,
    secrets: [secret, previousSecret],
  });
  const started = createServer(webhookListener(intake)).listen(0, "127.0.0.1");
  await once(started, "listening");
  return started;
}

const urlOf = (listening: Server) =>
  `http://127.0.0.1:${String((listening.address() as AddressInfo).port)}/webhooks`;

beforeAll(async () => {
  database = await testDatabase();
  queue = await openQueue({ url: database.url, log, vault, role: "web" });
  server = await serve(database.db);
  url = urlOf(server);
});

afterAll(async () => {
  server.close();
  server.closeAllConnections();
  await queue.stop(100);
  await database.close();
});

async function installedShop(): Promise<string> {
  const shop = `shop-${randomUUID().slice(0, 8)}.myshopify.com`;
  await database.db.transaction((tx) => installShop(tx, shop, "", Date.now()));
  return shop;
}

const level = (available: number) =>
  `{"inventory_item_id":271878346596884015,"location_id":24826418,"available":${String(available)},` +
  `"updated_at":"2026-11-23T10:00:00-05:00","admin_graphql_api_id":"gid:\\/\\/shopify\\/InventoryLevel\\/523463154?inventory_item_id=271878346596884015"}`;

interface Sending {
  readonly shop?: string;
  readonly topic?: string;
  readonly id?: string;
  readonly body?: string | Buffer;
  readonly signedWith?: string;
  readonly headers?: Record<string, string | undefined>;
}

function post(sending: Sending, to = url): Promise<Response> {
  const body = Buffer.from(sending.body ?? level(1));
  const signature = createHmac("sha256", sending.signedWith ?? secret)
    .update(body)
    .digest("base64");
  const headers = {
    "x-shopify-topic": sending.topic ?? "inventory_levels/update",
    "x-shopify-shop-domain": sending.shop,
    "x-shopify-webhook-id": sending.id ?? randomUUID(),
    "x-shopify-hmac-sha256": signature,
    "x-shopify-triggered-at": "2026-11-23T15:00:00.123456789Z",
    ...sending.headers,
  };
  const sent = Object.entries(headers).filter((entry): entry is [string, string] =>
    Boolean(entry[1]),
  );
  return fetch(to, { method: "POST", body, headers: Object.fromEntries(sent) });
}

async function eventsOf(shop: string) {
  return (await listEvents(database.db, shop, {}, { limit: 100 })).items;
}

async function jobsOf(shop: string): Promise<number> {
  const { rows } = await database.db.query<{ count: string }>(
    "SELECT count(*) AS count FROM pgboss.job WHERE data->>'shop' = $1",
    [shop],
  );
  return Number(rows[0]?.count);
}

describe("a signed webhook", () => {
  it("is stored with its job before the answer", async () => {
    const shop = await installedShop();
    expect((await post({ shop })).status).toBe(200);
    const [event] = await eventsOf(shop);
    expect(event).toMatchObject({
      status: "received",
      type: "inventory_level.updated",
      duplicates: 0,
    });
    expect(await jobsOf(shop)).toBe(1);
  });

  it("counts once, though two hundred of it arrive in the same moment", async () => {
    const shop = await installedShop();
    const id = randomUUID();
    const answers = await Promise.all(Array.from({ length: 200 }, () => post({ shop, id })));
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200]));
    const events = await eventsOf(shop);
    expect(events.map((event) => event.duplicates)).toEqual([199]);
    expect(await jobsOf(shop)).toBe(1);
  });

  it("is known again by its id, whatever else differs", async () => {
    const shop = await installedShop();
    const id = randomUUID();
    await post({ shop, id, body: level(1) });
    await post({ shop, id, body: level(2), topic: "products/update" });
    expect((await eventsOf(shop)).map((event) => event.topic)).toEqual(["inventory_levels/update"]);
  });

  it("keeps every digit of its ids and every byte of its body, sealed", async () => {
    const shop = await installedShop();
    await post({ shop, body: level(45) });
    const [event] = await eventsOf(shop);
    expect(event?.resource?.id).toBe(
      "gid://shopify/InventoryLevel/523463154?inventory_item_id=271878346596884015",
    );
    const id = event?.id ?? "";
    const body = await readEventBody(database.db, vault, shop, id, { masked: false });
    expect(body?.text).toBe(level(45));
    const masked = await readEventBody(database.db, vault, shop, id, { masked: true });
    expect(masked?.text).toContain("271878346596884015");
    const { rows } = await database.db.query<{ body: Buffer }>(
      "SELECT body FROM event_bodies WHERE event_id = $1::uuid",
      [id],
    );
    expect(rows[0]?.body.includes("inventory_item_id")).toBe(false);
  });

  it("may be signed with the previous secret", async () => {
    const shop = await installedShop();
    expect((await post({ shop, signedWith: previousSecret })).status).toBe(200);
    expect(await eventsOf(shop)).toHaveLength(1);
  });

  it("of the Events family is taken by its own headers", async () => {
    const shop = await installedShop();
    const body = JSON.stringify({
      topic: "Product",
      action: "update",
      handle: "product-changes",
      data: { product: { id: "gid://shopify/Product/7", updatedAt: "2026-11-23T15:00:00Z" } },
    });
    const answer = await post({
      shop,
      body,
      headers: {
        "x-shopify-topic": undefined,
        "x-shopify-shop-domain": undefined,
        "x-shopify-webhook-id": undefined,
        "x-shopify-hmac-sha256": undefined,
        "shopify-topic": "Product",
        "shopify-action": "update",
        "shopify-handle": "product-changes",
        "shopify-shop-domain": shop,
        "shopify-webhook-id": randomUUID(),
        "shopify-hmac-sha256": createHmac("sha256", secret).update(body).digest("base64"),
      },
    });
    expect(answer.status).toBe(200);
    expect(await eventsOf(shop)).toMatchObject([
      { type: "product.updated", resource: { id: "gid://shopify/Product/7" } },
    ]);
  });

  it.each([
    ["not JSON", "{", "The body is not JSON."],
    ["a list", "[]", "The body is JSON, but not an object."],
    ["nothing to tell the resource by", "{}", "admin_graphql_api_id"],
    ["nested a hundred thousand deep", `{"a":${"[".repeat(1e5)}${"]".repeat(1e5)}}`, ""],
  ])("whose body is %s is kept and dead-lettered with the reason", async (_case, body, reason) => {
    const shop = await installedShop();
    expect((await post({ shop, body })).status).toBe(200);
    const [event] = await eventsOf(shop);
    expect(event?.status).toBe("dead");
    expect(event?.reason).toContain(reason);
    expect(await jobsOf(shop)).toBe(0);
  });

  it("of a topic no rule handles is kept and ignored", async () => {
    const shop = await installedShop();
    expect((await post({ shop, topic: "themes/publish", body: '{"id":1}' })).status).toBe(200);
    expect(await eventsOf(shop)).toMatchObject([{ status: "ignored", topic: "themes/publish" }]);
  });

  it("of a shop that has not installed the app is acknowledged and not stored", async () => {
    expect((await post({ shop: "stranger.myshopify.com" })).status).toBe(200);
    expect(await eventsOf("stranger.myshopify.com")).toEqual([]);
  });

  it("of installed shops is stored once, whatever strangers and repeats come in the same commit", async () => {
    const shop = await installedShop();
    const stranger = "gone.myshopify.com";
    const twice = randomUUID();
    const answers = await Promise.all(
      [shop, stranger, shop, stranger, shop].map((name, place) =>
        post({ shop: name, headers: place < 3 ? {} : { "x-shopify-webhook-id": twice } }),
      ),
    );
    await post({ shop, headers: { "x-shopify-webhook-id": twice } });
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(await eventsOf(stranger)).toEqual([]);
    expect(await eventsOf(shop)).toHaveLength(3);
    expect(await jobsOf(shop)).toBeGreaterThan(0);
  });
});

describe("a request that cannot be taken", () => {
  it.each([
    ["missing", undefined],
    ["malformed", "not-base64"],
    ["wrong", createHmac("sha256", "another").update("x").digest("base64")],
  ])("with a %s signature gets 401 and leaves nothing", async (_case, signature) => {
    const shop = await installedShop();
    const answer = await post({ shop, headers: { "x-shopify-hmac-sha256": signature } });
    expect(answer.status).toBe(401);
    expect(await eventsOf(shop)).toEqual([]);
  });

  it("without a signature gets 401, whatever else is missing", async () => {
    expect((await fetch(url, { method: "POST", body: "" })).status).toBe(401);
  });

  it.each(["topic", "shop-domain", "webhook-id"])(
    "without its %s header gets 400",
    async (name) => {
      const shop = await installedShop();
      const answer = await post({ shop, headers: { [`x-shopify-${name}`]: undefined } });
      expect(answer.status).toBe(400);
      expect(await answer.text()).toContain(`x-shopify-${name}`);
    },
  );

  it("with an id of 8 KB gets 400", async () => {
    const shop = await installedShop();
    expect((await post({ shop, id: "x".repeat(8_000) })).status).toBe(400);
  });

  it("larger than 10 MiB gets 413, announced or not", async () => {
    const shop = await installedShop();
    const body = Buffer.alloc(10 * 1024 * 1024 + 1, 32);
    expect((await post({ shop, body })).status).toBe(413);
    expect(await sendChunked(body)).toBe(413);
  });

  it("that is not a POST gets 405", async () => {
    const answer = await fetch(url);
    expect(answer.status).toBe(405);
    expect(answer.headers.get("allow")).toBe("POST");
  });
});

describe("without a database", () => {
  it("a webhook gets 503 with Retry-After within 4 s", async () => {
    const db = openDatabase("postgresql://nobody@127.0.0.1:1/none", {
      applicationName: "test",
      connectTimeoutMs: 2_000,
    });
    const lonely = await serve(db);
    const startedMs = Date.now();
    const answer = await post({ shop: "any.myshopify.com" }, urlOf(lonely));
    expect(answer.status).toBe(503);
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(Date.now() - startedMs).toBeLessThan(4_000);
    lonely.close();
    await db.close();
  });

  it("that accepts and says nothing, a webhook gets 503 within 4 s too", async () => {
    const mute = createTcpServer().listen(0, "127.0.0.1");
    await once(mute, "listening");
    const { port } = mute.address() as AddressInfo;
    const db = openDatabase(`postgresql://nobody@127.0.0.1:${String(port)}/none`, {
      applicationName: "test",
      connectTimeoutMs: 2_000,
    });
    const lonely = await serve(db);
    const startedMs = Date.now();
    expect((await post({ shop: "any.myshopify.com" }, urlOf(lonely))).status).toBe(503);
    expect(Date.now() - startedMs).toBeLessThan(4_000);
    lonely.close();
    mute.close();
    await db.close();
  });
});

/** Sends a body of unannounced length; resolves with the status. */
function sendChunked(body: Buffer): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(url, { method: "POST" }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
      outgoing.destroy();
    });
    let answered = false;
    outgoing.on("response", () => {
      answered = true;
    });
    outgoing.on("error", (error) => {
      if (!answered) reject(error);
    });
    for (let at = 0; at < body.length; at += 1 << 20)
      outgoing.write(body.subarray(at, at + (1 << 20)));
    outgoing.end();
  });
}
