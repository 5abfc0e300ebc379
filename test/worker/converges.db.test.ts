import { noTracing } from "#app/observability/index.server.ts";
import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createIntake, type Intake } from "#app/intake/index.server.ts";
import { openQueue, type Queue } from "#app/queue/index.server.ts";
import type { RunningProcess } from "#app/start/process-frame.ts";
import { startWorker } from "#app/worker/worker.ts";
import { soon } from "#test/delivery/lane-set-up.ts";
import { connectSystem } from "#test/delivery/publish.ts";
import { type Receiver, startReceiver } from "#test/delivery/receiver.ts";
import { createRig, type Rig, workerConfig } from "./rig.ts";
import { clientSecret, stockBody, webhookOf } from "./webhooks.ts";

let rig: Rig;
let queue: Queue;
let intake: Intake;
const workers: RunningProcess[] = [];

beforeAll(async () => {
  rig = await createRig();
  queue = await openQueue({ url: rig.database.url, log: rig.log, vault: rig.vault, role: "web" });
  const { db, vault, clock, counters, log } = rig;
  intake = createIntake({
    db,
    queue,
    vault,
    clock,
    counters,
    log,
    tracing: noTracing,
    secrets: [clientSecret],
  });
  for (let count = 0; count < 2; count += 1) workers.push(await startWorker(workerConfig(rig)));
});
afterAll(async () => {
  await Promise.all(workers.map((worker) => worker.stop()));
  await queue.stop(1_000);
  await rig.close();
});

/** One version in the history of a stock level; `available` is its place in it. */
interface Version {
  readonly available: number;
  readonly updatedAt: string;
  readonly triggeredAt: string;
}

/** Seconds between versions: 0 makes a tie, which only the trigger breaks. */
function historyOf(gaps: readonly number[]): Version[] {
  const tenMs = Date.parse("2026-11-23T10:00:00Z");
  let second = 0;
  return gaps.map((gap, index) => {
    second += gap;
    return {
      available: index + 1,
      updatedAt: `${new Date(tenMs + second * 1_000).toISOString().slice(0, 19)}Z`,
      triggeredAt: new Date(tenMs + second * 1_000 + index).toISOString(),
    };
  });
}

/** What is sent: which version, under a new delivery id or under the one it had before. */
interface Sending {
  readonly version: number;
  readonly sameId: boolean;
}

const scenario = fc
  .array(fc.constantFrom(0, 0, 1, 7), { minLength: 2, maxLength: 7 })
  .chain((gaps) => {
    const sending = fc.record({
      version: fc.nat(gaps.length - 1),
      sameId: fc.boolean(),
    });
    const everyVersion = gaps.map((_gap, version) => ({ version, sameId: true }));
    return fc.record({
      gaps: fc.constant(gaps),
      mode: fc.constantFrom("every", "latest"),
      delayMs: fc.constantFrom(0, 15),
      // Sent side by side, one group after the other.
      groupSize: fc.integer({ min: 1, max: 6 }),
      sendings: fc.array(sending, { maxLength: 8 }).chain((repeats) =>
        fc.shuffledSubarray([...everyVersion, ...repeats], {
          minLength: everyVersion.length + repeats.length,
        }),
      ),
    });
  });

describe("any order and duplication of a history of one resource", () => {
  it("ends in the newest state, and the receiver never sees an older version after a newer one", async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async ({ gaps, mode, delayMs, groupSize, sendings }) => {
        const receiver = await startReceiver();
        receiver.react = () => ({ status: 200, delayMs });
        try {
          const shop = await rig.installedShop();
          await connectSystem(rig, shop, receiver.url, { policy: { mode } });
          const history = historyOf(gaps);
          await send(shop, history, sendings, groupSize);
          await expect.poll(() => unfinished(shop), soon).toBe(0);
          expectConverged(receiver, history.length);
        } finally {
          await receiver.close();
        }
      }),
      { numRuns: 25, endOnFailure: true },
    );
  }, 120_000);
});

async function send(
  shop: string,
  history: readonly Version[],
  sendings: readonly Sending[],
  groupSize: number,
): Promise<void> {
  const ids = history.map(() => randomUUID());
  for (let from = 0; from < sendings.length; from += groupSize)
    await Promise.all(
      sendings.slice(from, from + groupSize).map(async ({ version, sameId }) => {
        const { available, updatedAt, triggeredAt } = history[version] as Version;
        const { outcome } = await intake.receive(
          webhookOf({
            shop,
            topic: "inventory_levels/update",
            body: stockBody(1, available, updatedAt),
            triggeredAt,
            ...(sameId ? { webhookId: ids[version] ?? "" } : {}),
          }),
        );
        expect(["accepted", "duplicate"]).toContain(outcome);
      }),
    );
}

/** Events and deliveries of a shop that are not at their end, and jobs on their way to make some. */
async function unfinished(shop: string): Promise<number> {
  const { rows } = await rig.db.query<{ count: string }>(
    `SELECT (SELECT count(*) FROM events WHERE shop = $1 AND status = 'received')
       + (SELECT count(*) FROM pgboss.job WHERE state < 'completed' AND data->>'shop' = $1)
       + (SELECT count(*) FROM deliveries WHERE shop = $1
          AND status IN ('pending', 'delivering', 'retrying', 'waiting')) AS count`,
    [shop],
  );
  return Number(rows[0]?.count);
}

function expectConverged(receiver: Receiver, newest: number): void {
  const seen = receiver.requests.map((request) => request.body.data["available"] as number);
  expect(seen.at(-1), `seen: ${seen.join(" ")}`).toBe(newest);
  // Every version once, ascending: nothing twice, nothing older after something newer.
  expect(seen).toEqual([...new Set(seen)].sort((a, b) => a - b));
}
