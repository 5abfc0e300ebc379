import { afterAll, beforeAll, expect, it } from "vitest";
import { openQueue, type Queue } from "#app/queue/index.server.ts";
import { createRig, type Rig } from "#test/worker/rig.ts";
import { productBody } from "#test/worker/webhooks.ts";
import { createWorkbench, type Workbench } from "./workbench.ts";

let rig: Rig;
let bench: Workbench;
let queue: Queue;

beforeAll(async () => {
  rig = await createRig();
  const { log, vault } = rig;
  queue = await openQueue({ url: rig.database.url, log, vault, role: "worker" });
  bench = createWorkbench(rig, { enqueue: queue.enqueue });
});
afterAll(async () => {
  await queue.stop(1_000);
  await rig.close();
});

const variantsOf = (product: number) =>
  Array.from({ length: 99 }, (_, place) => ({ id: product * 1_000 + place, price: "5.00" }));

/** One webhook of a product whose hundred changes are handed over by one job. */
const change = (shop: string, product: number, variants = variantsOf(product)) =>
  bench.process({
    shop,
    topic: "products/create",
    body: productBody(product, new Date().toISOString(), variants),
  });

it("changes are handed over before those that another store's few webhooks made by the hundred", async () => {
  const [flooding, quiet] = [await rig.installedShop(), await rig.installedShop()];
  // Five hundred are every store's right, in however few jobs they come.
  for (let product = 1; product <= 12; product += 1) await change(flooding, product);
  await change(quiet, 1, []);
  expect(await prioritiesOf(quiet)).toEqual([0]);
  const flood = await prioritiesOf(flooding);
  expect([flood.length, flood.at(0), flood.at(-1)]).toEqual([12, 0, -1]);
});

/** Of the jobs that hand over a store's changes, in the order they were made. */
async function prioritiesOf(shop: string): Promise<number[]> {
  const { rows } = await rig.db.query<{ priority: number }>(
    `SELECT priority FROM pgboss.job WHERE name = 'fan-out-changes' AND group_id = $1
     ORDER BY created_on`,
    [shop],
  );
  return rows.map((row) => row.priority);
}
