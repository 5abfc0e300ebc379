import { randomUUID } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import type { Database, Queryable } from "#app/db.server.ts";
import { claimDueFeeds, claimFeed, keepFeeds } from "#app/polling/feed-store.ts";
import { keepCadences } from "#app/polling/keep-cadences.ts";
import { runClaim } from "#app/polling/polls.ts";
import { runPass } from "#app/polling/run-pass.ts";
import { NORTH } from "#test/twin-conformance/support.ts";
import { createPollRig, type PollRig } from "./poll-rig.ts";

let poll: PollRig;
afterEach(() => poll.close());

const all = () => true;

/** Names every product anew, all in one second; more of them than one page holds. */
async function loseEveryProduct(): Promise<number> {
  const { operations } = poll.twin;
  const products = new Set(
    operations.listStock({ shop: NORTH, limit: 1_000 }).map((row) => row.productId),
  );
  let number = 0;
  for (const productId of products)
    operations.editProduct({ shop: NORTH, productId, title: `Lost ${String((number += 1))}` });
  await poll.deliver(all);
  poll.sleep(20_000);
  return products.size;
}

/** A database that dies at its nth statement, and stays dead. */
function mortal(db: Database, dieAt: number): { db: Database; died: () => boolean } {
  let statements = 0;
  const counting = (through: Queryable): Queryable => ({
    query: async (text, values) => {
      statements += 1;
      if (statements >= dieAt) throw new Error("killed");
      return through.query(text, values);
    },
  });
  const transaction: Database["transaction"] = (work) =>
    db.transaction((tx, last) => work(counting(tx), counting(last)));
  return { db: { ...db, ...counting(db), transaction }, died: () => statements >= dieAt };
}

/** As if the process were gone and its minute over. */
const forgetLease = () =>
  poll.rig.db.query("UPDATE poll_feeds SET lease_until = now() - interval '1 second'");

describe("a pass over more than one page", () => {
  it("killed at any statement goes on, misses nothing and takes nothing in twice", async () => {
    poll = await createPollRig({ skusPerStore: 300 });
    await poll.pass("products");
    const lost = await loseEveryProduct();
    expect(lost).toBeGreaterThan(50);
    let kills = 0;
    for (let dieAt = 1; ; dieAt += 2) {
      const claim = await claimFeed(poll.rig.db, randomUUID(), NORTH, "products");
      if (!claim) throw new Error("the feed was not free");
      const { db, died } = mortal(poll.rig.db, dieAt);
      await runPass({ ...poll.deps, db }, claim, new AbortController().signal).catch(() => null);
      await poll.bench.run();
      if (!died()) break;
      kills += 1;
      await forgetLease();
    }
    expect(kills).toBeGreaterThan(4);
    poll.sleep(1_000);
    expect(await poll.pass("products")).toMatchObject({ found: 0 });
    const events = await poll.bench.events(NORTH);
    expect(events).toHaveLength(lost);
    expect(events.every((event) => event.status === "applied")).toBe(true);
    expect(events.reduce((sum, event) => sum + event.duplicates, 0)).toBe(0);
    poll.sleep(60_000);
    expect((await poll.missed())["missed"]).toHaveLength(lost);
    expect(await poll.counted()).toEqual({ "products/update": lost });
  });

  it("that Shopify interrupts goes on with the page that is missing; the watermark stays till then", async () => {
    poll = await createPollRig({ skusPerStore: 300 });
    await poll.pass("products");
    const lost = await loseEveryProduct();
    const watermark = async () =>
      (
        await poll.rig.db.query<{ at: Date }>(
          "SELECT watermark AS at FROM poll_feeds WHERE feed = 'products'",
        )
      ).rows[0]?.at;
    const before = await watermark();
    let questions = 0;
    poll.beforeAnswer = () => {
      questions += 1;
      if (questions === 2) throw new Error("Shopify is down");
    };
    await expect(poll.pass("products")).rejects.toThrow("down");
    expect(await watermark()).toEqual(before);
    await forgetLease();
    expect(await poll.pass("products")).toMatchObject({ found: lost });
    expect(questions).toBe(3);
    expect(await watermark()).not.toEqual(before);
  });
});

describe("two workers", () => {
  it("never have one pass; who lost the claim writes nothing more", async () => {
    poll = await createPollRig();
    await keepCadences(poll.rig.db);
    const [slow] = await claimDueFeeds(poll.rig.db, randomUUID(), 1);
    if (!slow) throw new Error("nothing was due");
    expect(await claimFeed(poll.rig.db, randomUUID(), NORTH, slow.feed)).toBeNull();
    const others = await claimDueFeeds(poll.rig.db, randomUUID(), 10);
    expect(others.map((claim) => claim.feed)).not.toContain(slow.feed);
    expect(others).toHaveLength(3);
    await forgetLease();
    const quick = await claimFeed(poll.rig.db, randomUUID(), NORTH, slow.feed);
    if (!quick) throw new Error("the feed was not free");
    const signal = new AbortController().signal;
    expect(await runPass(poll.deps, slow, signal)).toBe("lost");
    expect(await runPass(poll.deps, quick, signal)).toBe("complete");
    const { rows } = await poll.rig.db.query("SELECT id FROM poll_passes");
    expect(rows).toHaveLength(1);
  });

  it("a pace that was changed while a pass ran is the one that counts", async () => {
    poll = await createPollRig();
    await keepCadences(poll.rig.db);
    const claim = await claimFeed(poll.rig.db, randomUUID(), NORTH, "orders");
    if (!claim) throw new Error("the feed was not free");
    await keepFeeds(poll.rig.db, [{ shop: NORTH, feed: "orders", everySeconds: 5 }]);
    expect(await runPass(poll.deps, claim, new AbortController().signal)).toBe("complete");
    const { rows } = await poll.rig.db.query<{ wait: number }>(
      "SELECT extract(epoch FROM next_at - now())::float8 AS wait FROM poll_feeds",
    );
    expect(rows[0]?.wait).toBeLessThan(5);
    expect(claim.everySeconds).toBeGreaterThan(5);
  });

  it("a failed pass says why and is due again soon; a stopped one at once", async () => {
    poll = await createPollRig();
    await keepCadences(poll.rig.db);
    poll.beforeAnswer = () => {
      throw new Error("boom");
    };
    const state = async () =>
      (
        await poll.rig.db.query<{ problem: string | null; free: boolean; wait: number }>(
          `SELECT problem, lease_id IS NULL AS free,
             extract(epoch FROM next_at - now())::float8 AS wait
           FROM poll_feeds WHERE feed = 'orders'`,
        )
      ).rows[0];
    const claim = await claimFeed(poll.rig.db, randomUUID(), NORTH, "orders");
    if (!claim) throw new Error("the feed was not free");
    await runClaim(poll.deps, claim, new AbortController().signal);
    const failed = await state();
    expect(failed).toMatchObject({ free: true });
    expect(failed?.problem).toMatch(/tried again/);
    expect(failed?.wait).toBeLessThan(2);
    const again = await claimFeed(poll.rig.db, randomUUID(), NORTH, "orders");
    if (!again) throw new Error("the feed was not free");
    await runClaim(poll.deps, again, AbortSignal.abort());
    expect(await state()).toMatchObject({ free: true });
  });
});
