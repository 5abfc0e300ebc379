import { setTimeout as sleep } from "node:timers/promises";
import { openDatabase } from "#app/db.server.ts";
import type { JobPayload } from "#app/jobs.ts";
import {
  getRun,
  runReconciliation,
  type RunDeps,
  startRun,
} from "#app/reconciliation/index.server.ts";
import { createVault } from "#app/vault/index.server.ts";
import { NORTH } from "#test/twin-conformance/support.ts";
import { rigOn } from "#test/worker/rig-on.ts";
import { countingClient } from "./counting-client.ts";
import { shopifyOf } from "#test/reconciliation/shopify-of.ts";
import type { Outcome, StoreReady } from "./store.ts";
import { watchMemory } from "./watch-memory.ts";

/** A worker that does nothing but one comparison of the store, the mirror and the system. */

const store = JSON.parse(process.env["STORE"] ?? "{}") as StoreReady;
const url = process.env["DATABASE_URL"] ?? "";
const db = openDatabase(url, { applicationName: "converge bench" });
const rig = rigOn({ url, db, close: () => db.close() });
const client = countingClient(store);
const waiting: { payload: JobPayload<"run-reconciliation">; afterMs: number }[] = [];
const deps: RunDeps = {
  ...rig,
  vault: createVault([Buffer.from(process.env["KEY"] ?? "", "base64")]),
  shopify: shopifyOf(client.ask, store.shopify.url),
  enqueue: async (_tx, name, jobs) => {
    for (const { payload, startAfterSeconds = 0 } of jobs)
      if (name === "run-reconciliation")
        waiting.push({
          payload: payload as JobPayload<"run-reconciliation">,
          afterMs: startAfterSeconds * 1_000,
        });
  },
};
// What a worker that has done something takes anyway: connections, and a statement once.
await db.query("SELECT 1");
const memory = watchMemory();
const startedMs = performance.now();
const started = await startRun(deps, NORTH, {
  domain: "inventory",
  system: process.env["SYSTEM"] ?? "",
  mode: "report",
  trigger: "manual",
  actor: "bench",
});
if (!started.ok) throw new Error(started.message);
for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) {
  await sleep(job.afterMs);
  await runReconciliation(deps, job.payload);
}
const ms = performance.now() - startedMs;
const run = await getRun(db, NORTH, started.run.id);
if (run?.status !== "completed") throw new Error(`the comparison ended: ${run?.note ?? ""}`);
const outcome: Outcome = { ms, found: run.found, points: client.points(), ...memory() };
await rig.close();
process.send?.(outcome);
process.disconnect();
