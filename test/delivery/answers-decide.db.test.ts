import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { deliveriesOfEvent, recentDeliveries } from "#app/delivery/index.server.ts";
import { getSystem } from "#app/systems/index.server.ts";
import { createRig, type Rig } from "#test/worker/rig.ts";
import { type Bench, createBench, type Line, soon, whenQuiet } from "./lane-set-up.ts";
import { deliveriesOf, type DeliveryRow, publish, statusesOf } from "./publish.ts";

let rig: Rig;
let bench: Bench;

beforeAll(async () => {
  rig = await createRig();
  bench = createBench(rig);
});
afterEach(() => bench.clear());
afterAll(() => rig.close());

/** Publishes one change and waits until its delivery stands at `status`. */
async function publishUntil(line: Line, status: string): Promise<DeliveryRow> {
  bench.startLanes();
  await publish(rig, line.shop, {});
  await expect.poll(() => statusesOf(rig, line.shop), soon).toEqual([status]);
  const [row] = await deliveriesOf(rig, line.shop);
  if (!row) throw new Error("no delivery");
  return row;
}

describe("an answer", () => {
  it.each([200, 201, 204])("of %i acknowledges", async (status) => {
    const line = await bench.openLine();
    line.receiver.react = () => ({ status });
    expect(await publishUntil(line, "delivered")).toMatchObject({
      attempts: 1,
      httpStatus: status,
      reason: null,
    });
  });

  it.each([301, 400, 401, 404, 408, 422])("of %i is final at the first attempt", async (status) => {
    const line = await bench.openLine();
    line.receiver.react = () => ({ status, headers: { location: line.receiver.url } });
    const row = await publishUntil(line, "dead");
    expect(row).toMatchObject({ attempts: 1, httpStatus: status });
    expect(row.reason).toContain(`(${String(status)})`);
    expect(line.receiver.requests).toHaveLength(1);
  });

  it("of 410 disables the system; what comes after waits", async () => {
    const line = await bench.openLine();
    line.receiver.react = () => ({ status: 410 });
    await publishUntil(line, "dead");
    expect(await getSystem(rig.db, line.shop, line.id)).toMatchObject({
      status: "disabled",
      statusReason: "The system answered 410: this address is gone. Correct it, then resume.",
    });
    await publish(rig, line.shop, {});
    expect(await whenQuiet(() => line.receiver.requests.length, 1_500)).toBe(1);
    expect(await statusesOf(rig, line.shop)).toEqual(["dead", "waiting"]);
  });

  it.each([429, 503])("of %i is obeyed: not a moment before Retry-After", async (status) => {
    const line = await bench.openLine({ policy: { maxDelayMs: 60_000 } });
    line.receiver.react = ({ headers }) =>
      headers["x-converge-attempt"] === "1"
        ? { status, headers: { "retry-after": "1" } }
        : { status: 200 };
    await publishUntil(line, "delivered");
    const [first, second] = line.receiver.requests;
    const waitedMs = (second?.atMs ?? 0) - (first?.atMs ?? 0);
    expect(waitedMs).toBeGreaterThanOrEqual(1_000);
    expect(waitedMs).toBeLessThan(5_000);
  });

  it("of 500 is retried until the attempts are used up", async () => {
    const line = await bench.openLine();
    line.receiver.react = () => ({ status: 500, text: "stack trace\u0000" });
    const row = await publishUntil(line, "dead");
    expect(row.reason).toBe("The system failed (500). Given up after 3 attempts.");
    const { items } = await recentDeliveries(rig.db, line.shop, line.id, { limit: 5 });
    expect(
      items[0]?.attempts.map((item) => [item.attempt, item.httpStatus, item.response]),
    ).toEqual([1, 2, 3].map((attempt) => [attempt, 500, "stack trace"]));
  });
});

describe("no answer", () => {
  it("in time is retried, then given up", async () => {
    const line = await bench.openLine({ policy: { timeoutMs: 100, maxAttempts: 2 } });
    line.receiver.react = () => "hang";
    const row = await publishUntil(line, "dead");
    expect(row).toMatchObject({ attempts: 2, httpStatus: null });
    expect(row.reason).toBe("No answer within 100 ms. Given up after 2 attempts.");
  });

  it("because the connection was cut is retried and arrives", async () => {
    const line = await bench.openLine();
    line.receiver.react = ({ headers }) =>
      headers["x-converge-attempt"] === "1" ? "drop" : { status: 200 };
    const row = await publishUntil(line, "delivered");
    expect(row.attempts).toBe(2);
    const shown = await deliveriesOfEvent(rig.db, line.shop, row.changeId.slice("evt_".length));
    expect(shown[0]?.attempts[0]?.error).toBe("The connection was cut while sending.");
  });

  it("because nothing listens there is retried, then given up", async () => {
    const line = await bench.openLine({ policy: { maxAttempts: 2 } });
    const url = `http://127.0.0.1:${String(await freePort())}/hook`;
    await rig.db.query("UPDATE systems SET url = $2 WHERE id = $1", [line.id, url]);
    const row = await publishUntil(line, "dead");
    expect(row).toMatchObject({ attempts: 2, httpStatus: null });
    expect(row.reason).toContain("connection refused");
  });

  it("because the address is forbidden is final", async () => {
    const line = await bench.openLine();
    await rig.db.query("UPDATE systems SET url = 'ftp://example.com/' WHERE id = $1", [line.id]);
    expect(await publishUntil(line, "dead")).toMatchObject({ attempts: 1, httpStatus: null });
  });
});

describe("a delivery that cannot be put together", () => {
  it("does not hold up the others: sealed with a lost key, it is dead and says why", async () => {
    const line = await bench.openLine();
    bench.startLanes();
    const [other] = await publish({ ...rig, vault: lostKey }, line.shop, {});
    await publish(rig, line.shop, {});
    await expect.poll(() => statusesOf(rig, line.shop), soon).toEqual(["dead", "delivered"]);
    const row = (await deliveriesOf(rig, line.shop)).find((item) => item.changeId === other);
    expect(row?.reason).toContain("This change could not be read");
    expect(line.receiver.requests).toHaveLength(1);
  });

  it("because its change was erased ends, without being sent", async () => {
    const line = await bench.openLine();
    const [id = ""] = await publish(rig, line.shop, {});
    await rig.db.query("DELETE FROM changes WHERE id = $1", [id]);
    bench.startLanes();
    await expect.poll(() => statusesOf(rig, line.shop), soon).toEqual(["discarded"]);
    expect(line.receiver.requests).toEqual([]);
  });
});

const lostKey = {
  seal: () => Buffer.from("sealed by somebody else, with a key nobody has any more"),
  open: () => Buffer.alloc(0),
};

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
