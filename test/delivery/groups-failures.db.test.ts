import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  acknowledgeIssue,
  discardDeadLetters,
  ignoreIssue,
  listDeadLetters,
  listIssues,
} from "#app/delivery/index.server.ts";
import { deliveryIssueStates } from "#app/delivery/types.ts";
import { createRig, type Rig } from "#test/worker/rig.ts";
import { type Bench, createBench, type Line, soon } from "./lane-set-up.ts";
import { publish, statusesOf } from "./publish.ts";

let rig: Rig;
let bench: Bench;

beforeAll(async () => {
  rig = await createRig();
  bench = createBench(rig);
});
afterEach(() => bench.clear());
afterAll(() => rig.close());

const deadCount = async (shop: string) =>
  (await statusesOf(rig, shop)).filter((status) => status === "dead").length;

const issuesOf = async (...args: Parameters<typeof listIssues>) =>
  (await listIssues(...args)).items;
const allIssues = (shop: string) => issuesOf(rig.db, shop, { states: deliveryIssueStates });

/** Refuses what a test says; lanes are running. */
async function openLine(): Promise<Line> {
  const line = await bench.openLine();
  bench.startLanes();
  return line;
}

/** Lets a change of each resource die of `status`. */
async function kill(line: Line, status: number, second: number, ...resources: string[]) {
  const before = await deadCount(line.shop);
  line.receiver.react = () => ({ status });
  await publish(rig, line.shop, ...resources.map((resource) => ({ resource, second })));
  await expect.poll(() => deadCount(line.shop), soon).toBe(before + resources.length);
}

async function succeed(line: Line, second: number, resource: string) {
  const before = line.receiver.requests.length;
  line.receiver.react = () => ({ status: 200 });
  await publish(rig, line.shop, { resource, second });
  await expect.poll(() => line.receiver.requests.length, soon).toBe(before + 1);
}

describe("failures", () => {
  it("with one cause are one issue, with another another, and not another system's", async () => {
    const line = await openLine();
    await kill(line, 422, 1, "a", "b");
    await kill(line, 422, 2, "a");
    await kill(line, 401, 1, "c");
    const issues = await issuesOf(rig.db, line.shop);
    expect(issues.map((item) => [item.cause, item.count, item.resources, item.state])).toEqual([
      ["4xx:unauthorized", 1, 1, "open"],
      ["4xx:rejected", 3, 2, "open"],
    ]);
    expect(issues[1]).toMatchObject({
      systemId: line.id,
      httpStatus: 422,
      reason: "The system rejected the change (422).",
    });
    expect(Date.parse(issues[1]?.lastSeenAt ?? "")).toBeGreaterThan(
      Date.parse(issues[1]?.firstSeenAt ?? ""),
    );
    const other = await openLine();
    await kill(other, 422, 1, "a");
    expect((await issuesOf(rig.db, other.shop)).map((item) => item.count)).toEqual([1]);
  });

  it("are resolved when every resource got through since, not before", async () => {
    const line = await openLine();
    await kill(line, 422, 1, "a", "b");
    await succeed(line, 2, "a");
    await succeed(line, 1, "unrelated");
    await expect
      .poll(async () => (await allIssues(line.shop)).map((item) => item.resources), soon)
      .toEqual([1]);
    expect(await issuesOf(rig.db, line.shop)).toHaveLength(1);
    await succeed(line, 2, "b");
    await expect.poll(() => issuesOf(rig.db, line.shop), soon).toEqual([]);
    expect(await allIssues(line.shop)).toMatchObject([{ state: "resolved", count: 2 }]);
  });

  it("that come back open the issue again", async () => {
    const line = await openLine();
    await kill(line, 422, 1, "a");
    await succeed(line, 2, "a");
    await expect.poll(() => issuesOf(rig.db, line.shop), soon).toEqual([]);
    await kill(line, 400, 3, "b");
    expect(await issuesOf(rig.db, line.shop)).toMatchObject([
      { state: "open", count: 2, resources: 1, httpStatus: 400 },
    ]);
  });

  it("that are discarded leave the issue; the last one resolves it", async () => {
    const line = await openLine();
    await kill(line, 422, 1, "a", "b");
    const { items } = await listDeadLetters(rig.db, line.shop, { limit: 5 });
    const [one = "", two = ""] = items.map((item) => item.id);
    await discardDeadLetters(rig, line.shop, "user:1", { ids: [one] }, "no use");
    expect(await issuesOf(rig.db, line.shop)).toMatchObject([{ resources: 1 }]);
    await discardDeadLetters(rig, line.shop, "user:1", { ids: [two] }, "no use");
    expect(await allIssues(line.shop)).toMatchObject([{ state: "resolved", resources: 0 }]);
  });
});

describe("a person", () => {
  it("acknowledges an issue: it counts on, and resolves as any other", async () => {
    const line = await openLine();
    await kill(line, 422, 1, "a");
    const [issue] = await issuesOf(rig.db, line.shop);
    const acknowledge = () => acknowledgeIssue(rig, line.shop, "user:1", issue?.id ?? "");
    expect(await acknowledge()).toMatchObject({ state: "acknowledged" });
    // A second time changes nothing, and is not on record below.
    expect(await acknowledge()).toMatchObject({ state: "acknowledged" });
    await kill(line, 422, 2, "a");
    expect(await issuesOf(rig.db, line.shop)).toMatchObject([{ state: "acknowledged", count: 2 }]);
    await succeed(line, 3, "a");
    await expect.poll(() => issuesOf(rig.db, line.shop), soon).toEqual([]);
    const { rows } = await rig.db.query(
      "SELECT actor, action, detail FROM audit_entries WHERE shop = $1 AND subject = $2",
      [line.shop, issue?.id],
    );
    expect(rows).toEqual([
      {
        actor: "user:1",
        action: "delivery-issue.acknowledged",
        detail: { systemId: line.id, cause: "4xx:rejected" },
      },
    ]);
  });

  it("ignores an issue for good: neither failures nor successes bring it back", async () => {
    const line = await openLine();
    await kill(line, 422, 1, "a");
    const [issue] = await issuesOf(rig.db, line.shop);
    expect(await ignoreIssue(rig, line.shop, "user:1", issue?.id ?? "")).not.toBeNull();
    await kill(line, 422, 2, "a");
    await succeed(line, 3, "a");
    await kill(line, 422, 4, "a");
    expect(await issuesOf(rig.db, line.shop)).toEqual([]);
    expect(await allIssues(line.shop)).toMatchObject([{ state: "ignored", count: 3 }]);
  });

  it("cannot touch another shop's issue, nor one that does not exist", async () => {
    const line = await openLine();
    await kill(line, 422, 1, "a");
    const [issue] = await issuesOf(rig.db, line.shop);
    const other = await rig.installedShop();
    expect(await acknowledgeIssue(rig, other, "user:1", issue?.id ?? "")).toBeNull();
    expect(await ignoreIssue(rig, line.shop, "user:1", "no-id")).toBeNull();
    expect(await ignoreIssue(rig, line.shop, "user:1", randomUUID())).toBeNull();
    expect(await issuesOf(rig.db, line.shop)).toMatchObject([{ state: "open" }]);
  });
});
