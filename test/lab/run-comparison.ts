import { setTimeout as sleep } from "node:timers/promises";
import { listFindings, listRuns } from "#app/reconciliation/index.server.ts";
import { type SeededRandom, seededRandom } from "#test/crash/random.ts";
import { NORTH } from "#test/twin-conformance/support.ts";
import type { Twin, TwinOptions } from "#test/twin/types.ts";
import type { Rig } from "#test/worker/rig-on.ts";
import type { NetVerdict } from "./judge-nets.ts";
import {
  callerOf,
  healthySystems,
  heldBy,
  keyOf,
  type OpenStore,
  pollEvery,
  tailOf,
  withStore,
} from "./open-store.ts";
import { readSystem, settle } from "./run-scenario.ts";

/** A full comparison of a store with its warehouse, during which something breaks. */
export interface ComparisonScenario {
  readonly about: string;
  readonly store?: Partial<TwinOptions>;
  /** So long nobody took webhooks before; the comparison that follows begins by itself. */
  readonly outageHours?: number;
  /** What breaks until `over` is aborted. */
  readonly breakage: (twin: Twin, over: AbortSignal) => Promise<void>;
}

/** What the warehouse has of one article at one place, and what Shopify has. */
interface Stock {
  readonly key: string;
  readonly sku: string;
  readonly locationId: string;
  available: number;
}

const plantedCount = 20;
const comparedWithinMs = 120_000;

/**
 * The warehouse tells what it has: a few articles wrong, a few not at all, and a few as they were
 * before a change nobody was told of. All of these have to be found and put right, and nothing else.
 */
export async function runComparison(
  rig: Rig,
  scenario: ComparisonScenario,
  seed: number,
): Promise<NetVerdict> {
  const bulk = { startDelayMs: 1_000, objectsPerSecond: 500 };
  const twin = { skusPerStore: 300, seed, bulk, ...scenario.store };
  return withStore(rig, { twin, systems: healthySystems }, async (store) => {
    // Polls would find some of it first.
    await pollEvery(store, 3_600);
    // What was there before Converge came is learned by a comparison of its own.
    await compare(store, "shopify");
    await settle(store.installation);
    const planted = await plant(store, seededRandom(seed));
    const over = new AbortController();
    const breaking = scenario.breakage(store.twin, over.signal);
    const { owner } = store.installation;
    const { outageHours } = scenario;
    const run =
      outageHours === undefined ? compare(store, owner.id) : afterOutage(store, outageHours);
    const runId = await run.finally(() => {
      over.abort();
    });
    await breaking;
    await settle(store.installation);
    // After an outage polls go on too: what they found first is on its way when it is compared.
    const found = ["repaired", "open", ...(outageHours === undefined ? [] : ["in_flight"])];
    return judge(store, planted, runId, found);
  });
}

/** Every stock level of the store, as the warehouse would know it. */
function stockOf(twin: Twin): Stock[] {
  return twin.operations.listStock({ shop: NORTH, limit: 1_000 }).flatMap((row) =>
    row.levels.map(({ locationId, available }) => ({
      key: keyOf(row.inventoryItemId, locationId),
      sku: row.sku,
      locationId: `gid://shopify/Location/${tailOf(locationId)}`,
      available,
    })),
  );
}

/** Makes Shopify and the warehouse differ; returns in what. */
async function plant(store: OpenStore, random: SeededRandom): Promise<Stock[]> {
  const { twin, installation, origin } = store;
  const stock = stockOf(twin);
  const planted = new Map<string, Stock>();
  while (planted.size < plantedCount) {
    const one = stock[random.integer(0, stock.length - 1)] as Stock;
    planted.set(one.key, one);
  }
  twin.operations.faults({ drop: 100 });
  const lines = new Map(stock.map((one) => [one.key, { ...one }]));
  for (const [index, one] of [...planted.values()].entries()) {
    const { key, sku, locationId } = one;
    if (index % 3 === 0) (lines.get(key) as Stock).available += 1_000;
    else if (index % 3 === 1) lines.delete(key);
    else {
      one.available += 500;
      const place = { sku, locationId: tailOf(locationId), available: one.available };
      twin.operations.setStock({ shop: NORTH, ...place });
    }
  }
  twin.operations.faults({ drop: 0 });
  const answer = await fetch(`${origin}/api/v1/snapshots/inventory`, {
    method: "PUT",
    headers: {
      authorization: `Bearer ${installation.owner.apiKey}`,
      "content-type": "application/x-ndjson",
    },
    body: [...lines.values()]
      .map(({ sku, locationId, available }) => JSON.stringify({ sku, locationId, available }))
      .join("\n"),
  });
  if (!answer.ok) throw new Error(`the snapshot was refused: ${await answer.text()}`);
  return [...planted.values()];
}

/** Begins a comparison as a merchant's script would, and waits for its end. */
async function compare({ twin, installation, origin }: OpenStore, system: string) {
  const call = callerOf(origin, () => twin.mintSessionToken(installation.shop));
  type Run = { id: string; status?: string; note?: string | null };
  const { id } = await call<Run>("POST", "/reconciliations", { domain: "inventory", system });
  for (const deadlineMs = Date.now() + comparedWithinMs; Date.now() < deadlineMs; ) {
    const { status, note } = await call<Run>("GET", `/reconciliations/${id}`);
    if (status === "completed") return id;
    if (status !== "running") throw new Error(`the comparison ended: ${note ?? ""}`);
    await sleep(500);
  }
  throw new Error("the comparison did not end");
}

/** Everything is down for hours, as far as the app can tell; then a comparison begins by itself. */
async function afterOutage({ installation }: OpenStore, hours: number): Promise<string> {
  const { rig, owner, processes, shop } = installation;
  await Promise.all(processes.map((one) => one.kill()));
  await rig.db.query("UPDATE web_presence SET seen_at = seen_at - make_interval(hours => $1)", [
    hours,
  ]);
  await Promise.all(processes.map((one) => one.untilReady()));
  for (const deadlineMs = Date.now() + comparedWithinMs; Date.now() < deadlineMs; ) {
    const { items } = await listRuns(rig.db, shop, { system: owner.id }, { limit: 10 });
    const run = items.find((one) => one.domain === "inventory" && one.trigger === "outage");
    if (run?.status === "completed") return run.id;
    if (run !== undefined && run.status !== "running")
      throw new Error(`the comparison ended: ${run.note ?? ""}`);
    await sleep(500);
  }
  throw new Error("no comparison followed the outage");
}

async function judge(
  { installation }: OpenStore,
  planted: readonly Stock[],
  runId: string,
  states: readonly string[],
): Promise<NetVerdict> {
  const { rig } = installation;
  const { items } = await listFindings(rig, runId, { limit: 1_000, after: null });
  const found = new Set(
    items
      .filter(({ state }) => states.includes(state))
      .map(({ sku, locationId }) => `${sku ?? ""} ${locationId ?? ""}`),
  );
  const named = new Set(planted.map(({ sku, locationId }) => `${sku} ${locationId}`));
  const ledgers = await Promise.all(
    installation.systems.map((system) => readSystem(installation, system)),
  );
  const appliedTwice = ledgers.reduce(
    (sum, system) => sum + (system.applied - system.distinct) + system.regressions,
    0,
  );
  const [warehouse] = installation.systems;
  const held = await heldBy(warehouse?.url ?? "");
  const behind = planted.filter(({ key, available }) => held.get(key) !== available).length;
  const invented = [...found].filter((name) => !named.has(name)).length;
  const overlooked = [...named].filter((name) => !found.has(name)).length;
  const dead = ledgers.reduce((sum, system) => sum + system.owed.size, 0);
  const lost = overlooked + behind;
  return {
    sent: planted.length,
    acknowledged: planted.length,
    applied: ledgers.reduce((sum, system) => sum + system.distinct, 0),
    superseded: 0,
    dead,
    planted: planted.length,
    found: planted.length - overlooked,
    invented,
    lost,
    appliedTwice,
    converged: behind === 0,
    passed: lost + invented + appliedTwice + dead === 0,
  };
}
