import { Webhook } from "standardwebhooks";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { sendTestEvent } from "#app/delivery/index.server.ts";
import { rotateSecret } from "#app/systems/index.server.ts";
import { createRig } from "#test/worker/rig.ts";
import { type Bench, createBench, soon } from "./lane-set-up.ts";
import { publish } from "./publish.ts";

let bench: Bench;

beforeAll(async () => {
  bench = createBench(await createRig());
});
afterEach(() => bench.clear());
afterAll(() => bench.rig.close());

describe("what a system receives", () => {
  it("is signed, framed and filled as the contract says", async () => {
    const line = await bench.openLine();
    bench.startLanes();
    const data = '{"available":5,"legacyId":9007199254740993}';
    const resource = "gid://shopify/InventoryLevel/9007199254740993?inventory_item_id=1";
    const [id = ""] = await publish(bench.rig, line.shop, { resource, data, correlationId: "c-7" });
    await expect.poll(() => line.receiver.requests.length, soon).toBe(1);
    const [request] = line.receiver.requests;
    if (!request) throw new Error("nothing arrived");
    const { headers, text } = request;
    expect(() => new Webhook(line.secret).verify(text, headers as never)).not.toThrow();
    expect(headers).toMatchObject({
      "content-type": "application/json",
      "webhook-id": id,
      "x-correlation-id": "c-7",
      "x-converge-attempt": "1",
    });
    expect(headers).not.toHaveProperty("x-converge-replay");
    expect(headers["traceparent"]).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01$/);
    expect(Math.abs(Number(headers["webhook-timestamp"]) - Date.now() / 1000)).toBeLessThan(5);
    expect(JSON.parse(text)).toEqual({
      id,
      type: "inventory_level.updated",
      domain: "inventory",
      shop: line.shop,
      correlationId: "c-7",
      occurredAt: "2026-11-23T10:00:00.000Z",
      source: "webhook",
      resource: {
        type: "InventoryLevel",
        id: resource,
        version: "2026-11-23T10:00:00.000Z",
        sku: "MUG-1",
      },
      data: JSON.parse(data) as unknown,
    });
    expect(text).toContain('"legacyId":9007199254740993');
  });

  it("keeps its webhook-id over retries, and counts them", async () => {
    const line = await bench.openLine();
    line.receiver.react = ({ headers }) => ({
      status: headers["x-converge-attempt"] === "3" ? 200 : 500,
    });
    bench.startLanes();
    const [id] = await publish(bench.rig, line.shop, {});
    await expect.poll(() => line.receiver.requests.length, soon).toBe(3);
    const headers = line.receiver.requests.map((request) => request.headers);
    expect(headers.map((item) => item["webhook-id"])).toEqual([id, id, id]);
    expect(headers.map((item) => item["x-converge-attempt"])).toEqual(["1", "2", "3"]);
  });

  it("carries both signatures while a secret is being rotated", async () => {
    const line = await bench.openLine();
    const renewed = await rotateSecret(bench.rig, line.shop, "user:1", line.id);
    bench.startLanes();
    await publish(bench.rig, line.shop, {});
    await expect.poll(() => line.receiver.requests.length, soon).toBe(1);
    const [request] = line.receiver.requests;
    for (const secret of [line.secret, renewed ?? ""])
      expect(() =>
        new Webhook(secret).verify(request?.text ?? "", request?.headers as never),
      ).not.toThrow();
  });
});

describe("a test event", () => {
  it("arrives signed, as system.test, even at a paused system", async () => {
    const line = await bench.openLine();
    line.receiver.react = () => ({ status: 204 });
    await bench.rig.db.query("UPDATE systems SET status = 'paused' WHERE id = $1", [line.id]);
    const result = await sendTestEvent(bench.rig, line.shop, line.id);
    expect(result).toEqual({ ok: true, httpStatus: 204, durationMs: expect.any(Number) as number });
    const [request] = line.receiver.requests;
    expect(() =>
      new Webhook(line.secret).verify(request?.text ?? "", request?.headers as never),
    ).not.toThrow();
    expect(request?.body).toMatchObject({ type: "system.test", domain: null, resource: null });
    expect(request?.headers["webhook-id"]).toBe(request?.body.id);
  });

  it("says what came back, or why nothing did", async () => {
    const line = await bench.openLine({ policy: { timeoutMs: 100 } });
    const send = () => sendTestEvent(bench.rig, line.shop, line.id);
    line.receiver.react = () => ({ status: 401 });
    expect(await send()).toMatchObject({
      ok: false,
      httpStatus: 401,
      error: "The system answered 401.",
    });
    line.receiver.react = () => "hang";
    expect(await send()).toMatchObject({
      ok: false,
      httpStatus: null,
      error: "No answer within 100 ms.",
    });
    expect(line.receiver.requests).toHaveLength(2);
  });

  it("does not reach another shop's system", async () => {
    const line = await bench.openLine();
    expect(await sendTestEvent(bench.rig, await bench.rig.installedShop(), line.id)).toBeNull();
    expect(line.receiver.requests).toEqual([]);
  });
});
