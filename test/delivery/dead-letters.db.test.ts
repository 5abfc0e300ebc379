import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  deadLetterTotals,
  discardDeadLetters,
  listDeadLetters,
  previewReplay,
  replayDeadLetters,
  type DeadLetterSelection,
} from "#app/delivery/index.server.ts";
import { createRig, holdJobs, type Rig } from "#test/worker/rig.ts";
import { type Bench, createBench, type Line, soon } from "./lane-set-up.ts";
import { deliveriesOf, publish, statusesOf } from "./publish.ts";

let rig: Rig;
let bench: Bench;

beforeAll(async () => {
  rig = await createRig();
  bench = createBench(rig);
});
afterEach(() => bench.clear());
afterAll(() => rig.close());

const many = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ resource: `r${String(index)}`, second: 1 }));

/** A line whose system refused `count` changes; lanes are running. */
async function openDeadLine(count: number): Promise<Line> {
  const line = await bench.openLine();
  line.receiver.react = () => ({ status: 422 });
  bench.startLanes();
  await publish(rig, line.shop, ...many(count));
  await expect.poll(() => countOf(line.shop, "dead"), soon).toBe(count);
  return line;
}

async function countOf(shop: string, status: string): Promise<number> {
  return (await statusesOf(rig, shop)).filter((item) => item === status).length;
}

const replay = (shop: string, selection: DeadLetterSelection) =>
  replayDeadLetters({ ...rig, queue: holdJobs() }, shop, "user:1", selection);

async function deadIds(shop: string): Promise<string[]> {
  const { items } = await listDeadLetters(rig.db, shop, { limit: 200 });
  return items.map((item) => item.id);
}

/** What people did in a shop, newest first. */
async function auditOf(shop: string): Promise<unknown[]> {
  const { rows } = await rig.db.query(
    "SELECT actor, action, subject, detail FROM audit_entries WHERE shop = $1 ORDER BY id DESC",
    [shop],
  );
  return rows;
}

describe("dead letters", () => {
  it("are listed, newest first, with all that is needed to judge them", async () => {
    const line = await openDeadLine(3);
    const { items, next } = await listDeadLetters(rig.db, line.shop, { limit: 200 });
    expect(next).toBeNull();
    expect(items.map((item) => item.resource?.id)).toEqual(["r2", "r1", "r0"]);
    expect(items[0]).toMatchObject({
      kind: "delivery",
      systemId: line.id,
      domain: "inventory",
      topic: "inventory_level.updated",
      reason: "The system rejected the change (422).",
      httpStatus: 422,
      attempts: 1,
    });
    expect(await deadLetterTotals(rig.db, line.shop)).toMatchObject({
      deliveries: 3,
      events: 0,
      capped: false,
      bySystem: [{ systemId: line.id, count: 3 }],
    });
  });

  it("are paged without a gap or a repeat", async () => {
    const line = await openDeadLine(7);
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await listDeadLetters(rig.db, line.shop, {
        limit: 3,
        ...(after === undefined ? {} : { after }),
      });
      seen.push(...page.items.map((item) => item.id));
      after = page.next ?? undefined;
    } while (after !== undefined);
    expect(seen).toEqual(await deadIds(line.shop));
    expect(new Set(seen).size).toBe(7);
  });

  it("begin anew when the cursor is not one", async () => {
    const line = await openDeadLine(2);
    const page = await listDeadLetters(rig.db, line.shop, { limit: 5, after: "no-cursor" });
    expect(page.items).toHaveLength(2);
  });

  it("of another shop or system are not seen", async () => {
    const line = await openDeadLine(1);
    const other = await rig.installedShop();
    expect((await listDeadLetters(rig.db, other, { limit: 5 })).items).toEqual([]);
    const bySystem = await listDeadLetters(rig.db, line.shop, { limit: 5, systemId: "sys_other" });
    expect(bySystem.items).toEqual([]);
  });
});

describe("a replay", () => {
  it("of one sends it again: same webhook-id, marked, attempts from one, linked to the old", async () => {
    const line = await openDeadLine(2);
    line.receiver.react = () => ({ status: 200 });
    const [, first = ""] = await deadIds(line.shop);
    expect(await replay(line.shop, { ids: [first] })).toMatchObject({ count: 1 });
    await expect.poll(() => countOf(line.shop, "delivered"), soon).toBe(1);
    const [refused, , replayed] = line.receiver.requests;
    expect(replayed?.headers).toMatchObject({
      "webhook-id": refused?.headers["webhook-id"],
      "x-converge-replay": "true",
      "x-converge-attempt": "1",
    });
    expect(replayed?.body).toMatchObject({ id: refused?.body.id, source: "replay" });
    const rows = await deliveriesOf(rig, line.shop);
    expect(rows.map((row) => [row.generation, row.status])).toEqual([
      [0, "dead"],
      [0, "dead"],
      [1, "delivered"],
    ]);
    expect(await deadIds(line.shop)).toHaveLength(1);
  });

  it("of all leaves none, and is written down once with who and how many", async () => {
    const line = await openDeadLine(5);
    line.receiver.react = () => ({ status: 200 });
    expect(await replay(line.shop, { all: true })).toMatchObject({ count: 5 });
    await expect.poll(() => countOf(line.shop, "delivered"), soon).toBe(5);
    expect(await deadIds(line.shop)).toEqual([]);
    const [entry] = await auditOf(line.shop);
    expect(entry).toMatchObject({
      actor: "user:1",
      action: "dead-letters.replayed",
      subject: "all",
      detail: { count: 5 },
    });
  });

  it("of all of one system leaves the other's", async () => {
    const line = await openDeadLine(1);
    expect(await replay(line.shop, { all: true, systemId: "sys_other" })).toMatchObject({
      count: 0,
    });
    expect(await deadIds(line.shop)).toHaveLength(1);
  });

  it("pressed by two people at once makes one successor", async () => {
    const line = await openDeadLine(3);
    line.receiver.react = () => ({ status: 200 });
    const ids = await deadIds(line.shop);
    const counts = await Promise.all([
      replay(line.shop, { ids }),
      replay(line.shop, { all: true }),
      replay(line.shop, { ids }),
      replay(line.shop, { all: true }),
    ]);
    expect(counts.reduce((sum, item) => sum + item.count, 0)).toBe(3);
    await expect.poll(() => countOf(line.shop, "delivered"), soon).toBe(3);
    expect(line.receiver.requests).toHaveLength(6);
    expect(await replay(line.shop, { ids })).toMatchObject({ count: 0 });
  });

  it("that fails again is a dead letter again, and can be replayed again", async () => {
    const line = await openDeadLine(1);
    expect(await replay(line.shop, { all: true })).toMatchObject({ count: 1 });
    await expect.poll(() => countOf(line.shop, "dead"), soon).toBe(2);
    const again = await deadIds(line.shop);
    expect(again).toHaveLength(1);
    line.receiver.react = () => ({ status: 200 });
    expect(await replay(line.shop, { ids: again })).toMatchObject({ count: 1 });
    await expect.poll(() => countOf(line.shop, "delivered"), soon).toBe(1);
    const ids = new Set(line.receiver.requests.map((request) => request.headers["webhook-id"]));
    expect(ids.size).toBe(1);
    expect((await deliveriesOf(rig, line.shop)).map((row) => row.generation)).toEqual([0, 1, 2]);
  });

  it("of an old version ends superseded: the past does not overwrite the present", async () => {
    const line = await bench.openLine();
    line.receiver.react = ({ body }) => ({
      status: body.resource?.version.includes(":01.") ? 422 : 200,
    });
    bench.startLanes();
    await publish(rig, line.shop, { resource: "a", second: 1 });
    await publish(rig, line.shop, { resource: "a", second: 2 });
    await expect.poll(() => statusesOf(rig, line.shop), soon).toEqual(["dead", "delivered"]);
    line.receiver.react = () => ({ status: 200 });
    await replay(line.shop, { all: true });
    await expect
      .poll(() => statusesOf(rig, line.shop), soon)
      .toEqual(["dead", "delivered", "superseded"]);
    expect(line.receiver.requests).toHaveLength(2);
    const [, , superseded] = await deliveriesOf(rig, line.shop);
    expect(superseded?.reason).toBe("There is a newer version for the system.");
  });

  it.each([
    ["latest", { willDeliver: 1, superseded: 1 }, ["dead", "dead", "superseded"], ["02"]],
    ["every", { willDeliver: 2, superseded: 0 }, ["dead", "dead", "delivered"], ["01", "02"]],
  ] as const)(
    "beside a newer one that failed, too, undoes nothing where only the latest counts (%s)",
    async (mode, effects, afterOne, sent) => {
      // No answer in time: the system may well have taken both.
      const line = await bench.openLine({ policy: { mode, maxAttempts: 1 } });
      line.receiver.react = () => ({ status: 504 });
      bench.startLanes();
      for (const second of [1, 2]) {
        await publish(rig, line.shop, { resource: "a", second });
        await expect.poll(() => countOf(line.shop, "dead"), soon).toBe(second);
      }
      expect(await previewReplay(rig.db, line.shop, { all: true })).toMatchObject({ effects });
      line.receiver.react = () => ({ status: 200 });
      line.receiver.requests.length = 0;
      const older = (await deadIds(line.shop)).at(-1) ?? "";
      await replay(line.shop, { ids: [older] });
      await expect.poll(() => statusesOf(rig, line.shop), soon).toEqual(afterOne);
      await replay(line.shop, { all: true });
      await expect.poll(() => countOf(line.shop, "delivered"), soon).toBe(sent.length);
      const seconds = line.receiver.requests.map(({ body }) =>
        body.resource?.version.slice(17, 19),
      );
      expect(seconds).toEqual(sent);
    },
  );

  it("of the older of two versions with one stamp ends superseded as well", async () => {
    const line = await bench.openLine();
    line.receiver.react = ({ body }) => ({ status: body.data["available"] === 1 ? 422 : 200 });
    bench.startLanes();
    await publish(rig, line.shop, { resource: "a", second: 1, data: '{"available":1}' });
    await publish(rig, line.shop, { resource: "a", second: 1, data: '{"available":2}' });
    await expect.poll(() => statusesOf(rig, line.shop), soon).toEqual(["dead", "delivered"]);
    for (const status of ["superseded", "nothing"]) {
      const { count } = await replay(line.shop, { all: true });
      if (status === "nothing") expect(count).toBe(0);
      else await expect.poll(() => countOf(line.shop, status), soon).toBe(1);
    }
    expect(line.receiver.requests).toHaveLength(2);
  });

  it("of ids that are unknown, malformed or another shop's does nothing", async () => {
    const line = await openDeadLine(1);
    const ids = await deadIds(line.shop);
    expect(await replay(await rig.installedShop(), { ids })).toMatchObject({ count: 0 });
    const odd = [
      "",
      "dlv:",
      "dlv:x",
      "evt:'; DROP TABLE events",
      "nonsense",
      ids[0]?.slice(4) ?? "",
    ];
    expect(await replay(line.shop, { ids: odd })).toMatchObject({ count: 0 });
    expect(await deadIds(line.shop)).toEqual(ids);
  });
});

describe("giving dead letters up", () => {
  it("takes them off the list, with a reason that stays, and nothing is sent", async () => {
    const line = await openDeadLine(2);
    const [ids0 = ""] = await deadIds(line.shop);
    const discard = () =>
      discardDeadLetters(rig, line.shop, "user:1", { ids: [ids0] }, "sold the warehouse");
    expect(await discard()).toEqual({ count: 1 });
    expect(await discard()).toEqual({ count: 0 });
    expect(await replay(line.shop, { ids: [ids0] })).toMatchObject({ count: 0 });
    const rows = await deliveriesOf(rig, line.shop);
    expect(rows.find((row) => row.status === "discarded")?.reason).toBe(
      "Discarded: sold the warehouse",
    );
    expect(await deadIds(line.shop)).toHaveLength(1);
    const [entry] = await auditOf(line.shop);
    expect(entry).toMatchObject({
      action: "dead-letters.discarded",
      detail: { count: 1, reason: "sold the warehouse", ids: [ids0] },
    });
    expect(line.receiver.requests).toHaveLength(2);
  });
});
