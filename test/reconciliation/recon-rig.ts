import { setTimeout as sleep } from "node:timers/promises";
import type { DataDomain } from "#app/data-domains.ts";
import { fanOutChanges } from "#app/delivery/index.server.ts";
import { listDiscrepancies } from "#app/discrepancies/index.server.ts";
import type { JobName, JobPayload } from "#app/jobs.ts";
import {
  listFindings,
  getRun,
  runReconciliation,
  type RunDeps,
  startRun,
  takeSnapshot,
  tellSystem,
} from "#app/reconciliation/index.server.ts";
import type { RunView } from "#app/reconciliation/types.ts";
import { markLearned } from "#app/shops/index.server.ts";
import { connectSystem, type ConnectedSystem } from "#test/delivery/publish.ts";
import { createWorkbench } from "#test/processing/workbench.ts";
import {
  at,
  type Client,
  installedClient,
  startSmallTwin,
} from "#test/twin-conformance/support.ts";
import type { Twin } from "#test/twin/types.ts";
import { createRig, type Rig } from "#test/worker/rig.ts";
import { shopifyOf } from "./shopify-of.ts";

/** A stock level of the twin. */
export interface TwinLevel {
  readonly id: string;
  readonly sku: string;
  readonly locationId: string;
  readonly available: number;
}

/** A store with a system, the real twin behind it, and jobs that run when the test says so. */
export interface ReconRig {
  readonly rig: Rig;
  readonly twin: Twin;
  readonly client: Client;
  readonly shop: string;
  readonly system: ConnectedSystem;
  /** Everything a run needs; a test may replace parts for one run. */
  readonly deps: RunDeps;
  /** Puts the twin behind a `fetch` of the test's own. */
  readonly network: { send: typeof fetch };
  levels(): Promise<TwinLevel[]>;
  start(system?: string, options?: Partial<Parameters<typeof startRun>[2]>): Promise<string>;
  /** Runs jobs until none of the corridor's is left; writes to Shopify are only kept. */
  settle(deps?: RunDeps): Promise<void>;
  /** A run from its start to its end. */
  run(system?: string, options?: Partial<Parameters<typeof startRun>[2]>): Promise<RunView>;
  view(runId: string): Promise<RunView>;
  findings(runId: string, only?: { counted: boolean }): ReturnType<typeof listFindings>;
  discrepancies(): Promise<Awaited<ReturnType<typeof listDiscrepancies>>["items"]>;
  /**
   * The system's full state, told `laterMs` from now: by itself long enough for all that happened
   * until now to have reached it.
   */
  snapshot(rows: readonly object[], domain?: DataDomain, laterMs?: number): Promise<void>;
  /** What was made for the system to be sent: resource ids, oldest first. */
  sent(): Promise<{ resource_id: string; source: string }[]>;
  readonly writes: JobPayload<"write-back">[];
  close(): Promise<void>;
}

/** @see ReconRig */
export async function createReconRig(): Promise<ReconRig> {
  const rig = await createRig();
  const twin = await startSmallTwin({ skusPerStore: 20, bulk: { startDelayMs: 0 } });
  const client = await installedClient(twin);
  const bench = createWorkbench(rig);
  const shop = await rig.installedShop();
  await markLearned(rig.db, shop, rig.clock.now());
  const system = await connectSystem(rig, shop, "http://127.0.0.1:9/");
  const network = { send: fetch };
  const shopify = shopifyOf(client, twin.url, (input, init) => network.send(input, init));
  const deps: RunDeps = { ...rig, shopify, enqueue: bench.queue.enqueue };
  const writes: JobPayload<"write-back">[] = [];

  const take = <Name extends JobName>(name: Name): JobPayload<Name>[] => {
    const mine = bench.jobs.filter((job) => job.name === name);
    const others = bench.jobs.filter((job) => job.name !== name);
    bench.jobs.splice(0, bench.jobs.length, ...others);
    return mine.map((job) => job.payload as JobPayload<Name>);
  };
  const settle = async (with_: RunDeps = deps) => {
    for (let turns = 0; bench.jobs.length > 0; turns += 1) {
      if (turns > 500) throw new Error("the jobs do not end");
      await bench.run();
      const changes = take("fan-out-changes");
      await rig.db.transaction((tx) => fanOutChanges(rig, tx, changes));
      const tellings = take("tell-system");
      await rig.db.transaction((tx) => tellSystem(with_, tx, tellings));
      writes.push(...take("write-back"));
      take("confirm-resource");
      for (const job of take("run-reconciliation")) await runReconciliation(with_, job);
      if (turns > 5) await sleep(10);
    }
  };
  const start: ReconRig["start"] = async (of = "shopify", options = {}) => {
    const started = await startRun(deps, shop, {
      domain: "inventory",
      system: of,
      mode: "repair",
      trigger: "manual",
      actor: "user:1",
      ...options,
    });
    if (!started.ok) throw new Error(started.message);
    return started.run.id;
  };
  const view = async (runId: string) => {
    const run = await getRun(rig.db, shop, runId);
    if (!run) throw new Error("there is no such run");
    return run;
  };
  return {
    rig,
    twin,
    client,
    shop,
    system,
    deps,
    network,
    levels: () => levelsOf(client),
    start,
    settle,
    view,
    run: async (of, options) => {
      const id = await start(of, options);
      await settle();
      return view(id);
    },
    findings: (runId, only) => listFindings(rig, runId, { limit: 100, after: null, ...only }),
    discrepancies: async () => (await listDiscrepancies(rig, shop, {}, { limit: 100 })).items,
    snapshot: async (rows, domain = "inventory", laterMs = 2_100) => {
      const lines = rows.map((row) => `${JSON.stringify(row)}\n`).join("");
      const of = { shop, systemId: system.id, domain, source: "pushed" } as const;
      const clock = { now: () => rig.clock.now() + laterMs };
      await takeSnapshot({ ...rig, clock }, of, bytesOf(lines));
    },
    sent: () => sentTo(rig, system),
    writes,
    close: () => Promise.all([rig.close(), twin.close()]).then(() => undefined),
  };
}

async function sentTo(rig: Rig, system: ConnectedSystem) {
  const { rows } = await rig.db.query<{ resource_id: string; source: string }>(
    `SELECT d.resource_id, c.source FROM deliveries d JOIN changes c ON c.id = d.change_id
     WHERE d.system_id = $1 ORDER BY d.id`,
    [system.id],
  );
  return rows;
}

/** A text as a stream. */
export async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  yield Buffer.from(text);
}

async function levelsOf(client: Client): Promise<TwinLevel[]> {
  const answer = await client(
    `{ inventoryItems(first: 50) { nodes { sku inventoryLevels(first: 10) { nodes {
         id location { id } quantities(names: ["available"]) { quantity } } } } } }`,
  );
  interface Item {
    sku: string;
    inventoryLevels: {
      nodes: { id: string; location: { id: string }; quantities: { quantity: number }[] }[];
    };
  }
  return at<Item[]>(answer, "inventoryItems", "nodes").flatMap((item) =>
    item.inventoryLevels.nodes.map((level) => ({
      id: level.id,
      sku: item.sku,
      locationId: level.location.id,
      available: level.quantities[0]?.quantity ?? 0,
    })),
  );
}

/** What a system that has everything right says. */
export function rowsOf(levels: readonly TwinLevel[]) {
  return levels.map(({ sku, locationId, available }) => ({ sku, locationId, available }));
}
