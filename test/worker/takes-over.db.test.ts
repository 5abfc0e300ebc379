import { noTracing } from "#app/observability/index.server.ts";
import { PgBoss } from "pg-boss";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createIntake } from "#app/intake/index.server.ts";
import { openQueue } from "#app/queue/index.server.ts";
import { startWorker } from "#app/worker/worker.ts";
import { createRig, type Rig, workerConfig } from "./rig.ts";
import { clientSecret, stockBody, webhookOf } from "./webhooks.ts";

let rig: Rig;

beforeAll(async () => {
  rig = await createRig();
});
afterAll(() => rig.close());

/** Takes a job as a worker does that dies right afterwards: nobody sends a sign of life for it. */
async function takeAndVanish(): Promise<number> {
  const boss = new PgBoss({
    connectionString: rig.database.url,
    max: 1,
    migrate: false,
    schedule: false,
    supervise: false,
  });
  await boss.start();
  const taken = await boss.fetch("process-events");
  await boss.stop({ graceful: false, close: true });
  return taken.length;
}

// 10 s without a sign of life, up to 2 s until the next supervision, 1 to 2 s of backoff.
describe("the jobs of a worker that was killed", () => {
  it("are done by another one within 20 s", async () => {
    const shop = await rig.installedShop();
    const queue = await openQueue({
      url: rig.database.url,
      log: rig.log,
      vault: rig.vault,
      role: "web",
    });
    const { db, vault, clock, counters, log } = rig;
    const secrets = [clientSecret];
    const intake = createIntake({
      db,
      queue,
      vault,
      clock,
      counters,
      log,
      tracing: noTracing,
      secrets,
    });
    const body = stockBody(1, 5, "2026-11-23T10:00:00Z");
    await intake.receive(webhookOf({ shop, topic: "inventory_levels/update", body }));
    expect(await takeAndVanish()).toBe(1);
    const worker = await startWorker(workerConfig(rig));
    const status = async () => {
      const { rows } = await db.query<{ status: string }>(
        "SELECT status FROM events WHERE shop = $1",
        [shop],
      );
      return rows[0]?.status;
    };
    await expect.poll(status, { timeout: 20_000, interval: 50 }).toBe("applied");
    await worker.stop();
    await queue.stop(1_000);
  }, 60_000);
});
