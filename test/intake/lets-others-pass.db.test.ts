import { afterAll, beforeAll, expect, it } from "vitest";
import { createIntake } from "#app/intake/index.server.ts";
import { openQueue, type Queue } from "#app/queue/index.server.ts";
import { createRig, type Rig } from "#test/worker/rig.ts";
import { clientSecret, stockBody, webhookOf } from "#test/worker/webhooks.ts";

let rig: Rig;
let queue: Queue;

beforeAll(async () => {
  rig = await createRig();
  queue = await openQueue({
    url: rig.database.url,
    log: rig.log,
    vault: rig.vault,
    role: "worker",
  });
});
afterAll(async () => {
  await queue.stop(1_000);
  await rig.close();
});

it("a webhook is worked on before what another store flooded in ahead of it", async () => {
  const [flooding, quiet] = [await rig.installedShop(), await rig.installedShop()];
  const intake = createIntake({ ...rig, queue, secrets: [clientSecret] });
  const send = async (shop: string, level: number) => {
    const body = stockBody(level, 1, new Date().toISOString());
    const { outcome } = await intake.receive(
      webhookOf({ shop, topic: "inventory_levels/update", body }),
    );
    expect(outcome).toBe("accepted");
  };
  // The first five hundred are every store's right; what comes after them waits.
  await Promise.all(Array.from({ length: 600 }, (_, level) => send(flooding, level)));
  await rig.db.query("DELETE FROM pgboss.job WHERE name = 'process-events'");
  for (let level = 0; level < 200; level += 1) await send(flooding, level);
  await send(quiet, 1);
  const order: string[] = [];
  await queue.work("process-events", 1, async (payloads) => {
    order.push(...payloads.map((payload) => payload.shop));
    return Promise.resolve();
  });
  await expect.poll(() => order.length, { timeout: 10_000 }).toBe(201);
  // Jobs come in batches of 128, each in any order.
  expect(order.indexOf(quiet)).toBeLessThan(128);
});
