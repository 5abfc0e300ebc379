import { Writable } from "node:stream";
import pino from "pino";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { createRig } from "#test/worker/rig.ts";
import { type Bench, createBench, soon } from "./lane-set-up.ts";
import { publish, statusesOf } from "./publish.ts";

let bench: Bench;

beforeAll(async () => {
  bench = createBench(await createRig());
});
afterEach(() => bench.clear());
afterAll(() => bench.rig.close());

it("every attempt is one line of the log, with the ids it belongs to and no data", async () => {
  const lines: string[] = [];
  const output = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push(chunk.toString());
      done();
    },
  });
  const line = await bench.openLine();
  const answers = [500, 200];
  line.receiver.react = () => ({ status: answers.shift() ?? 200 });
  bench.startLanes({ log: pino({ level: "info" }, output) });
  const [id] = await publish(bench.rig, line.shop, {
    resource: "r",
    data: '{"available":5,"email":"ann@example.com"}',
    correlationId: "order-7",
  });
  await expect.poll(() => statusesOf(bench.rig, line.shop), soon).toEqual(["delivered"]);
  const attempts = () =>
    lines
      .map((text) => JSON.parse(text) as Record<string, unknown>)
      .filter((item) => item["msg"] === "delivery attempted");
  await expect.poll(() => attempts().length, soon).toBe(2);
  const ids = { systemId: line.id, webhookId: id, correlationId: "order-7", resourceId: "r" };
  expect(attempts()).toMatchObject([
    { ...ids, attempt: 1, outcome: "retrying", httpStatus: 500 },
    { ...ids, attempt: 2, outcome: "delivered", httpStatus: 200 },
  ]);
  expect(lines.join("")).not.toMatch(/ann@example|whsec_/);
});
