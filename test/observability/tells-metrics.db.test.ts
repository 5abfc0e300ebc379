import { createServer, IncomingMessage, type RequestListener, type Server } from "node:http";
import { type AddressInfo, Socket } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createCounters, metricsListener } from "#app/observability/index.server.ts";
import { gaugeMetrics, renderMetrics } from "#app/observability/metrics.ts";
import { openQueue } from "#app/queue/index.server.ts";
import { readInstallation } from "#app/server/installation-metrics.ts";
import { findFreePort } from "#app/start/ports.ts";
import { startWorker } from "#app/worker/worker.ts";
import { createWorkbench } from "#test/processing/workbench.ts";
import { createRig, type Rig, workerConfig } from "#test/worker/rig.ts";
import { productBody } from "#test/worker/webhooks.ts";
import { parsePrometheus, type Sample } from "./prometheus-text.ts";

let rig: Rig;
let server: Server | undefined;

beforeAll(async () => {
  rig = await createRig();
});
afterEach(() => server?.close());
afterAll(() => rig.close());

const shopify = { lowestCostAvailable: async () => 800 };

async function installation(): Promise<Sample[]> {
  const { totals, gauges } = await readInstallation({ ...rig, shopify });
  return parsePrometheus(renderMetrics(totals, gauges));
}

function valueOf(samples: readonly Sample[], name: string, labels: Record<string, string>) {
  const wanted = JSON.stringify(labels);
  return samples.find((item) => item.name === name && JSON.stringify(item.labels) === wanted)
    ?.value;
}

async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener);
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/metrics`;
}

const quiet = async () => ({ totals: [], gauges: [] });

describe("the page of the installation", () => {
  it("adds up what all processes counted, however often they hand it over", async () => {
    const [web, worker] = [createCounters(), createCounters()];
    web.add("converge_webhooks_total", { topic: 'a"b\\c\nd', outcome: "accepted" });
    for (const seconds of [0.0004, 0.003, 0.003, 0.2, 99])
      web.observe("converge_intake_seconds", {}, seconds);
    await web.flush(rig.db);
    worker.add("converge_webhooks_total", { outcome: "accepted", topic: 'a"b\\c\nd' }, 2);
    await Promise.all([web.flush(rig.db), worker.flush(rig.db), worker.flush(rig.db)]);
    const samples = await installation();
    const labels = { outcome: "accepted", topic: 'a\\"b\\\\c\\nd' };
    expect(valueOf(samples, "converge_webhooks_total", labels)).toBe(3);
    const upTo = (le: string) => valueOf(samples, "converge_intake_seconds_bucket", { le });
    expect(["0.001", "0.0025", "0.005", "0.1", "0.25", "5", "+Inf"].map(upTo)).toEqual([
      1, 1, 3, 3, 4, 4, 5,
    ]);
    expect(valueOf(samples, "converge_intake_seconds_sum", {})).toBeCloseTo(99.2064, 4);
  });

  it("tells what came in, how long it took, what waits and what is dead; names no shop", async () => {
    const bench = createWorkbench(rig);
    const shop = await rig.installedShop();
    const at = new Date().toISOString();
    await bench.process({ shop, topic: "products/create", body: productBody(1, at, []) });
    await bench.receive({ shop, topic: "products/create", body: "[]" });
    const queue = await openQueue({
      url: rig.database.url,
      log: rig.log,
      vault: rig.vault,
      role: "web",
    });
    await rig.db.transaction((tx) =>
      queue.enqueue(tx, "learn-shop", [
        { payload: { shop }, group: shop },
        { payload: { shop }, group: shop, startAfterSeconds: 600 },
      ]),
    );
    await queue.stop(1_000);
    const samples = await installation();
    const webhooks = samples.filter((item) => item.name === "converge_webhooks_total");
    expect(webhooks.map((item) => item.labels["topic"])).toContain("product.created");
    expect(
      valueOf(samples, "converge_lag_seconds_count", { domain: "products", stage: "processing" }),
    ).toBe(1);
    expect(valueOf(samples, "converge_jobs_pending", { queue: "learn-shop" })).toBe(1);
    expect(valueOf(samples, "converge_jobs_pending", { queue: "write-back" })).toBe(0);
    expect(
      valueOf(samples, "converge_oldest_job_age_seconds", { queue: "learn-shop" }),
    ).toBeGreaterThan(0);
    expect(valueOf(samples, "converge_dead_letters", { kind: "event" })).toBe(1);
    expect(valueOf(samples, "converge_shopify_cost_available", {})).toBe(800);
    expect(JSON.stringify(samples)).not.toContain("myshopify");
  });

  it("names every metric, also one of which nothing is known", () => {
    const page = renderMetrics([], []);
    expect(parsePrometheus(page)).toEqual([]);
    for (const name of [...Object.keys(gaugeMetrics), "converge_missed_webhooks_total"])
      expect(page).toContain(`# TYPE ${name} `);
  });
});

describe("who may read it", () => {
  it("with a token: its bearer alone, from wherever", async () => {
    const url = await serve(metricsListener({ token: "secret", log: rig.log, read: quiet }));
    const statusFor = async (headers: Record<string, string>) =>
      (await fetch(url, { headers })).status;
    expect(await statusFor({})).toBe(401);
    expect(await statusFor({ authorization: "Bearer secre" })).toBe(401);
    expect(await statusFor({ authorization: "secret" })).toBe(401);
    expect(await statusFor({ authorization: "Bearer secret", "x-forwarded-for": "8.8.8.8" })).toBe(
      200,
    );
    expect((await fetch(url, { method: "POST" })).status).toBe(401);
  });

  it("without one: this machine, but nobody behind a proxy on it", async () => {
    const url = await serve(metricsListener({ token: undefined, log: rig.log, read: quiet }));
    expect((await fetch(url)).status).toBe(200);
    expect((await fetch(url, { method: "POST" })).status).toBe(405);
    for (const name of ["x-forwarded-for", "forwarded"])
      expect((await fetch(url, { headers: { [name]: "for=8.8.8.8" } })).status).toBe(401);
  });

  it.each([
    ["127.0.0.1", 200],
    ["::1", 200],
    ["::ffff:127.0.0.1", 200],
    ["10.0.0.7", 401],
    ["::ffff:10.127.0.1", 401],
    ["2001:db8::1", 401],
  ])("without one, from %s: %i", async (remoteAddress, status) => {
    const listener = metricsListener({ token: undefined, log: rig.log, read: quiet });
    const socket = Object.defineProperty(new Socket(), "remoteAddress", { value: remoteAddress });
    const request = new IncomingMessage(socket);
    request.method = "GET";
    const answered = await new Promise((resolve) => {
      const response = { writeHead: resolve, end: () => undefined };
      listener(request, response as unknown as Parameters<RequestListener>[1]);
    });
    expect(answered).toBe(status);
  });

  it("is told when the figures cannot be read", async () => {
    const read = () => Promise.reject(new Error("gone"));
    const url = await serve(metricsListener({ token: undefined, log: rig.log, read }));
    expect((await fetch(url)).status).toBe(503);
  });
});

it("a worker serves what it counted itself beside its health", async () => {
  const workerPort = await findFreePort();
  const worker = await startWorker({ ...workerConfig(rig), workerPort });
  try {
    const at = (path: string) => fetch(`http://127.0.0.1:${String(workerPort)}${path}`);
    expect((await at("/readyz")).status).toBe(200);
    const samples = parsePrometheus(await (await at("/metrics")).text());
    // The installation has counted webhooks; this worker has not.
    expect(samples.filter((item) => item.name === "converge_webhooks_total")).toEqual([]);
  } finally {
    await worker.stop();
  }
});
