import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pauseSystem } from "#app/systems/index.server.ts";
import { createRig, type Rig } from "#test/worker/rig.ts";
import {
  connectSystem,
  deliveriesOf,
  fanOut,
  publish,
  statusesOf,
  storeChanges,
  tenOClockMs,
} from "./publish.ts";

// No lanes run here: what is made stays as it was made.
const nowhere = "http://127.0.0.1:1/hook";

let rig: Rig;
let shop: string;

beforeAll(async () => {
  rig = await createRig();
});
afterAll(() => rig.close());

describe("fanning out", () => {
  it("makes one delivery per change and system that wants its domain", async () => {
    shop = await rig.installedShop();
    const stock = await connectSystem(rig, shop, nowhere, { domains: ["inventory"] });
    const both = await connectSystem(rig, shop, nowhere, { domains: ["inventory", "orders"] });
    await connectSystem(rig, shop, nowhere, { domains: ["customers"] });
    await connectSystem(rig, await rig.installedShop(), nowhere, { domains: ["inventory"] });
    const [level, order] = await publish(
      rig,
      shop,
      {},
      { domain: "orders" },
      { domain: "products" },
    );
    const pairs = (await deliveriesOf(rig, shop)).map((row) => `${row.systemId} ${row.changeId}`);
    expect(pairs.sort()).toEqual(
      [
        `${stock.id} ${level ?? ""}`,
        `${both.id} ${level ?? ""}`,
        `${both.id} ${order ?? ""}`,
      ].sort(),
    );
  });

  it("run twice, or by two workers at once, makes each delivery once", async () => {
    shop = await rig.installedShop();
    await connectSystem(rig, shop, nowhere);
    const changes = await storeChanges(rig, shop, [{}, {}, {}]);
    await Promise.all([fanOut(rig, changes), fanOut(rig, changes)]);
    await fanOut(rig, changes);
    expect(await statusesOf(rig, shop)).toEqual(["pending", "pending", "pending"]);
  });

  it("does not go to a system that was connected after the change was sent out", async () => {
    shop = await rig.installedShop();
    await publish(rig, shop, {});
    await connectSystem(rig, shop, nowhere);
    expect(await deliveriesOf(rig, shop)).toEqual([]);
  });

  it("of what a comparison learned, sends what may have changed since the system came", async () => {
    shop = await rig.installedShop();
    await connectSystem(rig, shop, nowhere);
    const cameMs = tenOClockMs + 10_300;
    await rig.db.query("UPDATE systems SET created_at = $2 WHERE shop = $1", [
      shop,
      new Date(cameMs),
    ]);
    // Shopify's 10:00:10 is any moment of that second.
    const changes = await storeChanges(rig, shop, [{ second: 9 }, { second: 10 }, { second: 11 }]);
    await rig.db.query("UPDATE changes SET source = 'reconciliation' WHERE shop = $1", [shop]);
    await fanOut(rig, changes);
    const sent = (await deliveriesOf(rig, shop)).map((row) => row.changeId);
    expect(sent.sort()).toEqual(changes.slice(1).map((change) => change.id));
  });

  it("in mode latest supersedes older versions of the same resource that still wait", async () => {
    shop = await rig.installedShop();
    await connectSystem(rig, shop, nowhere, { policy: { mode: "latest" } });
    const versions = (resource: string, second: number) => ({ resource, second });
    await publish(rig, shop, versions("a", 1), versions("b", 1));
    await publish(rig, shop, versions("a", 2));
    expect(await statusesOf(rig, shop)).toEqual(["superseded", "pending", "pending"]);
    const [first] = await deliveriesOf(rig, shop);
    expect(first?.reason).toBe("A newer version is on its way.");
  });

  it("in mode latest does so within one batch too, and never supersedes a newer one", async () => {
    shop = await rig.installedShop();
    await connectSystem(rig, shop, nowhere, { policy: { mode: "latest" } });
    await publish(rig, shop, { resource: "a", second: 1 }, { resource: "a", second: 3 });
    await publish(rig, shop, { resource: "a", second: 2 });
    const open = (await deliveriesOf(rig, shop)).map((row) => row.status);
    expect(open).toEqual(["superseded", "pending", "pending"]);
  });

  it("in mode every keeps them all", async () => {
    shop = await rig.installedShop();
    await connectSystem(rig, shop, nowhere, { policy: { mode: "every" } });
    await publish(rig, shop, { resource: "a", second: 1 }, { resource: "a", second: 2 });
    expect(await statusesOf(rig, shop)).toEqual(["pending", "pending"]);
  });

  it("to a paused system waits", async () => {
    shop = await rig.installedShop();
    const system = await connectSystem(rig, shop, nowhere);
    await pauseSystem(rig, shop, "user:1", system.id);
    await publish(rig, shop, {});
    expect(await statusesOf(rig, shop)).toEqual(["waiting"]);
  });
});
