import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { recordAttempts } from "#app/delivery/delivery-store.ts";
import { forgetDeliveriesOfShop } from "#app/delivery/index.server.ts";
import { createRig, type Rig } from "#test/worker/rig.ts";
import { connectSystem, deliveriesOf, publish } from "./publish.ts";

let rig: Rig;

beforeAll(async () => {
  rig = await createRig();
});
afterAll(() => rig.close());

it("forgets the attempt that is being written down at that very moment", async () => {
  const shop = await rig.installedShop();
  const system = await connectSystem(rig, shop, "http://127.0.0.1:1/hook");
  await publish(rig, shop, {});
  const [delivery] = await deliveriesOf(rig, shop);
  const forget = () =>
    rig.db.transaction((tx) => forgetDeliveriesOfShop(tx, shop, [system.id], 500));
  let forgetting: Promise<number> | undefined;
  await rig.db.transaction(async (tx) => {
    await recordAttempts(tx, [
      {
        id: delivery?.id ?? "",
        attempt: 1,
        status: "delivered",
        atMs: Date.now(),
        durationMs: 5,
        httpStatus: 200,
        error: null,
        response: null,
        nextAttemptAtMs: null,
      },
    ]);
    forgetting = forget();
    // Until it waits for the delivery's lock, which this transaction holds.
    await expect.poll(waiting, { timeout: 5_000 }).toBe(true);
    await sleep(50);
  });
  expect(await forgetting).toBeGreaterThan(0);
  const { rows } = await rig.db.query("SELECT 1 FROM delivery_attempts WHERE delivery_id = $1", [
    delivery?.id,
  ]);
  expect(rows).toEqual([]);
});

async function waiting(): Promise<boolean> {
  const { rows } = await rig.db.query(
    `SELECT 1 AS one FROM pg_stat_activity
     WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  );
  return rows.length > 0;
}
