import { noTracing } from "#app/observability/index.server.ts";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createIntake, receiveReads } from "#app/intake/index.server.ts";
import { createRig, type Rig } from "#test/worker/rig.ts";
import { clientSecret, stockBody, stockLevelGid, webhookOf } from "#test/worker/webhooks.ts";
import { createWorkbench, type Workbench } from "./workbench.ts";

let rig: Rig;
let bench: Workbench;
let shop: string;
let level = 0;

beforeAll(async () => {
  rig = await createRig();
  bench = createWorkbench(rig);
  shop = await rig.installedShop();
});
afterAll(() => rig.close());

/** What Shopify really was, step by step; steps of one second are told apart by their trigger. */
const histories = fc.array(fc.record({ value: fc.nat(5), secondsLater: fc.nat(2) }), {
  minLength: 1,
  maxLength: 6,
});

/** Which states arrive, in what order, how often, and where a worker begins a new batch. */
const deliveries = fc.array(fc.record({ pick: fc.nat(5), flush: fc.boolean() }), { maxLength: 12 });

const startMs = Date.parse("2026-11-23T10:00:00Z");

interface State {
  readonly value: number;
  readonly version: string;
  readonly triggeredAt: string;
  readonly webhookId: string;
}

function statesOf(history: readonly { value: number; secondsLater: number }[], mine: number) {
  let atMs = startMs;
  return history.map(({ value, secondsLater }, index): State => {
    atMs += secondsLater * 1000;
    return {
      value,
      version: new Date(atMs).toISOString(),
      triggeredAt: new Date(atMs + index + 1).toISOString(),
      webhookId: `${String(mine)}-${String(index)}`,
    };
  });
}

async function arrive(
  states: readonly State[],
  order: readonly { pick: number; flush: boolean }[],
) {
  const { db, vault, clock, counters, log } = rig;
  const { queue } = bench;
  const intake = createIntake({
    db,
    queue,
    vault,
    clock,
    counters,
    log,
    tracing: noTracing,
    secrets: [clientSecret],
  });
  for (const { pick, flush } of order) {
    const state = states[pick % states.length];
    if (!state) continue;
    const body = stockBody(level, state.value, state.version);
    await intake.receive(
      webhookOf({
        shop,
        topic: "inventory_levels/update",
        body,
        webhookId: state.webhookId,
        triggeredAt: state.triggeredAt,
      }),
    );
    if (flush) await bench.run();
  }
  await bench.run();
}

/** The poll that comes after a loss: what Shopify is now. */
async function poll(newest: State) {
  const { db, vault, clock } = rig;
  const id = stockLevelGid(level);
  await receiveReads({ db, vault, clock, enqueue: bench.queue.enqueue }, [
    {
      shop,
      source: "poll",
      deliveryKey: `${id}@${newest.version}`,
      topic: "inventory_levels/update",
      resource: { type: "InventoryLevel", id },
      version: newest.version,
      body: JSON.parse(stockBody(level, newest.value, newest.version)) as Record<string, unknown>,
      readAtMs: clock.now(),
      correlationId: "poll",
    },
  ]);
  await bench.run();
}

async function toldOf() {
  const changes = await bench.changes(shop);
  return changes.filter((change) => change.resourceId === stockLevelGid(level));
}

it("any order, repetition and loss of any history, then a poll, ends in the newest state", async () => {
  await fc.assert(
    fc.asyncProperty(histories, deliveries, async (history, order) => {
      level += 1;
      const states = statesOf(history, level);
      const newest = states.at(-1);
      if (!newest) return;
      await arrive(states, order);
      await poll(newest);
      const told = await toldOf();
      // No receiver hears of an older version after a newer one, and the last it hears is the truth.
      const instants = told.map(({ version }) => Date.parse(version));
      expect(instants).toEqual([...instants].sort((a, b) => a - b));
      expect(told.at(-1)?.data).toMatchObject({ available: newest.value });
      // What nothing tells apart is not told twice.
      expect(new Set(told.map(({ id }) => id)).size).toBe(told.length);
    }),
    { numRuns: 60 },
  );
}, 60_000);
