import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { cpus } from "node:os";
import { loadConfig } from "#app/config.server.ts";
import type { AppContext } from "#app/context.server.ts";
import { openDatabase } from "#app/db.server.ts";
import { openQueue } from "#app/queue/index.server.ts";
import { createPages } from "#app/server/pages.ts";
import { createShopify } from "#app/shopify/index.server.ts";
import { buildApp } from "#app/start/build.ts";
import { projectRoot } from "#app/start/embedded-postgres.ts";
import { createBenchDatabase } from "#test/bench/bench-database.ts";
import { rigOn } from "#test/worker/rig-on.ts";
import { fillHistory, shopName, systemId } from "./fill.ts";
import { pagesReport, type PageTimes } from "./report.ts";

const smallest = 10_000;
const usualLargest = 1_000_000;
/** Stores whose pages are asked for in turn. */
const measured = [1, 12, 23, 34, 45, 56, 67, 78, 89, 100];
const roundsBefore = 1;
const rounds = 10;

/** What a merchant opens: lists that are full at any size, and a filter that finds little, which reads the most. */
const pages: readonly (readonly [name: string, path: (shop: number) => string])[] = [
  ["Overview, 24 hours", () => "/app?range=24h"],
  ["Overview, 30 days", () => "/app?range=30d"],
  ["Freshness", () => "/app/freshness"],
  ["Freshness of one SLA", (shop) => `/app/freshness/inventory/${systemId(shop, 0)}?range=30d`],
  ["Events, by rare kind", () => "/app/events?domain=loyalty&status=applied"],
  ["Events, by topic", () => "/app/events?topic=inventory_levels%2Fupdate"],
  ["Dead letters", () => "/app/dead-letters"],
  ["Discrepancies", () => "/app/discrepancies"],
];

/**
 * How long the server takes for whole pages (all reads and the HTML) in databases of 10,000 and a
 * million events over a hundred stores, or as many as are asked for (`npm run bench -- pages 10000000`).
 */
export async function runPagesBench(
  largest = usualLargest,
): Promise<{ table: string; figures: object }> {
  await buildApp(projectRoot);
  const times: PageTimes[] = [];
  for (const events of [smallest, largest]) times.push(...(await measure(events)));
  const machine = `${String(cpus().length)} processors, Node ${process.version}`;
  return pagesReport(times, [smallest, largest], machine);
}

async function measure(events: number): Promise<PageTimes[]> {
  const database = await createBenchDatabase();
  const db = openDatabase(database.url, { applicationName: "converge bench" });
  const rig = rigOn({ url: database.url, db, close: () => db.close() });
  try {
    console.error(`${events.toLocaleString("en")} events ...`);
    await fillSlowly(rig, events);
    const server = await servePages(rig, database.url);
    try {
      const all: PageTimes[] = [];
      for (const [page, path] of pages) {
        const ms = await timesOf(server.origin, path);
        all.push({ page, events, ms });
      }
      return all;
    } finally {
      await server.close();
    }
  } finally {
    await rig.close();
    await database.drop();
  }
}

/** An index over ten million rows takes longer than any page's statement may. */
async function fillSlowly(rig: ReturnType<typeof rigOn>, events: number): Promise<void> {
  const db = openDatabase(rig.db.url, {
    applicationName: "converge bench",
    statementTimeoutMs: 1_800_000,
  });
  try {
    await fillHistory({ db, vault: rig.vault }, events, measured);
  } finally {
    await db.close();
  }
}

/** The real pages over HTTP; only who is asking is taken from a header instead of a session token. */
async function servePages(rig: ReturnType<typeof rigOn>, databaseUrl: string) {
  const config = loadConfig({
    DATABASE_URL: databaseUrl,
    SHOPIFY_API_KEY: "bench-key",
    SHOPIFY_API_SECRET: "bench-secret",
    SHOPIFY_APP_URL: "http://127.0.0.1:1",
    CONVERGE_ENCRYPTION_KEY: rig.encryptionKey.toString("base64"),
  });
  const queue = await openQueue({ url: databaseUrl, log: rig.log, vault: rig.vault, role: "web" });
  const shopify = createShopify({
    ...rig,
    config,
    onInstalled: () => Promise.resolve(),
    onTokensLost: () => Promise.resolve(),
  });
  const admin = async (request: Request) => ({
    session: { shop: request.headers.get("x-bench-shop") },
    sessionToken: { sub: "1" },
  });
  const context = { ...rig, config, queue, shopify: { ...shopify, authenticate: { admin } } };
  const server = createServer(await createPages(context as unknown as AppContext)).listen(
    0,
    "127.0.0.1",
  );
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${String(port)}`,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await queue.stop(1_000);
    },
  };
}

async function timesOf(origin: string, path: (shop: number) => string): Promise<number[]> {
  const ms: number[] = [];
  for (let round = -roundsBefore; round < rounds; round += 1) {
    for (const shop of measured) {
      const startedMs = performance.now();
      const response = await fetch(origin + path(shop), {
        headers: { "x-bench-shop": shopName(shop) },
      });
      await response.arrayBuffer();
      if (!response.ok) throw new Error(`${path(shop)} answered ${String(response.status)}.`);
      if (round >= 0) ms.push(performance.now() - startedMs);
    }
  }
  return ms;
}
