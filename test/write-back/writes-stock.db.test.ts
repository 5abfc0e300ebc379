import { randomUUID } from "node:crypto";
import { print } from "graphql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listDiscrepancies } from "#app/discrepancies/index.server.ts";
import { pendingEchoes } from "#app/mirror/index.server.ts";
import {
  SetInventoryDocument,
  type Shopify,
  ShopifyRefusedError,
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
let levels: { id: string; sku: string; locationId: string }[];

beforeAll(async () => {
  [rig, twin] = await Promise.all([createRig(), startSmallTwin()]);
  client = await installedClient(twin);
  shop = await rig.installedShop();
  const answer = await client(
    `{ inventoryItems(first: 40) { nodes { sku inventoryLevels(first: 1) { nodes { id location { id } } } } } }`,
  );
  const items = at<
    { sku: string; inventoryLevels: { nodes: { id: string; location: { id: string } }[] } }[]
  >(answer, "inventoryItems", "nodes");
  levels = items.flatMap(({ sku, inventoryLevels: { nodes } }) =>
    nodes.map((node) => ({ id: node.id, sku, locationId: node.location.id })),
  );
});
afterAll(() => Promise.all([rig.close(), twin.close()]));

/** A stock level no other test touches, at ten. */
async function takeLevel() {
  const level = levels.shift();
  if (!level) throw new Error("the twin has too few articles");
  const setTo = (available: number) => {
    const { sku, locationId } = level;
    return twin.operations.setStock({ shop: NORTH, sku, locationId, available });
  };
  setTo(10);
  const read = async () => {
    const answer = await client(
      `query L($id: ID!) { inventoryLevel(id: $id) { quantities(names: ["available", "on_hand", "committed"]) { name quantity } } }`,
      { id: level.id },
    );
    const rows = at<{ name: string; quantity: number }[]>(answer, "inventoryLevel", "quantities");
    return Object.fromEntries(rows.map((row) => [row.name, row.quantity]));
  };
  return { ...level, setTo, read };
}

type Level = Awaited<ReturnType<typeof takeLevel>>;
type Ask = (answer: () => Promise<unknown>, key: string) => Promise<unknown>;

/** The twin as the app's client sees it; `around` is put around every write. */
function shopify(
  around: Ask = (answer) => answer(),
): Pick<Shopify, "graphql"> & { writes: string[] } {
  const writes: string[] = [];
  const graphql = (async (
    _shop: string,
    document: Parameters<typeof print>[0],
    variables: object,
  ) => {
    const ask = async () => (await client(print(document), { ...variables })).data;
    if (document !== SetInventoryDocument) return ask();
    const { key } = variables as { key: string };
    writes.push(key);
    return around(ask, key);
  }) as Shopify["graphql"];
  return { graphql, writes };
}

const farFuture = "2100-01-01T00:00:00Z";

function jobFor(level: Level, set: Record<string, number>, more: object = {}) {
  return {
    shop,
    eventId: randomUUID(),
    reason: "revert" as const,
    systemId: null,
    domain: "inventory" as const,
    resource: { type: "InventoryLevel", id: level.id, locationId: level.locationId },
    set,
    basedOnVersion: farFuture,
    correlationId: "correlation-1",
    traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    ...more,
  };
}

const write = (job: ReturnType<typeof jobFor>, client = shopify(), clock = rig.clock) =>
  writeBack({ ...rig, enqueue: held.enqueue, clock, shopify: client }, job);

const echoes = (level: Level) => rig.db.transaction((tx) => pendingEchoes(tx, shop, [level.id]));

const complaints = async (level: Level) => {
  const filter = { resource: level.id };
  return (await listDiscrepancies(rig, shop, filter, { limit: 10 })).items;
};

async function intentOf(level: Level) {
  const { rows } = await rig.db.query<{
    status: string;
    generation: number;
    outcome: string | null;
  }>("SELECT status, generation, outcome FROM write_intents WHERE shop = $1 AND resource_id = $2", [
    shop,
    level.id,
  ]);
  expect(rows).toHaveLength(1);
  return rows[0];
}

describe("a write to Shopify", () => {
  it("sets what is available, and its echo is waited for", async () => {
    const level = await takeLevel();
    await write(jobFor(level, { available: 4 }));
    expect(await level.read()).toMatchObject({ available: 4 });
    expect(await intentOf(level)).toMatchObject({ status: "applied", generation: 1 });
    expect(await echoes(level)).toMatchObject([{ fields: ["available"] }]);
    expect(await complaints(level)).toEqual([]);
  });

  it("of what is on hand leaves a sale alone", async () => {
    const level = await takeLevel();
    const before = await level.read();
    twin.operations.sell({
      shop: NORTH,
      sku: level.sku,
      quantity: 2,
      locationId: level.locationId,
    });
    await write(jobFor(level, { onHand: 30 }, { basedOnVersion: "2020-01-01T00:00:00Z" }));
    const after = await level.read();
    expect(after).toMatchObject({ on_hand: 30 });
    expect(after["committed"]).toBe((before["committed"] ?? 0) + 2);
  });

  it("does not undo a sale: a newer number in Shopify is a conflict, and somebody is told", async () => {
    const level = await takeLevel();
    const sent = shopify();
    await write(jobFor(level, { available: 50 }, { basedOnVersion: "2020-01-01T00:00:00Z" }), sent);
    expect(await level.read()).toMatchObject({ available: 10 });
    expect(sent.writes).toEqual([]);
    expect(await intentOf(level)).toMatchObject({ status: "conflict" });
    expect(await complaints(level)).toMatchObject([
      { kind: "write_conflict", status: "open", systemValue: { available: 50 } },
    ]);
    expect(await echoes(level)).toEqual([]);
  });

  it("of which a unit gets lost is made again as soon as the owner says its number again", async () => {
    const level = await takeLevel();
    twin.operations.faults({ offByOne: 100 });
    await write(jobFor(level, { available: 99 }));
    expect(await level.read()).toMatchObject({ available: 98 });
    twin.operations.faults({ offByOne: 0 });
    await write(jobFor(level, { available: 99 }));
    expect(await level.read()).toMatchObject({ available: 99 });
  });

  it("is not made where it is so already", async () => {
    const level = await takeLevel();
    const sent = shopify();
    await write(jobFor(level, { available: 10 }), sent);
    expect(sent.writes).toEqual([]);
    expect(await intentOf(level)).toMatchObject({ status: "applied", generation: 0 });
  });

  it("of a store that left is not made", async () => {
    const level = await takeLevel();
    const sent = shopify();
    await write({ ...jobFor(level, { available: 1 }), shop: "gone.myshopify.com" }, sent);
    expect(sent.writes).toEqual([]);
  });
});

describe("a write to an article", () => {
  const articleOf = async (level: Level) => {
    const answer = await client(`query L($id: ID!) { inventoryLevel(id: $id) { item { id } } }`, {
      id: level.id,
    });
    return at<string>(answer, "inventoryLevel", "item", "id");
  };

  it("goes to the place it names, and its echo is waited for there", async () => {
    const level = await takeLevel();
    const id = await articleOf(level);
    const resource = { type: "InventoryItem", id, locationId: level.locationId };
    await write({ ...jobFor(level, { available: 4 }), resource });
    expect(await level.read()).toMatchObject({ available: 4 });
    expect(await echoes(level)).toMatchObject([{ fields: ["available"] }]);
  });

  it("that is kept nowhere, or at a place Shopify does not know, ends, and says so", async () => {
    const level = await takeLevel();
    const id = await articleOf(level);
    const locationId = "gid://shopify/Location/1";
    await write({
      ...jobFor(level, { available: 4 }),
      resource: { type: "InventoryItem", id, locationId },
    });
    const [found] = await complaints({ ...level, id });
    expect(found?.cause).toContain("name the location");
    expect(await level.read()).toMatchObject({ available: 10 });
  });
});

describe("a write that meets another", () => {
  it("reads again and decides again, with a new key", async () => {
    const level = await takeLevel();
    let met = false;
    const sent = shopify((answer) => {
      if (!met) level.setTo(11);
      met = true;
      return answer();
    });
    await write(jobFor(level, { available: 4 }), sent);
    expect(await level.read()).toMatchObject({ available: 4 });
    expect(new Set(sent.writes).size).toBe(2);
    expect(await intentOf(level)).toMatchObject({ status: "applied", generation: 2 });
  });

  it("five times ends as one discrepancy that tells the story", async () => {
    const level = await takeLevel();
    let count = 100;
    const sent = shopify((answer) => {
      level.setTo((count += 1));
      return answer();
    });
    await write(jobFor(level, { available: 4 }), sent);
    expect(sent.writes).toHaveLength(5);
    expect(await level.read()).toMatchObject({ available: 105 });
    expect(await intentOf(level)).toMatchObject({ status: "conflict", generation: 5 });
    const [found, ...others] = await complaints(level);
    expect(others).toEqual([]);
    expect(found?.cause).toMatch(/^It changed in Shopify 5 times/);
    expect(found?.cause).toContain("Tried 10 → 4");
    expect(found?.cause).toContain("Tried 104 → 4");
    expect(await echoes(level)).toEqual([]);
  });
});

describe("a write that is cut off", () => {
  const dies = () => {
    throw new ShopifyUnavailableError(shop, "no answer");
  };

  it("before it was sent is made by the next run", async () => {
    const level = await takeLevel();
    const job = jobFor(level, { available: 4 });
    await expect(write(job, shopify(dies))).rejects.toThrow("no answer");
    expect(await level.read()).toMatchObject({ available: 10 });
    expect(await intentOf(level)).toMatchObject({ status: "pending", generation: 1 });
    await write(job);
    expect(await level.read()).toMatchObject({ available: 4 });
    expect(await intentOf(level)).toMatchObject({ status: "applied", generation: 1 });
  });

  it("after it was made, its answer lost, is not made twice: a sale in between stays", async () => {
    const level = await takeLevel();
    const job = jobFor(level, { available: 4 });
    const lost = shopify(async (answer) => {
      await answer();
      dies();
    });
    await expect(write(job, lost)).rejects.toThrow("no answer");
    expect(await level.read()).toMatchObject({ available: 4 });
    twin.operations.sell({
      shop: NORTH,
      sku: level.sku,
      quantity: 1,
      locationId: level.locationId,
    });
    const again = shopify();
    await write(job, again);
    expect(again.writes).toEqual(lost.writes);
    expect(await level.read()).toMatchObject({ available: 3 });
    expect(await intentOf(level)).toMatchObject({ status: "applied", generation: 1 });
  });

  it("a day ago reads again before it goes: Shopify has forgotten its key", async () => {
    const level = await takeLevel();
    const job = jobFor(level, { available: 4 });
    await expect(write(job, shopify(dies))).rejects.toThrow("no answer");
    level.setTo(12);
    const tomorrow = { now: () => Date.now() + 24 * 3_600_000 };
    await write(job, shopify(), tomorrow);
    expect(await level.read()).toMatchObject({ available: 4 });
    expect(await intentOf(level)).toMatchObject({ status: "applied", generation: 2 });
  });

  it("and run by three workers at once is made once", async () => {
    const level = await takeLevel();
    const job = jobFor(level, { available: 4 });
    const sent = shopify();
    const runs = await Promise.allSettled([write(job, sent), write(job, sent), write(job, sent)]);
    expect(runs.map((run) => run.status)).toContain("fulfilled");
    await write(job, sent);
    expect(await level.read()).toMatchObject({ available: 4 });
    expect(new Set(sent.writes).size).toBe(1);
    expect(await intentOf(level)).toMatchObject({ status: "applied", generation: 1 });
  });
});

describe("a write Shopify will not take", () => {
  it("ends, and somebody is told why", async () => {
    const level = await takeLevel();
    await write(jobFor(level, { available: 2_000_000_000 }));
    expect(await intentOf(level)).toMatchObject({
      status: "dead",
      outcome: expect.stringMatching(/^set\.available: /) as string,
    });
    expect(await complaints(level)).toHaveLength(1);

    const other = await takeLevel();
    const refusing = shopify(() => {
      throw new ShopifyRefusedError(shop, 402, "The store is frozen.");
    });
    await write(jobFor(other, { available: 4 }), refusing);
    expect(await intentOf(other)).toMatchObject({
      status: "dead",
      outcome: "The store is frozen.",
    });
    expect(await complaints(other)).toMatchObject([{ cause: "The store is frozen." }]);
    expect(await echoes(other)).toEqual([]);
  });

  it("of a level that is gone ends, and somebody is told", async () => {
    const level = await takeLevel();
    const id = "gid://shopify/InventoryLevel/1?inventory_item_id=1";
    await write(jobFor({ ...level, id }, { available: 4 }));
    const [found] = await complaints({ ...level, id });
    expect(found?.cause).toContain("does not keep stock");
  });
});
