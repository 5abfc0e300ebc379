import { v7 as uuidv7 } from "uuid";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  createGroup,
  joinGroup,
  leaveGroup,
  listGroupEvents,
  makePairingCode,
  shareChanges,
} from "#app/coordination/index.server.ts";
import type { DataDomain } from "#app/data-domains.ts";
import {
  eraseDeliveries,
  fanOutChanges,
  forgetDeliveriesOfShop,
} from "#app/delivery/index.server.ts";
import { insertEvents } from "#app/events/index.server.ts";
import { forgetSystemsOfShop, pauseSystem } from "#app/systems/index.server.ts";
import { type Bench, createBench, type Line, soon, whenQuiet } from "#test/delivery/lane-set-up.ts";
import { deliveriesOf, fanOut, publish, statusesOf, storeChanges } from "#test/delivery/publish.ts";
import { createRig, holdJobs, type Rig } from "#test/worker/rig.ts";

let rig: Rig;
let bench: Bench;

beforeAll(async () => {
  rig = await createRig();
  bench = createBench(rig);
});
afterEach(() => bench.clear());
afterAll(() => rig.close());

const nowhere = { policy: { mode: "latest" } };
const by = (shop: string) => ({ shop, actor: "user:1" });
const share = (shop: string, ...domains: DataDomain[]) => shareChanges(rig, by(shop), domains);

/** Stores of one group, each with a system that hears of stock and orders. */
async function openGroup(options: Parameters<Bench["openLine"]>[0] = {}) {
  const lines: Line[] = [];
  for (let count = 0; count < 2; count += 1)
    lines.push(await bench.openLine({ domains: ["inventory", "orders"], ...options }));
  const [north, south] = lines as [Line, Line];
  const deps = { ...rig, queue: holdJobs() };
  const group = await createGroup(deps, by(north.shop), { name: "Outdoor" });
  const code = await makePairingCode(deps, by(north.shop), group?.id ?? "");
  await joinGroup(deps, by(south.shop), { code: code?.code ?? "" });
  return { north, south, groupId: group?.id ?? "" };
}

describe("the changes of a group", () => {
  it("go to the systems of the other stores once both have agreed, each with its store", async () => {
    const { north, south } = await openGroup();
    await publish(rig, north.shop, {});
    await share(north.shop, "inventory", "orders");
    await publish(rig, north.shop, {});
    expect(await deliveriesOf(rig, south.shop)).toEqual([]);
    await share(south.shop, "inventory");
    const stranger = await bench.openLine();
    const [id] = await publish(rig, north.shop, { correlationId: "sale-7" }, { domain: "orders" });
    bench.startLanes();
    await expect.poll(() => south.receiver.requests.length, soon).toBe(1);
    const [heard] = south.receiver.requests;
    expect(heard?.headers["webhook-id"]).toBe(id);
    expect(heard?.headers["x-correlation-id"]).toBe("sale-7");
    expect(JSON.parse(heard?.text ?? "{}")).toMatchObject({ id, shop: north.shop });
    expect(await whenQuiet(() => north.receiver.requests.length, 200)).toBe(4);
    expect(stranger.receiver.requests).toEqual([]);
  });

  it("are no holds: only a store's own systems are asked to agree", async () => {
    const { north, south } = await openGroup();
    await Promise.all([share(north.shop, "inventory"), share(south.shop, "inventory")]);
    const changes = await storeChanges(rig, north.shop, [{}]);
    await rig.db.query("UPDATE changes SET resource_type = 'Hold' WHERE id = $1", [changes[0]?.id]);
    await fanOut(rig, changes);
    expect(await statusesOf(rig, north.shop)).toEqual(["pending"]);
    expect(await deliveriesOf(rig, south.shop)).toEqual([]);
  });

  it("are handed over once, by two workers at once and again, versions in order", async () => {
    const { north, south } = await openGroup(nowhere);
    await Promise.all([share(north.shop, "inventory"), share(south.shop, "inventory")]);
    const resource = "gid://shopify/InventoryLevel/1?inventory_item_id=1";
    const changes = await storeChanges(rig, south.shop, [
      { resource, second: 1 },
      { resource, second: 2 },
    ]);
    await Promise.all([fanOut(rig, changes), fanOut(rig, changes)]);
    await fanOut(rig, changes);
    expect(await statusesOf(rig, north.shop)).toEqual(["superseded", "pending"]);
  });

  it("stop when a store takes its word back, what is just being handed over included", async () => {
    const { north, south } = await openGroup();
    await Promise.all([share(north.shop, "inventory"), share(south.shop, "inventory")]);
    await pauseSystem(rig, south.shop, "user:1", south.id);
    await publish(rig, north.shop, {});
    const changes = await storeChanges(rig, north.shop, [{}]);
    let taken: Promise<boolean> | undefined;
    await rig.db.transaction(async (tx) => {
      const changeIds = changes.map(({ id }) => id);
      await fanOutChanges(rig, tx, [{ shop: north.shop, changeIds }]);
      taken = share(north.shop);
      await expect.poll(isSomebodyWaiting, soon).toBe(true);
    });
    expect(await taken).toBe(true);
    await publish(rig, north.shop, {});
    expect(await statusesOf(rig, south.shop)).toEqual(["discarded", "discarded"]);
    expect(await statusesOf(rig, north.shop)).toEqual(["pending", "pending", "pending"]);
  });

  it("are not sent by a lane that finds them after the store has left", async () => {
    const { north, south, groupId } = await openGroup();
    await Promise.all([share(north.shop, "inventory"), share(south.shop, "inventory")]);
    await publish(rig, north.shop, {});
    await leaveGroup(rig, by(north.shop), groupId);
    // As what was on the wire at that moment, and failed.
    await rig.db.query("UPDATE deliveries SET status = 'retrying' WHERE shop = $1", [south.shop]);
    await publish(rig, south.shop, {});
    bench.startLanes();
    await expect.poll(() => statusesOf(rig, south.shop), soon).toEqual(["discarded", "delivered"]);
    const shops = south.receiver.requests.map(({ text }) => (JSON.parse(text) as Line).shop);
    expect(shops).toEqual([south.shop]);
  });

  it("are erased and forgotten with the store they came from", async () => {
    const { north, south } = await openGroup();
    await Promise.all([share(north.shop, "inventory"), share(south.shop, "inventory")]);
    const changes = await storeChanges(rig, north.shop, [{}, {}]);
    await fanOut(rig, changes);
    await eraseDeliveries(rig.db, north.shop, [changes[0]?.eventId ?? ""], Date.now());
    expect(await statusesOf(rig, south.shop)).toEqual(["discarded", "pending"]);
    await rig.db.transaction((tx) => forgetDeliveriesOfShop(tx, north.shop, [north.id], 100));
    expect(await deliveriesOf(rig, south.shop)).toEqual([]);
    await forgetSystemsOfShop(rig.db, north.shop);
    const { rows } = await rig.db.query(
      "SELECT 1 AS one FROM store_feeds WHERE $1 IN (shop, from_shop)",
      [north.shop],
    );
    expect(rows).toEqual([]);
  });

  it("are one stream, of which a store sees its own and what others share with it", async () => {
    const { north, south } = await openGroup();
    const told = [
      await tell(north.shop, "inventory"),
      await tell(south.shop, "orders"),
      await tell(north.shop, "orders"),
      await tell(south.shop, "inventory"),
      await tell(north.shop, "inventory"),
    ];
    const idsOf = (...indexes: number[]) => indexes.map((index) => told[index]);
    const all = await listGroupEvents(rig.db, south.shop, { limit: 10 });
    expect(all.items.map(({ id }) => id)).toEqual(idsOf(3, 1));
    await Promise.all([share(north.shop, "inventory"), share(south.shop, "inventory")]);
    const first = await listGroupEvents(rig.db, south.shop, { limit: 2 });
    expect(first.items.map(({ id }) => id)).toEqual(idsOf(4, 3));
    const rest = await listGroupEvents(rig.db, south.shop, { limit: 2, after: first.next ?? "" });
    expect(rest.items.map(({ id }) => id)).toEqual(idsOf(1, 0));
    expect(rest.next).toBeNull();
  });
});

async function isSomebodyWaiting(): Promise<boolean> {
  const { rows } = await rig.db.query(
    `SELECT 1 AS one FROM pg_stat_activity
     WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  );
  return rows.length > 0;
}

/** An event of a store, as intake writes it down; returns its id. */
async function tell(shop: string, domain: DataDomain): Promise<string> {
  const id = uuidv7();
  await rig.db.transaction((tx) =>
    insertEvents(tx, [
      {
        id,
        shop,
        source: "webhook",
        transport: "http",
        deliveryKey: id,
        topic: domain === "orders" ? "orders/updated" : "inventory_levels/update",
        domain,
        type: null,
        status: "received",
        reason: null,
        resource: null,
        shopifyEventId: null,
        correlationId: id,
        traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        apiVersion: null,
        subscription: null,
        triggeredAt: null,
        receivedAtMs: Date.now(),
        body: Buffer.from("{}"),
        bodyBytes: 2,
        headers: {},
      },
    ]),
  );
  return id;
}
