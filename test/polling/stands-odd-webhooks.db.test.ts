import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { JobPayload } from "#app/jobs.ts";
import { confirmResource } from "#app/polling/index.server.ts";
import { NORTH } from "#test/twin-conformance/support.ts";
import { NO_FAULTS } from "#test/twin/faults/fault-table.ts";
import { createPollRig, type PollRig } from "./poll-rig.ts";

/** Without stock: a product of 2,048 variants alone makes ten thousand webhooks of it. */
const TOML = `
[webhooks]
api_version = "2026-10"
  [[webhooks.subscriptions]]
  topics = ["orders/create", "orders/paid", "orders/updated", "products/create", "products/update", "customers/update"]
  uri = "/webhooks"
`;

let poll: PollRig;

beforeAll(async () => {
  poll = await createPollRig({ appTomlText: TOML });
});
afterAll(() => poll.close());
beforeEach(async () => {
  poll.twin.operations.faults(NO_FAULTS);
  await poll.deliver();
  poll.sleep(60_000);
});

const product = (title: string) =>
  poll.twin.operations.editProduct({ shop: NORTH, title, productId: aProduct() });
const aProduct = () =>
  poll.twin.operations.listStock({ shop: NORTH, limit: 1 })[0]?.productId ?? "";

/** What became of some events, and the changes they led to. */
async function since(act: () => unknown) {
  const [events, changes] = await told();
  act();
  await poll.deliver();
  const [eventsNow, changesNow] = await told();
  const isNew = <Row extends { id: string }>(before: Row[], row: Row) =>
    before.every(({ id }) => id !== row.id);
  return {
    events: eventsNow.filter((event) => isNew(events, event)),
    changes: changesNow.filter((change) => isNew(changes, change)),
  };
}

const told = () => Promise.all([poll.bench.events(NORTH), poll.bench.changes(NORTH)]);

/** Asks Shopify what has to be asked, and takes the answers in. */
async function confirm() {
  const asked = poll.bench.jobs.filter((job) => job.name === "confirm-resource");
  for (const job of asked) {
    poll.bench.jobs.splice(poll.bench.jobs.indexOf(job), 1);
    await confirmResource(poll.deps, job.payload as JobPayload<"confirm-resource">);
  }
  await poll.bench.run();
  return asked.length;
}

describe("Shopify's odd webhooks", () => {
  it("told again and again say one version of each record, and fail nowhere", async () => {
    const versions = (changes: readonly { domain: string; version: string }[]) =>
      [...new Set(changes.map(({ domain, version }) => `${domain} ${version}`))].map(
        (each) => each.split(" ")[0],
      );
    const settled = (events: readonly { status: string }[]) =>
      events.every(({ status }) => status === "applied" || status === "superseded");
    poll.twin.operations.faults({ moreOrderUpdates: 10, updateWithCreate: true });
    const sale = await since(() => poll.twin.operations.sell({ shop: NORTH }));
    expect(sale.events).toHaveLength(13);
    expect(settled(sale.events)).toBe(true);
    expect(versions(sale.changes)).toEqual(["orders"]);
    const made = await since(() => poll.twin.operations.createProduct({ shop: NORTH }));
    expect(made.events).toHaveLength(2);
    expect(settled(made.events)).toBe(true);
    expect(versions(made.changes).toSorted()).toEqual(["pricing", "products"]);
  });

  it("of a megabyte are taken in", async () => {
    poll.twin.operations.faults({ leastBytes: 1_048_576 });
    const { events, changes } = await since(() => product("Large"));
    expect(events).toMatchObject([{ status: "applied" }]);
    expect(changes[0]?.data["title"]).toBe("Large");
  });

  it("too large to be told are read, and empty nothing", async () => {
    poll.twin.operations.faults({ leastBytes: 1_048_576, mostBytes: 1_000_000 });
    const { events, changes } = await since(() => product("Too large"));
    expect(events).toMatchObject([{ status: "superseded" }]);
    expect(events[0]?.reason).toContain("too large");
    expect(changes).toEqual([]);
    expect(await confirm()).toBe(1);
    const titles = (await poll.bench.changes(NORTH)).map(({ data }) => data["title"]);
    expect(titles).toContain("Too large");
  });

  it("that say where an Event's body lies are no failure", async () => {
    poll.twin.operations.faults({ alsoAsEvents: true, mostBytes: 100 });
    const { events } = await since(() => product("Elsewhere"));
    expect(events.map(({ status }) => status).toSorted()).toEqual(["ignored", "superseded"]);
    expect(await confirm()).toBe(1);
  });

  it("of 2,048 variants are one change of the product and one of each price", async () => {
    poll.twin.operations.faults({ newVariants: 2_048 });
    const { changes } = await since(() => poll.twin.operations.createProduct({ shop: NORTH }));
    expect(changes.filter(({ domain }) => domain === "pricing")).toHaveLength(2_048);
    expect(changes.filter(({ domain }) => domain === "products")).toHaveLength(1);
  });

  it("of an earlier version are told alike, with what they have more", async () => {
    const [customer] = poll.twin.operations.listCustomers({ shop: NORTH, limit: 1 });
    const customerId = customer?.customerId ?? "";
    const edit = (note: string) => () =>
      poll.twin.operations.updateCustomer({ shop: NORTH, customerId, note });
    poll.twin.operations.faults({ oldVersion: true });
    const old = await since(edit("old"));
    expect(old.events).toMatchObject([{ status: "applied" }]);
    expect(old.changes[0]?.data).toMatchObject({ note: "old", tags: "" });
    poll.twin.operations.faults({ oldVersion: false });
    poll.sleep(60_000);
    const present = await since(edit("present"));
    expect(present.changes[0]?.data).not.toHaveProperty("tags");
    // A read knows the tags again, and finds nothing else.
    poll.sleep(60_000);
    expect(await poll.pass("customers")).toMatchObject({ found: 0 });
  });
});
