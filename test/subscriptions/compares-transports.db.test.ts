import { createHmac, randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createIntake, type WebhookRequest } from "#app/intake/index.server.ts";
import { noTracing } from "#app/observability/index.server.ts";
import { compareTransports } from "#app/subscriptions/compare-transports.ts";
import { listTransports } from "#app/subscriptions/index.server.ts";
import { createWorkbench, type Workbench } from "#test/processing/workbench.ts";
import { createRig, type Rig } from "#test/worker/rig.ts";
import { clientSecret, productBody, productGid, webhookOf } from "#test/worker/webhooks.ts";

const topic = "products/update";

let rig: Rig;
let bench: Workbench;
let shop: string;

beforeAll(async () => {
  rig = await createRig();
  bench = createWorkbench(rig);
});
beforeEach(async () => {
  shop = await rig.installedShop();
});
afterAll(() => rig.close());

const version = (product: number) =>
  new Date(Date.UTC(2026, 3, 1) + product * 60_000).toISOString();

/** A notification of the second header family. */
function eventOf(product: number): WebhookRequest {
  const subject = { id: productGid(product), title: "Mug", updatedAt: version(product) };
  const body = Buffer.from(
    JSON.stringify({ topic: "Product", action: "update", data: { product: subject } }),
  );
  return {
    body,
    headers: {
      "content-type": "application/json",
      "shopify-topic": "Product",
      "shopify-action": "update",
      "shopify-handle": "products",
      "shopify-api-version": "2026-10",
      "shopify-shop-domain": shop,
      "shopify-webhook-id": randomUUID(),
      "shopify-triggered-at": new Date().toISOString(),
      "shopify-hmac-sha256": createHmac("sha256", clientSecret).update(body).digest("base64"),
    },
  };
}

function intake() {
  const { db, vault, clock, counters, log } = rig;
  const queue = bench.queue;
  return createIntake({
    db,
    queue,
    vault,
    clock,
    counters,
    log,
    tracing: noTracing,
    secrets: [clientSecret],
  });
}

/** Lets notifications come in one after the other, and has them processed. */
async function tell(...told: readonly (readonly ["webhook" | "event", number])[]): Promise<void> {
  const door = intake();
  for (const [way, product] of told) {
    const webhook = webhookOf({ shop, topic, body: productBody(product, version(product), []) });
    const { outcome } = await door.receive(way === "event" ? eventOf(product) : webhook);
    expect(outcome).toBe("accepted");
  }
  await bench.run();
}

/** Compares, as a check does so many minutes from now. */
async function compareIn(minutes: number): Promise<void> {
  const now = Date.now() + minutes * 60_000;
  await compareTransports({ db: rig.db, clock: { now: () => now } }, shop);
}

const seen = () => listTransports(rig.db, shop, Date.now());

/** Both ways are heard of, and comparing has begun. */
async function begin(): Promise<void> {
  await tell(["webhook", 9_000], ["event", 9_000]);
  await compareIn(0);
}

describe("classic webhooks beside Events", () => {
  it("are not compared where one of them tells alone", async () => {
    await tell(["webhook", 1], ["webhook", 2]);
    await compareIn(0);
    await compareIn(60);
    expect(await seen()).toEqual([]);
  });

  it("are counted once per change: who was first, and what only one told", async () => {
    await begin();
    await tell(
      ["webhook", 1],
      ["event", 1],
      ["event", 2],
      ["webhook", 2],
      ["webhook", 2],
      ["webhook", 3],
      ["event", 4],
    );
    // Too early: the other way may still tell.
    await compareIn(5);
    expect(await seen()).toMatchObject([{ topic, webhooksFirst: 0, onlyWebhooks: 0 }]);
    // Two at once, and again: every change counts once.
    await Promise.all([compareIn(60), compareIn(60)]);
    await compareIn(90);
    expect(await seen()).toMatchObject([
      {
        topic,
        webhooksFirst: 1,
        eventsFirst: 1,
        onlyWebhooks: 1,
        onlyEvents: 1,
        notYet: "Events did not tell of 1 change that webhooks told of.",
      },
    ]);
  });

  it("take a newer telling for the older one that was merged into it", async () => {
    await begin();
    const older = productBody(7, version(1), []);
    await intake().receive(webhookOf({ shop, topic, body: older }));
    await tell(["webhook", 7], ["event", 7]);
    await compareIn(60);
    expect(await seen()).toMatchObject([{ webhooksFirst: 2, onlyWebhooks: 0, onlyEvents: 0 }]);
  });

  it.each([
    [19, "Only 19 of the 20 changes that are needed were seen."],
    [20, null],
  ])(
    "let Events go on alone after %i changes of which they missed none: %s",
    async (changes, why) => {
      await begin();
      const told = Array.from(
        { length: changes },
        (_, n) =>
          [
            ["webhook", n],
            ["event", n],
          ] as const,
      );
      await tell(...told.flat());
      await compareIn(60);
      expect((await seen())[0]?.notYet).toBe(why);
    },
  );
});
