import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { runReconciliation, type RunDeps } from "#app/reconciliation/index.server.ts";
import { ShopifyReconnectNeededError } from "#app/shopify/index.server.ts";
import { markLearned } from "#app/shops/index.server.ts";
import { NORTH } from "#test/twin-conformance/support.ts";
import { createReconRig, type ReconRig } from "./recon-rig.ts";

let recon: ReconRig;

beforeAll(async () => {
  recon = await createReconRig();
  await recon.run();
});
afterAll(() => recon.close());
beforeEach(() => {
  recon.network.send = fetch;
});

/** One stock level moves without a webhook. */
async function plant(index: number): Promise<void> {
  const level = (await recon.levels())[index];
  if (!level) throw new Error("the twin has too few levels");
  const { sku, locationId, available } = level;
  recon.twin.operations.setStock({ shop: NORTH, sku, locationId, available: available + 1 });
}

/** Dependencies whose database dies at its `n`th transaction, before or after it was committed. */
function dyingAt(n: number, committed: boolean): RunDeps {
  let left = n;
  const { db } = recon.rig;
  return {
    ...recon.deps,
    db: {
      ...db,
      query: (text, values) => db.query(text, values),
      transaction: async (work) => {
        left -= 1;
        if (left === 0 && !committed) throw new Error("the process died");
        const result = await db.transaction(work);
        if (left === 0) throw new Error("the process died");
        return result;
      },
    },
  };
}

describe("a comparison", () => {
  it.each([1, 2, 3, 4, 5, 6].flatMap((n) => [[n, false] as const, [n, true] as const]))(
    "whose process dies at its transaction %i (committed: %s) goes on and counts nothing twice",
    async (n, committed) => {
      await plant(n);
      const id = await recon.start();
      const job = { shop: recon.shop, runId: id };
      await recon.settle(dyingAt(n, committed)).catch(() => undefined);
      // The queue hands the job out again.
      await runReconciliation(recon.deps, job);
      await recon.settle();
      await expect
        .poll(async () => {
          await runReconciliation(recon.deps, job);
          await recon.settle();
          return recon.view(id);
        })
        .toMatchObject({ status: "completed", found: 1, repaired: 1 });
    },
  );

  it("of which two workers hold the job at once is done once", async () => {
    await plant(8);
    const id = await recon.start();
    const job = { shop: recon.shop, runId: id };
    await Promise.all([
      runReconciliation(recon.deps, job),
      runReconciliation(recon.deps, job),
      recon.settle(),
    ]);
    await recon.settle();
    expect(await recon.view(id)).toMatchObject({ status: "completed", found: 1, repaired: 1 });
  });

  it("goes on where a result was cut off", async () => {
    await plant(9);
    const offsets: string[] = [];
    recon.network.send = async (input, init) => {
      const answer = await fetch(input, init);
      const range = new Headers(init?.headers).get("range");
      if (range === null) return answer;
      offsets.push(range);
      const bytes = Buffer.from(await answer.arrayBuffer());
      return offsets.length === 1
        ? new Response(bytes.subarray(0, 5_000))
        : new Response(bytes, answer);
    };
    expect(await recon.run()).toMatchObject({ status: "completed", found: 1, partial: false });
    expect(offsets.length).toBe(2);
    expect(offsets[1]).not.toBe("bytes=0-");
  });

  it("judges nothing as missing when the rest of a result never comes", async () => {
    recon.network.send = async (input, init) => {
      const answer = await fetch(input, init);
      if (!new Headers(init?.headers).has("range")) return answer;
      if (answer.status === 416) return answer;
      const all = Buffer.from(
        await (await fetch(input, { ...init, headers: withoutRange(init) })).arrayBuffer(),
      );
      return new Response(all.subarray(0, Math.floor(all.length / 2)));
    };
    const run = await recon.run();
    expect(run).toMatchObject({ status: "completed", partial: true, found: 0 });
    expect(run.note).toContain("only part");
  }, 60_000);

  it("waits while the shop has to be connected again, and then goes on", async () => {
    await plant(10);
    const id = await recon.start();
    let connected = false;
    const graphql = ((...given: Parameters<RunDeps["shopify"]["graphql"]>) =>
      connected
        ? recon.deps.shopify.graphql(...given)
        : Promise.reject(
            new ShopifyReconnectNeededError(recon.shop, "the token died"),
          )) as RunDeps["shopify"]["graphql"];
    const bulk = {
      ...recon.deps.shopify.bulk,
      progress: (shop: string, bulkId: string) =>
        connected
          ? recon.deps.shopify.bulk.progress(shop, bulkId)
          : Promise.reject(new ShopifyReconnectNeededError(shop, "the token died")),
    };
    const deps = { ...recon.deps, shopify: { graphql, bulk } };
    await runReconciliation(deps, { shop: recon.shop, runId: id });
    await runReconciliation(deps, { shop: recon.shop, runId: id });
    expect(await recon.view(id)).toMatchObject({
      status: "running",
      note: expect.stringContaining("open the app") as string,
    });
    connected = true;
    await recon.settle(deps);
    expect(await recon.view(id)).toMatchObject({ status: "completed", found: 1 });
  });
});

function withoutRange(init: RequestInit | undefined): Headers {
  const headers = new Headers(init?.headers);
  headers.delete("range");
  return headers;
}

describe("the first comparison of a store", () => {
  it("waits until its articles are known, and judges a system once it knows the store", async () => {
    const first = await createReconRig();
    try {
      const { rig, shop, system } = first;
      await rig.db.query("UPDATE shops SET learned_at = NULL");
      await first.snapshot([{ sku: "UNKNOWN", available: 1 }]);
      const id = await first.start(system.id);
      await runReconciliation(first.deps, { shop, runId: id });
      expect(await first.view(id)).toMatchObject({
        status: "running",
        phase: "query",
        note: expect.stringContaining("first time") as string,
      });
      await markLearned(rig.db, shop, Date.now());
      await first.settle();
      const levels = await first.levels();
      expect(await first.view(id)).toMatchObject({
        status: "completed",
        note: null,
        compared: levels.length,
        found: levels.length + 1,
        repaired: levels.length,
        inFlight: 0,
      });
      const causes = (await first.discrepancies()).map((one) => one.cause);
      expect(causes.filter((cause) => cause.startsWith("Never sent"))).toHaveLength(levels.length);
    } finally {
      await first.close();
    }
  });

  it("goes on without news that is not taken in, and calls it on its way", async () => {
    const first = await createReconRig();
    try {
      const { rig, system } = first;
      let nowMs = Date.now();
      const deps = { ...first.deps, clock: { now: () => nowMs } };
      await first.snapshot([{ sku: "UNKNOWN", available: 1 }]);
      const job = { shop: first.shop, runId: await first.start(system.id) };
      const view = () => first.view(job.runId);
      await expect
        .poll(async () => {
          await runReconciliation(deps, job);
          return (await view()).note;
        })
        .toContain("are left");
      nowMs += 16 * 60_000;
      await runReconciliation(deps, job);
      const { rows } = await rig.db.query("SELECT 1 FROM events WHERE status = 'received'");
      expect(await view()).toMatchObject({ status: "completed", inFlight: rows.length });
    } finally {
      await first.close();
    }
  });
});
