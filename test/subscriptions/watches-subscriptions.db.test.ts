import { readFileSync } from "node:fs";
import { print } from "graphql";
import { parse } from "smol-toml";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { receiveReads } from "#app/intake/index.server.ts";
import { keepCadences } from "#app/polling/keep-cadences.ts";
import type { Shopify } from "#app/shopify/index.server.ts";
import { checkSubscriptions, listTopics, repairTopic } from "#app/subscriptions/index.server.ts";
import type { TopicView } from "#app/subscriptions/types.ts";
import { createWorkbench, type Workbench } from "#test/processing/workbench.ts";
import {
  at,
  type Client,
  installedClient,
  startSmallTwin,
} from "#test/twin-conformance/support.ts";
import { createRig, type Rig } from "#test/worker/rig.ts";
import { productBody, productGid } from "#test/worker/webhooks.ts";

const webhookUri = "https://converge.example.com/webhooks";
const topic = "products/update";

let rig: Rig;
let bench: Workbench;
let twin: Awaited<ReturnType<typeof startSmallTwin>>;
let client: Client;
let shop: string;

beforeAll(async () => {
  [rig, twin] = await Promise.all([createRig(), startSmallTwin()]);
  client = await installedClient(twin);
  bench = createWorkbench(rig);
});
beforeEach(async () => {
  shop = await rig.installedShop();
  for (const { id } of await made())
    await client(
      `mutation { webhookSubscriptionDelete(id: "${id}") { deletedWebhookSubscriptionId } }`,
    ); // prettier-ignore
});
afterAll(async () => {
  await twin.close();
  await rig.close();
});

/** The twin, asked over HTTP as Shopify is. */
const shopify = {
  graphql: (async (_shop: string, document: Parameters<typeof print>[0], variables: object) =>
    (await client(print(document), { ...variables })).data) as Shopify["graphql"],
};
const deps = () => ({ ...rig, shopify, webhookUri });
const check = () => checkSubscriptions(deps(), shop);

async function made(): Promise<{ id: string; topic: string; uri: string; name: string | null }[]> {
  const body = await client("{ webhookSubscriptions(first: 100) { nodes { id topic uri name } } }");
  return at(body, "webhookSubscriptions", "nodes");
}

async function make(uri: string): Promise<void> {
  await client(
    `mutation { webhookSubscriptionCreate(topic: PRODUCTS_UPDATE, webhookSubscription: { uri: "${uri}" }) { userErrors { message } } }`,
  );
}

async function stateOf(wanted: string): Promise<TopicView | undefined> {
  return (await listTopics(rig.db, shop)).find((view) => view.topic === wanted);
}

/** What was asked to be read again, and since when. */
async function asked(): Promise<object[]> {
  const { rows } = await rig.db.query(
    `SELECT feed, requested_since AS since, requested_reason AS reason
     FROM poll_feeds WHERE shop = $1 AND requested_since IS NOT NULL`,
    [shop],
  );
  return rows;
}

const minutesAgo = (minutes: number) => Date.now() - minutes * 60_000;

/** A poll finds that a product changed. */
async function pollFinds(product: number, readAtMs: number): Promise<void> {
  const version = new Date(readAtMs - 5_000).toISOString();
  await receiveReads({ ...rig, enqueue: bench.queue.enqueue }, [
    {
      shop,
      source: "poll",
      deliveryKey: `poll ${String(product)} ${version}`,
      topic,
      resource: { type: "Product", id: productGid(product) },
      version,
      body: productBody(product, version, []) as Record<string, unknown>,
      readAtMs,
      correlationId: "c",
    },
  ]);
  await bench.run();
}

/** Shopify tells of a product by itself. */
async function told(product: number): Promise<void> {
  const now = new Date().toISOString();
  await bench.process({ shop, topic, body: productBody(product, now, []) });
}

describe("the sentinel", () => {
  it("finds nothing wrong with topics that are quiet", async () => {
    expect(await check()).toEqual([]);
    expect(await made()).toEqual([]);
    expect((await stateOf("orders/create"))?.state).toBe("active");
  });

  it("puts a substitute in place of a subscription whose changes only polls find", async () => {
    await pollFinds(1, minutesAgo(20));
    // Two at once make one.
    await Promise.all([check(), check()]);
    expect(await check()).toEqual([topic]);
    expect(await made()).toMatchObject([
      { topic: "PRODUCTS_UPDATE", uri: webhookUri, name: "converge-substitute-products-update" },
    ]);
    expect(await stateOf(topic)).toMatchObject({
      state: "missing",
      substituted: true,
      problem: expect.stringContaining("shopify app deploy") as string,
      did: expect.stringContaining("substitute was made") as string,
    }); // prettier-ignore
  });

  it("says removed of one that used to tell, and takes the substitute back when it tells again", async () => {
    const past = createWorkbench({ ...rig, clock: { now: () => minutesAgo(50) } });
    const body = productBody(3, new Date(minutesAgo(50)).toISOString(), []);
    await past.process({ shop, topic, body });
    await pollFinds(2, minutesAgo(20));
    expect(await check()).toEqual([topic]);
    expect((await stateOf(topic))?.state).toBe("removed");
    expect(await made()).toHaveLength(1);
    await told(2);
    expect(await check()).toEqual([]);
    expect(await made()).toEqual([]);
    const { rows } = await rig.db.query(
      "SELECT action FROM audit_entries WHERE shop = $1 ORDER BY id",
      [shop],
    );
    expect(rows).toEqual([
      { action: "subscription.substituted" },
      { action: "subscription.withdrawn" },
    ]);
  });

  it("has exactly the hole read again: from the last that was heard on", async () => {
    await keepCadences(rig.db);
    const heardMs = minutesAgo(50);
    const past = createWorkbench({ ...rig, clock: { now: () => heardMs } });
    const body = productBody(3, new Date(heardMs).toISOString(), []);
    await past.process({ shop, topic, body });
    await pollFinds(2, minutesAgo(20));
    await check();
    expect(await asked()).toEqual([
      { feed: "products", since: new Date(heardMs), reason: `${topic} was not told` },
    ]);
    // The substitute stands: the hole is not asked for again and again.
    await rig.db.query("UPDATE poll_feeds SET requested_since = NULL WHERE shop = $1", [shop]);
    await check();
    expect(await asked()).toEqual([]);
  });

  it("has everything since the installation read again of a topic that was never heard", async () => {
    await keepCadences(rig.db);
    await pollFinds(1, minutesAgo(20));
    await check();
    const { rows } = await rig.db.query<{ installed_at: Date }>(
      "SELECT installed_at FROM shops WHERE shop = $1",
      [shop],
    );
    expect(await asked()).toMatchObject([{ feed: "products", since: rows[0]?.installed_at }]);
  });

  it("gives a notification its time before it calls it lost", async () => {
    await pollFinds(1, minutesAgo(5));
    expect(await check()).toEqual([]);
    expect(await made()).toEqual([]);
  });

  it("shows a doubled subscription, and deletes the second one when a person says so", async () => {
    await make(webhookUri);
    expect(await check()).toEqual([topic]);
    expect(await stateOf(topic)).toMatchObject({
      problem: expect.stringContaining("twice") as string,
      declared: true,
      made: [{ uri: webhookUri, substitute: false }],
      surplus: 1,
    });
    expect(await made()).toHaveLength(1);
    expect(await repairTopic(deps(), shop, topic, "user:1")).toBe(1);
    expect(await made()).toEqual([]);
    expect(await stateOf(topic)).toMatchObject({
      state: "active",
      did: "1 subscription made through the API deleted.",
    }); // prettier-ignore
    const { rows } = await rig.db.query(
      "SELECT actor, subject FROM audit_entries WHERE shop = $1 AND action = 'subscription.repaired'",
      [shop],
    );
    expect(rows).toEqual([{ actor: "user:1", subject: topic }]);
  });

  it("shows a subscription that leads elsewhere", async () => {
    await make("https://old.example.com/hooks");
    await check();
    expect(await stateOf(topic)).toMatchObject({
      state: "drifted",
      problem: "A subscription made through the API sends it to https://old.example.com/hooks.",
    });
  });

  it("shows notifications that are written in another version of the API", async () => {
    await told(5);
    await rig.db.query("UPDATE topic_heartbeats SET api_version = '2026-07' WHERE shop = $1", [
      shop,
    ]);
    await check();
    expect(await stateOf(topic)).toMatchObject({
      state: "drifted",
      problem: expect.stringContaining("2026-07") as string,
    }); // prettier-ignore
  });
});

it("watches exactly what the app's file declares", async () => {
  const toml = parse(readFileSync("shopify.app.toml", "utf8")) as {
    webhooks: { api_version: string; subscriptions: { topics?: string[] }[] };
  };
  const declared = toml.webhooks.subscriptions.flatMap((one) => one.topics ?? []);
  await check();
  const watched = (await listTopics(rig.db, shop)).map((view) => view.topic);
  expect(watched.sort()).toEqual(declared.sort());
  expect(toml.webhooks.api_version).toBe("2026-10");
});
