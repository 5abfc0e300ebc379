import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { deliver, newSecret, stockChange } from "./deliver.ts";
import { startDemoSystem } from "./server.ts";

const secret = newSecret();
let folder: string;
let stateFile: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "demo-system-"));
  stateFile = join(folder, "deep", "warehouse.json");
});
afterEach(() => rm(folder, { recursive: true }));

const start = () => startDemoSystem({ name: "Warehouse", kind: "wms", port: 0, stateFile });

async function startWithTwoDeliveries() {
  const system = await start();
  await system.setSecret({ shop: "north.myshopify.com", secret });
  await deliver(system.url, stockChange("evt_1", 3, "2026-11-23T10:00:00Z"), [secret]);
  await deliver(system.url, stockChange("evt_2", 2, "2026-11-23T10:00:01Z"), [secret]);
  return system;
}

test("counters, ids, stock, secrets and behaviour are there after a restart", async () => {
  const before = await startWithTwoDeliveries();
  await before.setBehaviour({ mode: "lose_answer", share: 0 });
  const report = before.received();
  await before.close();
  const after = await start();
  expect(after.received()).toEqual(report);
  expect(after.receivedIds()).toEqual(["evt_1", "evt_2"]);
  const repeat = await deliver(after.url, stockChange("evt_1", 3, "2026-11-23T10:00:00Z"), [
    secret,
  ]);
  expect(await repeat.json()).toEqual({ status: "repeat" });
  await after.close();
});

test("what was acknowledged is on file before the process ends, and a torn line is ignored", async () => {
  const running = await startWithTwoDeliveries();
  const killed = await readFile(stateFile, "utf8");
  await running.close();
  const complaint = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  await writeFile(stateFile, killed);
  await appendFile(stateFile, '{"kind":"delivery","at":"2026-');
  const after = await start();
  expect(after.received()).toMatchObject({ applied: 2 });
  expect(complaint).toHaveBeenCalledWith(expect.stringContaining("half-written last line"));
  complaint.mockRestore();
  await after.close();
});

test("a damaged file is an error that names it", async () => {
  await (await start()).close();
  await writeFile(stateFile, "garbage\nmore garbage\n");
  await expect(start()).rejects.toThrow(`${stateFile} is damaged at line 1`);
});

test("a taken port is an error, and the state file of the one who has it stays whole", async () => {
  const first = await startWithTwoDeliveries();
  const port = Number(new URL(first.url).port);
  await expect(
    startDemoSystem({ name: "Second", kind: "wms", port, stateFile }),
  ).rejects.toMatchObject({ code: "EADDRINUSE" });
  expect(first.received().applied).toBe(2);
  await first.close();
});

test("more records than fit between two snapshots are all kept, in a small file", async () => {
  const system = await startWithTwoDeliveries();
  const rounds = Array.from({ length: 21 }, (_, round) => round);
  for (const round of rounds) {
    const changes = Array.from({ length: 1000 }, (_, index) =>
      system.setBehaviour({ mode: "slow", delayMs: round * 1000 + index }),
    );
    await Promise.all(changes);
  }
  await system.close();
  expect((await readFile(stateFile, "utf8")).split("\n").length).toBeLessThan(20_000);
  const after = await start();
  expect(after.received()).toMatchObject({ applied: 2, behaviour: { delayMs: 20_999 } });
  await after.close();
});
