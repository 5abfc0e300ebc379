import { createServer } from "node:http";
import type { Config } from "#app/config.server.ts";
import { openDatabase, systemClock } from "#app/db.server.ts";
import { createLanes } from "#app/delivery/index.server.ts";
import { createEgress } from "#app/egress/index.server.ts";
import { jobs, type JobName } from "#app/jobs.ts";
import {
  createCounters,
  flushEvery,
  healthListener,
  createLogger,
  createTracing,
} from "#app/observability/index.server.ts";
import { openQueue, type Queue } from "#app/queue/index.server.ts";
import { createShopify } from "#app/shopify/index.server.ts";
import { ensureDatabase } from "#app/start/embedded-postgres.ts";
import type { RunningProcess } from "#app/start/process-frame.ts";
import { createVault } from "#app/vault/index.server.ts";
import { createHandlers, type Handlers } from "./handlers.ts";

/** What is in hand gets this long to finish; the rest is handed back. */
const graceMs = 8_000;

/**
 * A worker: jobs of every queue, and delivery lanes. Any number of them may run. Stopping takes
 * nothing new, finishes what is in hand, and hands back the rest: a transaction that does not
 * commit is a job that was never taken.
 */
export async function startWorker(config: Config): Promise<RunningProcess> {
  const log = createLogger("worker", config.logLevel);
  const database = await ensureDatabase(config);
  const db = openDatabase(database.url, { applicationName: "converge-worker", maxConnections: 12 });
  const vault = createVault([config.encryptionKey]);
  const egress = createEgress({ allowPrivate: config.allowPrivateDestinations });
  const counters = createCounters();
  const tracing = await createTracing("worker", config.otlpEndpoint);
  const clock = systemClock;
  const queue = await openQueue({ url: database.url, log, role: "worker" });
  const shopify = createShopify({ config, db, vault, clock, log, onInstalled: async () => {} });
  const deps = {
    db,
    vault,
    egress,
    counters,
    clock,
    log,
    tracing,
    shopify,
    random: Math.random,
    enqueue: queue.enqueue,
    forgetTokens: shopify.forgetShop,
  };
  await startJobs(queue, createHandlers(deps), config.workerConcurrency);
  const lanes = createLanes(deps);
  const flusher = flushEvery(counters, db, log);
  const health = config.workerPort
    ? createServer(healthListener(db)).listen(config.workerPort)
    : undefined;
  log.info("worker ready");
  return {
    stop: async () => {
      await Promise.all([queue.stop(graceMs), lanes.stop(graceMs)]);
      await flusher.stop();
      await tracing.stop();
      health?.close();
      await egress.close();
      await db.close();
      await database.release();
    },
  };
}

async function startJobs(queue: Queue, handlers: Handlers, concurrency: number): Promise<void> {
  for (const name of Object.keys(jobs) as JobName[])
    await startJob(queue, handlers, name, concurrency);
}

async function startJob<Name extends JobName>(
  queue: Queue,
  handlers: Handlers,
  name: Name,
  concurrency: number,
): Promise<void> {
  const handler = handlers[name];
  if (handler.kind === "batch")
    await queue.work(name, concurrency, (payloads, tx) => handler.run(payloads, tx));
  else await queue.workLong(name, concurrency, (payload) => handler.run(payload));
}
