import { print } from "graphql";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { listDiscrepancies } from "#app/discrepancies/index.server.ts";
import { receiveSystemChange } from "#app/intake/index.server.ts";
import type { JobPayload } from "#app/jobs.ts";
import { readRules, replaceRules } from "#app/ownership/index.server.ts";
import { confirmResource } from "#app/polling/index.server.ts";
import {
  SetMetafieldDocument,
  type Shopify,
  ShopifyUnavailableError,
} from "#app/shopify/index.server.ts";
import { listSystems } from "#app/systems/index.server.ts";
import { writeBack } from "#app/write-back/index.server.ts";
import { connectSystem } from "#test/delivery/publish.ts";
import { createWorkbench } from "#test/processing/workbench.ts";
import { at, installedClient, NORTH, startSmallTwin } from "#test/twin-conformance/support.ts";
import { createRig } from "#test/worker/rig.ts";

/**
 * Loyalty points, kept in a customer metafield: read after their customer changed, told to systems,
 * set by their owner, put back when somebody else sets them.
 */

const rig = await createRig();
const twin = await startSmallTwin();
const client = await installedClient(twin);
const bench = createWorkbench(rig);

type Ask = (answer: () => Promise<unknown>) => Promise<unknown>;

function shopify(around: Ask = (answer) => answer()): Pick<Shopify, "graphql"> {
  const graphql = (async (
    _shop: string,
    document: Parameters<typeof print>[0],
    variables: object,
  ) => {
    const ask = async () => (await client(print(document), { ...variables })).data;
    return document === SetMetafieldDocument ? around(ask) : ask();
  }) as Shopify["graphql"];
  return { graphql };
}

let shop: string;
let owner: string;
let customer: string;

afterAll(() => Promise.all([rig.close(), twin.close()]));

beforeEach(async () => {
  shop = await rig.installedShop();
  owner = (await connectSystem(rig, shop, "http://127.0.0.1:9/", { domains: ["loyalty"] })).id;
  customer = `gid://shopify/Customer/${twin.operations.createCustomer({ shop: NORTH }).customerId}`;
  await own({});
});

const own = (more: { onForeignWrite?: string; metafield?: string }) =>
  replaceRules({ ...rig, systemsOf: listSystems }, shop, "user:1", [
    { domain: "loyalty", owner, ...more },
  ]);

/** Somebody sets the points in Shopify, without asking Converge. */
async function edit(value: string, name = "loyalty.points") {
  const [namespace, key] = name.split(".");
  const entry = { ownerId: customer, namespace, key, value, type: "number_integer" };
  const answer = await client(
    `mutation M($m: MetafieldsSetInput!) { metafieldsSet(metafields: [$m]) { userErrors { message } } }`,
    { m: entry },
  );
  expect(at(answer, "metafieldsSet", "userErrors")).toEqual([]);
}

async function points(name = "loyalty.points"): Promise<string | undefined> {
  const [namespace, key] = name.split(".");
  const answer = await client(
    `query C($id: ID!, $namespace: String!, $key: String!) { customer(id: $id) { metafield(namespace: $namespace, key: $key) { value } } }`,
    { id: customer, namespace, key },
  );
  return at<{ value: string } | null>(answer, "customer", "metafield")?.value;
}

let hour = 0;

/** The webhook of a customer that changed, and the reads that follow from it. */
async function tell() {
  hour += 1;
  const id = customer.split("/").at(-1) ?? "";
  const version = new Date(Date.UTC(2026, 10, 20, hour)).toISOString();
  await bench.process({
    shop,
    topic: "customers/update",
    body: `{"id":${id},"admin_graphql_api_id":"${customer}","first_name":"Ada","updated_at":"${version}"}`,
  });
  await confirm();
}

async function confirm() {
  for (const job of takeJobs("confirm-resource"))
    await confirmResource(
      { ...rig, shopify: shopify(), enqueue: bench.queue.enqueue },
      job as JobPayload<"confirm-resource">,
    );
  await bench.run();
}

function takeJobs(name: string): unknown[] {
  const mine = bench.jobs.filter((job) => job.name === name);
  for (const job of mine) bench.jobs.splice(bench.jobs.indexOf(job), 1);
  return mine.map((job) => job.payload);
}

/** Carries out the writes that were handed over; returns how many there were. */
async function write(sent = shopify()): Promise<number> {
  const jobs = takeJobs("write-back") as JobPayload<"write-back">[];
  for (const job of jobs)
    await writeBack({ ...rig, enqueue: bench.queue.enqueue, shopify: sent }, job).catch(
      async (error: unknown) => {
        if (!(error instanceof ShopifyUnavailableError)) throw error;
        await writeBack({ ...rig, enqueue: bench.queue.enqueue, shopify: shopify() }, job);
      },
    );
  return jobs.length;
}

/** What the owner says, by the API's own door. */
async function say(value: number) {
  const received = await receiveSystemChange(
    { ...rig, enqueue: bench.queue.enqueue },
    {
      shop,
      systemId: owner,
      domain: "loyalty",
      resourceId: customer,
      set: { points: value },
      observedAt: new Date().toISOString(),
      trace: { correlationId: undefined, traceparent: undefined },
    },
  );
  expect(received).toMatchObject({ ok: true });
  await bench.run();
}

const told = async () =>
  (await bench.changes(shop))
    .filter((change) => change.domain === "loyalty")
    .map(({ type, data }) => [type, data["points"]]);
const found = async () =>
  (await listDiscrepancies(rig, shop, { status: "open" }, { limit: 10 })).items;

describe("points in Shopify", () => {
  it("are read after their customer changed, and told once", async () => {
    await tell();
    expect(await told()).toEqual([]);
    await edit("120");
    await tell();
    await tell();
    expect(await told()).toEqual([["loyalty_points.updated", 120]]);
    const [change] = (await bench.changes(shop)).filter((one) => one.domain === "loyalty");
    expect(change).toMatchObject({
      resourceId: `${customer}?metafield=loyalty.points`,
      data: { customerId: customer, metafield: "loyalty.points", points: 120 },
    });
  });

  it("are kept where the merchant says", async () => {
    expect((await readRules(rig.db, shop)).at(-1)).toMatchObject({ metafield: "loyalty.points" });
    await own({ metafield: "rewards.balance" });
    await edit("1");
    await edit("75", "rewards.balance");
    await tell();
    expect(await told()).toEqual([["loyalty_points.updated", 75]]);
    await say(80);
    await write();
    expect([await points(), await points("rewards.balance")]).toEqual(["1", "80"]);
  });

  it("are nobody's business where no system wants them", async () => {
    shop = await rig.installedShop();
    await edit("5");
    await tell();
    expect((await bench.events(shop)).map((event) => event.topic)).toEqual(["customers/update"]);
  });
});

describe("points of a system", () => {
  it("are set by it; what Converge wrote is told to the others, and is no edit", async () => {
    await own({ onForeignWrite: "revert" });
    await say(100);
    expect(await write()).toBe(1);
    expect(await points()).toBe("100");
    // No webhook is needed: what was written is read once more.
    await confirm();
    expect(await told()).toEqual([["loyalty_points.updated", 100]]);
    const { rows } = await rig.db.query<{ origin: string }>(
      "SELECT origin FROM changes WHERE shop = $1 AND domain = 'loyalty'",
      [shop],
    );
    expect(rows).toEqual([{ origin: owner }]);
    await tell();
    expect([await write(), await found()]).toEqual([0, []]);
  });

  it("are put back when somebody else sets them, once, without a loop", async () => {
    await own({ onForeignWrite: "revert" });
    await say(100);
    await write();
    await confirm();
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await edit("9999");
    await tell();
    expect(await write()).toBe(1);
    expect(await points()).toBe("100");
    await confirm();
    await tell();
    expect([await write(), await found()]).toEqual([0, []]);
  });

  it("that somebody sets at the same moment are compared, read again and set", async () => {
    await edit("1");
    await say(100);
    let met = false;
    await write(
      shopify(async (answer) => {
        if (!met) await edit("50");
        met = true;
        return answer();
      }),
    );
    expect(await points()).toBe("100");
    const { rows } = await rig.db.query<{ generation: number }>(
      "SELECT generation FROM write_intents WHERE shop = $1",
      [shop],
    );
    expect(rows).toEqual([{ generation: 2 }]);
  });

  it("whose answer was lost are not set twice", async () => {
    await say(100);
    await write(
      shopify(async (answer) => {
        await answer();
        throw new ShopifyUnavailableError(shop, "no answer");
      }),
    );
    expect(await points()).toBe("100");
    const { rows } = await rig.db.query<{ status: string; generation: number }>(
      "SELECT status, generation FROM write_intents WHERE shop = $1",
      [shop],
    );
    expect(rows).toEqual([{ status: "applied", generation: 1 }]);
  });
});
