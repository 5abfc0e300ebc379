import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { JobPayload } from "#app/jobs.ts";
import { processEvents } from "#app/processing/index.server.ts";
import { createRig, type Rig } from "#test/worker/rig.ts";
import { stockBody, stockLevelGid, type WebhookDraft } from "#test/worker/webhooks.ts";
import { createWorkbench, type Workbench } from "./workbench.ts";

let rig: Rig;
let bench: Workbench;
let shop: string;

beforeAll(async () => {
  rig = await createRig();
  bench = createWorkbench(rig);
});
afterAll(() => rig.close());

const stock = (level: number, available: number, atSecond: number): WebhookDraft => ({
  shop,
  topic: "inventory_levels/update",
  body: stockBody(level, available, `2026-11-23T10:00:${String(atSecond).padStart(2, "0")}Z`),
});

/** Takes the waiting jobs one by one into a batch each. */
function batches(): JobPayload<"process-events">[][] {
  return bench.take().map((job) => [job]);
}

describe("a job of processing", () => {
  it("run twice changes nothing the second time", async () => {
    shop = await rig.installedShop();
    await bench.receive(stock(1, 5, 10), stock(2, 6, 11));
    const jobs = bench.take();
    await bench.run(jobs);
    const before = await snapshot();
    await bench.run(jobs);
    expect(await snapshot()).toEqual(before);
    expect(bench.jobs.filter((job) => job.name === "fan-out-changes")).toHaveLength(1);
  });

  it("leaves nothing behind when its transaction does not commit", async () => {
    shop = await rig.installedShop();
    await bench.receive(stock(1, 5, 10));
    const jobs = bench.take();
    const crashed = rig.db.transaction(async (tx) => {
      await processEvents(bench.deps, tx, jobs);
      throw new Error("the worker died here");
    });
    await expect(crashed).rejects.toThrow("the worker died here");
    expect((await bench.events(shop)).map((event) => event.status)).toEqual(["received"]);
    expect(await bench.changes(shop)).toEqual([]);
    await bench.run(jobs);
    expect(await bench.changes(shop)).toHaveLength(1);
  });
});

describe("two workers", () => {
  it("that meet a new resource at once take turns: the newer version stays", async () => {
    shop = await rig.installedShop();
    await bench.receive(stock(1, 9, 12), stock(1, 5, 10));
    const [newer = [], older = []] = batches();
    await Promise.all([bench.run(newer), bench.run(older)]);
    const { rows } = await rig.db.query<{ version: string }>(
      "SELECT version FROM mirror_resources WHERE shop = $1 AND id = $2",
      [shop, stockLevelGid(1)],
    );
    expect(rows).toEqual([{ version: "2026-11-23T10:00:12Z" }]);
    const changes = await bench.changes(shop);
    expect(changes.at(-1)?.data["available"]).toBe(9);
  });

  it("whose batches touch the same resources in opposite order do not deadlock", async () => {
    shop = await rig.installedShop();
    for (const round of [1, 2, 3, 4, 5, 6]) {
      await bench.receive(
        stock(1, round, round * 4),
        stock(2, round, round * 4),
        stock(2, round, round * 4 + 1),
        stock(1, round, round * 4 + 1),
      );
      const [a, b, c, d] = bench.take();
      if (!a || !b || !c || !d) throw new Error("four jobs expected");
      await Promise.all([bench.run([a, b]), bench.run([c, d])]);
    }
    expect(new Set((await bench.events(shop)).map((event) => event.status))).not.toContain(
      "received",
    );
  });
});

async function snapshot(): Promise<unknown> {
  const { rows } = await rig.db.query(
    `SELECT (SELECT json_agg(e ORDER BY id) FROM events e WHERE shop = $1) AS events,
       (SELECT json_agg(m ORDER BY id) FROM mirror_resources m WHERE shop = $1) AS mirror,
       (SELECT json_agg(c ORDER BY id) FROM changes c WHERE shop = $1) AS changes,
       (SELECT json_agg(o ORDER BY outcome) FROM event_outcomes o WHERE shop = $1) AS outcomes,
       (SELECT sum(count) FROM lag_buckets WHERE shop = $1) AS lags`,
    [shop],
  );
  return rows;
}
