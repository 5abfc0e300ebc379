import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  discardDeadLetters,
  listDeadLetters,
  replayDeadLetters,
} from "#app/delivery/index.server.ts";
import { processEvents, type ProcessingDeps } from "#app/processing/index.server.ts";
import { createRig, type Rig } from "#test/worker/rig.ts";
import { stockBody, type WebhookDraft } from "#test/worker/webhooks.ts";
import { createWorkbench, type Workbench } from "./workbench.ts";

let rig: Rig;
let bench: Workbench;
let shop: string;

beforeAll(async () => {
  rig = await createRig();
  bench = createWorkbench(rig);
});
afterAll(() => rig.close());

const stock = (level: number): WebhookDraft => ({
  shop,
  topic: "inventory_levels/update",
  body: stockBody(level, level, "2026-11-23T10:00:00Z"),
});

/** Receives three webhooks of one job and ruins the stored body of the second. */
async function receiveWithPoison(): Promise<{ ids: string[]; poisoned: string; body: Buffer }> {
  shop = await rig.installedShop();
  await bench.receive(stock(1), stock(2), stock(3));
  const ids = (await bench.events(shop)).map((event) => event.id);
  const poisoned = ids[1] ?? "";
  const { rows } = await rig.db.query<{ body: Buffer }>(
    "SELECT body FROM event_bodies WHERE event_id = $1",
    [poisoned],
  );
  await storeBody(poisoned, Buffer.from("not what was sealed"));
  return { ids, poisoned, body: rows[0]?.body ?? Buffer.alloc(0) };
}

async function storeBody(eventId: string, body: Buffer): Promise<void> {
  await rig.db.query("UPDATE event_bodies SET body = $2 WHERE event_id = $1", [eventId, body]);
}

const statuses = async () => (await bench.events(shop)).map((event) => event.status);

/** Runs what waits until nothing does, each job by itself; returns the delays it was told to keep. */
async function runToTheEnd(): Promise<number[]> {
  const delays: number[] = [];
  for (;;) {
    delays.push(...bench.jobs.map((job) => job.startAfterSeconds).filter((delay) => delay > 0));
    const jobs = bench.take();
    if (jobs.length === 0) return delays;
    for (const job of jobs) await bench.run([job]);
  }
}

describe("an event that cannot be processed", () => {
  it("is dead after its tries, while its neighbours go on", async () => {
    const { ids } = await receiveWithPoison();
    bench.take();
    bench.jobs.length = 0;
    await bench.run([{ shop, eventIds: ids, failures: 0 }]);
    // The neighbours come back alone, one second later.
    expect(await statuses()).toEqual(["received", "received", "received"]);
    const delays = await runToTheEnd();
    expect(await statuses()).toEqual(["applied", "dead", "applied"]);
    expect(delays.filter((delay) => delay > 1)).toEqual([4, 16]);
    const [, dead] = await bench.events(shop);
    expect(dead?.reason).toMatch(/^Converge could not process this event: The sealed value/);
  });

  it("does not hold up another job of the same batch, not even by a second", async () => {
    const { ids } = await receiveWithPoison();
    bench.take();
    await bench.run(ids.map((id) => ({ shop, eventIds: [id], failures: 0 })));
    expect(await statuses()).toEqual(["applied", "received", "applied"]);
    await runToTheEnd();
    expect(await statuses()).toEqual(["applied", "dead", "applied"]);
  });

  it.each([
    ["not JSON to its end", '"lines":[', "The body is not JSON."],
    [
      "nested without end",
      `"lines":${"[".repeat(5_000)}${"]".repeat(5_000)}}`,
      "The body is nested too deeply to read.",
    ],
  ])("that is large and %s is dead at once, with the reason", async (_case, rest, reason) => {
    shop = await rig.installedShop();
    const head = `"admin_graphql_api_id":"gid://shopify/Order/5","updated_at":"2026-11-23T10:00:00Z"`;
    const body = `{${head},"note":"${"x".repeat(5_000)}",${rest}`;
    await bench.receive(stock(1), { shop, topic: "orders/updated", body }, stock(2));
    expect(await statuses()).toEqual(["received", "received", "received"]);
    expect(await runToTheEnd()).toEqual([]);
    expect(await statuses()).toEqual(["applied", "dead", "applied"]);
    expect((await bench.events(shop))[1]?.reason).toBe(reason);
  });

  it("stands in the dead letters and is processed when it is replayed after the cause is gone", async () => {
    const { poisoned, body } = await receiveWithPoison();
    await runToTheEnd();
    const { items } = await listDeadLetters(rig.db, shop, { limit: 10 });
    expect(items.map((item) => [item.id, item.kind])).toEqual([[`evt:${poisoned}`, "event"]]);
    await storeBody(poisoned, body);
    const deps = { ...rig, queue: bench.queue };
    const replay = () => replayDeadLetters(deps, shop, "user:1", { ids: [`evt:${poisoned}`] });
    expect(await replay()).toMatchObject({ count: 1 });
    expect(await replay()).toMatchObject({ count: 0 });
    await runToTheEnd();
    expect(await statuses()).toEqual(["applied", "applied", "applied"]);
    expect((await bench.changes(shop)).map((change) => change.data["available"]).sort()).toEqual([
      1, 2, 3,
    ]);
  });

  it("can be given up, with a reason that stays", async () => {
    const { poisoned } = await receiveWithPoison();
    await runToTheEnd();
    await discardDeadLetters(rig, shop, "user:1", { ids: [`evt:${poisoned}`] }, "a test shop");
    const [, event] = await bench.events(shop);
    expect(event).toMatchObject({ status: "ignored", reason: "Discarded: a test shop" });
    expect((await listDeadLetters(rig.db, shop, { limit: 10 })).items).toEqual([]);
  });
});

describe("a batch that lost against another transaction", () => {
  it("is handed back whole: its events did nothing wrong", async () => {
    shop = await rig.installedShop();
    await bench.receive(stock(1));
    const jobs = bench.take();
    const conflict = Object.assign(new Error("deadlock detected"), { code: "40P01" });
    const deps: ProcessingDeps = {
      ...bench.deps,
      enqueue: (tx, name, batch) =>
        name === "fan-out-changes" ? Promise.reject(conflict) : bench.deps.enqueue(tx, name, batch),
    };
    const run = rig.db.transaction((tx) => processEvents(deps, tx, jobs));
    await expect(run).rejects.toBe(conflict);
    expect(await statuses()).toEqual(["received"]);
    expect(bench.take()).toEqual([]);
  });
});
