import { createServer, type Server } from "node:http";
import { createApi } from "#app/api/index.server.ts";
import type { Config } from "#app/config.server.ts";
import type { AppContext } from "#app/context.server.ts";
import { openDatabase, systemClock } from "#app/db.server.ts";
import { createEgress } from "#app/egress/index.server.ts";
import { createIntake, webhookListener } from "#app/intake/index.server.ts";
import {
  createCounters,
  flushEvery,
  healthListener,
  createLogger,
  createTracing,
  metricsListener,
} from "#app/observability/index.server.ts";
import { openQueue } from "#app/queue/index.server.ts";
import { beatEvery } from "#app/reconciliation/index.server.ts";
import { createShopify } from "#app/shopify/index.server.ts";
import { noteTokensLost } from "#app/shops/index.server.ts";
import { ensureDatabase } from "#app/start/embedded-postgres.ts";
import { pendingMigrations } from "#app/start/migrate.ts";
import type { RunningProcess } from "#app/start/process-frame.ts";
import { createVault } from "#app/vault/index.server.ts";
import { readInstallation } from "./installation-metrics.ts";
import { noteInstalled } from "./install-shop.ts";
import { createPages } from "./pages.ts";

/**
 * The web process: the webhook door, health, and the pages. Webhooks have a pool of their own with
 * short patience, so that no screen can keep them waiting and a hanging database is noticed within
 * Shopify's five seconds.
 */
export async function startWeb(config: Config): Promise<RunningProcess> {
  const log = createLogger("web", config.logLevel);
  const database = await ensureDatabase(config);
  const db = openDatabase(database.url, { applicationName: "converge-web", maxConnections: 10 });
  const intakeDb = openDatabase(database.url, {
    applicationName: "converge-intake",
    maxConnections: 4,
    connectTimeoutMs: 2_000,
    statementTimeoutMs: 2_500,
    prepareStatements: true,
  });
  const vault = createVault([config.encryptionKey]);
  const clock = systemClock;
  const counters = createCounters();
  const tracing = await createTracing("web", config.otlpEndpoint);
  const queue = await openQueue({ url: database.url, log, vault, role: "web" });
  const egress = createEgress({ allowPrivate: config.allowPrivateDestinations });
  const shopify = createShopify({
    config,
    db,
    vault,
    clock,
    log,
    onInstalled: (shop, scopes) => noteInstalled({ db, queue, clock }, shop, scopes),
    onTokensLost: (tx, shop, stillLost) => noteTokensLost(tx, shop, clock.now(), stillLost),
  });
  const { apiSecret, apiSecretPrevious } = config.shopify;
  const intake = createIntake({
    db: intakeDb,
    queue,
    vault,
    clock,
    counters,
    log,
    tracing,
    secrets: apiSecretPrevious ? [apiSecret, apiSecretPrevious] : [apiSecret],
  });
  const context: AppContext = { config, db, queue, vault, clock, egress, counters, log, shopify };
  const webhooks = webhookListener(intake);
  const health = healthListener(db, pendingMigrations);
  const metrics = metricsListener({
    token: config.metricsToken,
    log,
    read: () => readInstallation(context),
  });
  const api = createApi(context);
  const pages = await createPages(context);
  const server = createServer((request, response) => {
    const path = request.url?.split("?", 1)[0];
    if (path === "/webhooks") webhooks(request, response);
    else if (path === "/healthz" || path === "/readyz") health(request, response);
    else if (path === "/metrics") metrics(request, response);
    else if (path?.startsWith("/api/")) api(request, response);
    else pages(request, response);
  });
  await listen(server, config.port);
  const flusher = flushEvery(counters, db, log);
  const presence = beatEvery({ db, clock, log });
  log.info({ port: config.port }, "web ready");
  return {
    stop: async () => {
      presence.stop();
      await closeServer(server);
      await intake.idle();
      await flusher.stop();
      await tracing.stop();
      await queue.stop(1_000);
      await egress.close();
      await Promise.all([db.close(), intakeDb.close()]);
      await database.release();
    },
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

/** Answers what is in hand, then closes; connections that only idle are closed at once. */
function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeIdleConnections();
    setTimeout(() => {
      server.closeAllConnections();
    }, 5_000).unref();
  });
}
