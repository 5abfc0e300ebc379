import { createServer, type RequestListener } from "node:http";
import type { ZodType } from "zod";
import { dropOldKeys, forgetKeysOfShop } from "#app/api/index.server.ts";
import { createAlerts } from "#app/alerts/index.server.ts";
import type { Config } from "#app/config.server.ts";
import { pooledLevels, weighOrders } from "#app/coordination/index.server.ts";
import { type Database, openDatabase, systemClock } from "#app/db.server.ts";
import { createLanes } from "#app/delivery/index.server.ts";
import { createEgress } from "#app/egress/index.server.ts";
import { jobs, type JobDefinition, type JobName } from "#app/jobs.ts";
import {
  type Counters,
  createCounters,
  flushEvery,
  type Gauge,
  healthListener,
  createLogger,
  createTracing,
  type Logger,
  metricsListener,
} from "#app/observability/index.server.ts";
import { openQueue, type Queue } from "#app/queue/index.server.ts";
import { createPolls } from "#app/polling/index.server.ts";
import type { ProcessingDeps } from "#app/processing/index.server.ts";
import { createReconciler } from "#app/reconciliation/index.server.ts";
import { createSampler } from "#app/staleness/index.server.ts";
import { createShopify, type Shopify } from "#app/shopify/index.server.ts";
import { noteTokensLost } from "#app/shops/index.server.ts";
import { ensureDatabase } from "#app/start/embedded-postgres.ts";
import { pendingMigrations } from "#app/start/migrate.ts";
import type { RunningProcess } from "#app/start/process-frame.ts";
import { createVault } from "#app/vault/index.server.ts";
import { createHandlers, type Handlers } from "./handlers.ts";

/** What is in hand gets this long to finish; the rest is handed back. */
const graceMs = 8_000;

/**
 * A worker: jobs of every queue, and delivery lanes, whose few statements are planned once. Any number
 * of them may run. Stopping takes
 * nothing new, finishes what is in hand, and hands back the rest: a transaction that does not
 * commit is a job that was never taken.
 */
export async function startWorker(config: Config): Promise<RunningProcess> {
  const log = createLogger("worker", config.logLevel);
  const database = await ensureDatabase(config);
  const db = openDatabase(database.url, { applicationName: "converge-worker", maxConnections: 10 });
  const laneDb = openDatabase(database.url, {
    applicationName: "converge-deliveries",
    maxConnections: 8,
    prepareStatements: true,
    lookupsOnly: true,
  });
  const vault = createVault([config.encryptionKey]);
  const egress = createEgress({ allowPrivate: config.allowPrivateDestinations });
  const counters = createCounters();
  const tracing = await createTracing("worker", config.otlpEndpoint);
  const clock = systemClock;
  const queue = await openQueue({ url: database.url, log, vault, role: "worker" });
  const shopify = createShopify({
    config,
    db,
    vault,
    clock,
    log,
    onInstalled: () => Promise.resolve(),
    onTokensLost: (tx, shop, stillLost) => noteTokensLost(tx, shop, clock.now(), stillLost),
  });
  const weigh: ProcessingDeps["weighOrders"] = (tx, shop, orders) =>
    weighOrders({ vault, clock, enqueue: queue.enqueue }, tx, shop, orders);
  const deps = {
    config,
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
    pooledLevels,
    weighOrders: weigh,
    dropOldKeys,
    webhookUri: `${config.shopify.appUrl}/webhooks`,
    forgetKeysOfShop,
  };
  await startJobs(queue, createHandlers(deps), config.workerConcurrency);
  const lanes = createLanes({ ...deps, db: laneDb });
  const polls = createPolls(deps, config.workerConcurrency);
  const reconciler = createReconciler(deps);
  const alerts = createAlerts(deps);
  const sampler = createSampler(deps);
  const flusher = flushEvery(counters, db, log);
  const ownPages = config.workerPort
    ? createServer(workerPages(config.metricsToken, deps)).listen(config.workerPort)
    : undefined;
  log.info("worker ready");
  return {
    stop: async () => {
      reconciler.stop();
      await Promise.all([
        queue.stop(graceMs),
        lanes.stop(graceMs),
        polls.stop(graceMs),
        alerts.stop(graceMs),
        sampler.stop(),
      ]);
      await flusher.stop();
      await tracing.stop();
      ownPages?.close();
      await egress.close();
      await Promise.all([db.close(), laneDb.close()]);
      await database.release();
    },
  };
}

/** Health, and what this worker itself has counted; the installation's figures are the web's. */
function workerPages(
  token: string | undefined,
  deps: {
    readonly db: Database;
    readonly log: Logger;
    readonly counters: Counters;
    readonly shopify: Pick<Shopify, "lowestCostAvailable">;
  },
): RequestListener {
  const health = healthListener(deps.db, pendingMigrations);
  const metrics = metricsListener({
    token,
    log: deps.log,
    read: async () => {
      const cost = await deps.shopify.lowestCostAvailable();
      const gauges: Gauge[] =
        cost === undefined
          ? []
          : [{ name: "converge_shopify_cost_available", labels: {}, value: cost }];
      return { totals: deps.counters.totals(), gauges };
    },
  });
  return (request, response) => {
    if (request.url?.split("?")[0] === "/metrics") metrics(request, response);
    else health(request, response);
  };
}

async function startJobs(queue: Queue, handlers: Handlers, concurrency: number): Promise<void> {
  for (const name of Object.keys(jobs) as JobName[])
    await startJob(queue, handlers, name, loopsFor(name, concurrency));
}

/** What begins by the clock is one job for the whole installation: a second loop would only ask in vain. */
function loopsFor(name: JobName, concurrency: number): number {
  const job: JobDefinition<ZodType> = jobs[name];
  return job.schedule === undefined ? concurrency : 1;
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
  else if (handler.kind === "together")
    await queue.workTogether(name, concurrency, (payloads) => handler.run(payloads));
  else await queue.workLong(name, concurrency, (payload) => handler.run(payload));
}
