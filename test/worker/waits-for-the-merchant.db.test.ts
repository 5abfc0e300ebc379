import { randomUUID } from "node:crypto";
import { afterAll, expect, it } from "vitest";
import { openQueue } from "#app/queue/index.server.ts";
import { noteInstalled } from "#app/server/install-shop.ts";
import { createShopify } from "#app/shopify/index.server.ts";
import { getShop, noteTokensLost } from "#app/shops/index.server.ts";
import { startWorker } from "#app/worker/worker.ts";
import { fromScript } from "#test/shopify/set-up.ts";
import {
  at,
  clientFor,
  exchangeToken,
  NORTH,
  startSmallTwin,
} from "#test/twin-conformance/support.ts";
import { createRig, workerConfig } from "./rig.ts";

/**
 * A refresh token that has died of age: a real worker at a real Shopify finds out, its work waits, and
 * the merchant who opens the app has it go on.
 */

const dayMs = 86_400_000;
const rig = await createRig();
const { db, clock } = rig;
/** How far Shopify's clock is ahead: after 90 days every refresh token is dead. */
let aheadMs = 0;
const plain = workerConfig(rig);
const { apiKey, apiSecret } = plain.shopify;
const twin = await startSmallTwin({ apiKey, apiSecret, now: () => Date.now() + aheadMs });
const config = { ...plain, shopify: { ...plain.shopify, twinUrl: twin.url } };
const queue = await openQueue({
  url: rig.database.url,
  log: rig.log,
  vault: rig.vault,
  role: "web",
});
const web = createShopify({
  ...rig,
  config,
  onInstalled: (shop, scopes) => noteInstalled({ db, queue, clock }, shop, scopes),
  onTokensLost: (tx, shop, stillLost) => noteTokensLost(tx, shop, clock.now(), stillLost),
});
const merchantOpensTheApp = () => web.authenticate.admin(fromScript(twin.mintSessionToken(NORTH)));
await merchantOpensTheApp();
const worker = await startWorker(config);

afterAll(async () => {
  await worker.stop();
  await queue.stop(1_000);
  await twin.close();
  await rig.close();
});

const state = () => getShop(db, NORTH);
const patient = { timeout: 20_000, interval: 100 };

/** Jobs that are put off for longer than any retry is. */
async function waitingJobs(): Promise<string[]> {
  const { rows } = await db.query<{ name: string }>(
    `SELECT name FROM pgboss.job WHERE state < 'active' AND group_id = $1
       AND start_after > now() + interval '30 minutes' ORDER BY name`,
    [NORTH],
  );
  return rows.map(({ name }) => name);
}

it("work waits while a shop has to be connected again, and goes on when it is", async () => {
  await expect.poll(async () => (await state())?.learnedAt, patient).toBeTruthy();
  const { body } = await exchangeToken(twin, { client_id: apiKey, client_secret: apiSecret });
  const client = clientFor(twin, String(body["access_token"]));
  const [item] = at<
    { sku: string; inventoryLevels: { nodes: { id: string; location: { id: string } }[] } }[]
  >(
    await client(
      `{ inventoryItems(first: 1) { nodes { sku inventoryLevels(first: 1) { nodes { id location { id } } } } } }`,
    ),
    "inventoryItems",
    "nodes",
  );
  const [level] = item?.inventoryLevels.nodes ?? [];
  if (!item || !level) throw new Error("the twin has no stock");
  const resource = { type: "InventoryLevel", id: level.id, locationId: level.location.id };
  twin.operations.setStock({
    shop: NORTH,
    sku: item.sku,
    locationId: level.location.id,
    available: 10,
  });

  aheadMs = 91 * dayMs;
  await db.transaction(async (tx) => {
    const common = { shop: NORTH, resource, correlationId: "correlation-1" };
    await queue.enqueue(tx, "confirm-resource", [{ payload: common, group: NORTH }]);
    const payload = {
      ...common,
      eventId: randomUUID(),
      reason: "revert" as const,
      systemId: null,
      domain: "inventory" as const,
      set: { available: 3 },
      basedOnVersion: "2100-01-01T00:00:00Z",
      traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    };
    await queue.enqueue(tx, "write-back", [{ payload, group: NORTH }]);
  });
  await expect.poll(waitingJobs, patient).toEqual(["confirm-resource", "write-back"]);
  expect((await state())?.reconnectNeededAt).not.toBeNull();

  aheadMs = 0;
  await merchantOpensTheApp();
  expect((await state())?.reconnectNeededAt).toBeNull();
  const available = async () => {
    const answer = await client(
      `query L($id: ID!) { inventoryLevel(id: $id) { quantities(names: ["available"]) { quantity } } }`,
      { id: level.id },
    );
    return at<{ quantity: number }[]>(answer, "inventoryLevel", "quantities")[0]?.quantity;
  };
  await expect.poll(available, patient).toBe(3);
  const confirmed = async () =>
    (await db.query("SELECT 1 FROM events WHERE shop = $1 AND source = 'poll'", [NORTH])).rows
      .length;
  await expect.poll(confirmed, patient).toBe(1);
  expect(await waitingJobs()).toEqual([]);
}, 60_000);

it("a visit at the moment the tokens are found dead is not overlooked", async () => {
  await expect.poll(waitingJobs).toEqual([]);
  let visited: Promise<boolean> | undefined;
  await db.transaction((tx) =>
    noteTokensLost(tx, NORTH, clock.now(), async () => {
      // The visit has to wait for this transaction, and then takes its note back.
      visited = noteInstalled({ db, queue, clock }, NORTH, "read_products").then(() => true);
      await new Promise((resolve) => setTimeout(resolve, 100));
      return true;
    }),
  );
  await visited;
  expect((await state())?.reconnectNeededAt).toBeNull();
});
