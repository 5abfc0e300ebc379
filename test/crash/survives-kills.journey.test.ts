import { randomInt } from "node:crypto";
import { Agent } from "undici";
import { describe, expect, it, onTestFinished } from "vitest";
import type { DemoSystem } from "#test/demo-systems/server.ts";
import type { ResourceState } from "#test/demo-systems/types.ts";
import { createRig } from "#test/worker/rig.ts";
import { type Installation, startInstallation } from "./installation.ts";
import { killAtRandom } from "./kill-at-random.ts";
import { historyOf, type Notification, sendAll } from "./load.ts";
import { seededRandom } from "./random.ts";
import { unfinishedWork } from "./unfinished-work.ts";

/**
 * Promises 1 and 2 under the worst that can happen to a process. `CRASH_RUNS=20 npm test -- crash`
 * repeats it; `CRASH_SEED=<number>` repeats one run's choices (not its timing).
 */

const runs = Number(process.env.CRASH_RUNS ?? "1");
const firstSeed = Number(process.env.CRASH_SEED ?? randomInt(1_000_000));
const size = { single: 400, busy: 20, changesPerBusy: 15 };
const gapMs = 17;
/** From the last kill on: 14 s until a dead worker's jobs are handed out again, and the rest of the work. */
const convergedWithinMs = 45_000;

describe("kill -9 of web and workers under load", () => {
  it.each(Array.from({ length: runs }, (_, index) => firstSeed + index))(
    "loses nothing that was answered 200 and applies nothing twice (seed %i)",
    async (seed) => {
      const installation = await startInstallation(await createRig());
      onTestFinished(() => installation.close());
      const startedMs = Date.now();
      const random = seededRandom(seed);
      const history = historyOf(size, random);
      const agent = new Agent({ connections: 32 });
      const { webhookUrl: url, shop } = installation;
      const over = new AbortController();
      const [report, kills] = await Promise.all([
        sendAll(history, { url, shop, agent, random, gapMs }).finally(() => over.abort()),
        killAtRandom(installation.processes, seededRandom(seed + 1), over.signal),
      ]);
      await agent.close();
      try {
        await expect
          .poll(() => unfinishedWork(installation), { timeout: convergedWithinMs, interval: 250 })
          .toEqual({ received: 0, open: 0 });
        await expectNothingLost(installation, history);
        for (const system of installation.systems)
          await expectArrived(installation, system, history);
      } catch (error) {
        console.log(installation.processes.map((one) => one.lastWords()).join("\n"));
        throw error;
      }
      const seconds = (fromMs: number) => ((Date.now() - fromMs) / 1_000).toFixed(1);
      console.log(
        `seed ${String(seed)}: ${String(history.length)} webhooks in ${String(report.requests)} requests, ` +
          `${String(report.failures)} without a 200, killed ${kills.names.join(", ")}; ` +
          `converged ${seconds(kills.lastMs)} s after the last kill, ${seconds(startedMs)} s in all`,
      );
      expect(kills.names.length).toBeGreaterThan(3);
      expect(Date.now() - startedMs).toBeLessThan(60_000);
      for (const one of installation.processes) expect(await one.stop()).toBe(0);
    },
  );
});

/** Every webhook is one event; each was applied, or superseded by a newer one; nothing is dead. */
async function expectNothingLost(
  { rig, shop }: Installation,
  history: readonly Notification[],
): Promise<void> {
  const { rows } = await rig.db.query<{ delivery_key: string; status: string }>(
    "SELECT delivery_key, status FROM events WHERE shop = $1",
    [shop],
  );
  expect(rows.map((row) => row.delivery_key).sort()).toEqual(
    history.map((notification) => notification.webhookId).sort(),
  );
  expect(
    new Set(rows.map((row) => row.status)).difference(new Set(["applied", "superseded"])),
  ).toEqual(new Set());
  const { rows: changes } = await rig.db.query<{ per_event: string }>(
    "SELECT count(*) AS per_event FROM changes WHERE shop = $1 GROUP BY event_id HAVING count(*) > 1",
    [shop],
  );
  expect(changes).toEqual([]);
  const { rows: dead } = await rig.db.query(
    "SELECT reason FROM deliveries WHERE shop = $1 AND status IN ('dead', 'discarded')",
    [shop],
  );
  expect(dead).toEqual([]);
}

/** A system has the newest state of every resource, got each change once, and none out of order. */
async function expectArrived(
  { rig, shop }: Installation,
  system: DemoSystem,
  history: readonly Notification[],
): Promise<void> {
  const answer = await fetch(`${system.url}/resources`);
  const { items } = (await answer.json()) as { items: ResourceState[] };
  const held = new Map(items.map((item) => [item.id, item.data["available"]]));
  const newest = new Map(history.map((item) => [item.resourceId, item.available]));
  expect(held).toEqual(newest);
  const report = system.received();
  expect(report).toMatchObject({ regressions: 0, rejectedSignatures: 0 });
  // What Converge believes delivered is what arrived: one id per event, no more and no less.
  const { rows } = await rig.db.query<{ change_id: string }>(
    `SELECT change_id FROM deliveries d JOIN systems s ON s.id = d.system_id
     WHERE d.shop = $1 AND s.url = $2 AND d.status = 'delivered'`,
    [shop, `${system.url}/webhooks`],
  );
  expect(system.receivedIds().sort()).toEqual(rows.map((row) => row.change_id).sort());
  expect(report.applied).toBe(rows.length);
}
