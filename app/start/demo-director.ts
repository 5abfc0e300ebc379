import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { DemoSystem } from "./demo-settings.ts";
import { errorText } from "./start-error.ts";

/**
 * Connects the demo systems to one shop, as a merchant would by hand on the Systems screen: creates
 * each system and hands it the signing secret. Called again after a failure or a restart, so it leaves
 * alone what is connected already.
 */
export type ConnectDemoSystems = (shop: string, systems: readonly DemoSystem[]) => Promise<void>;

/** What the director works with. */
export interface DirectorOptions {
  /** Origin of the twin. */
  twinUrl: string;
  systems: readonly DemoSystem[];
  connectDemoSystems: ConnectDemoSystems;
  report: (line: string) => void;
  signal: AbortSignal;
  /** How often the twin is asked for its stores. */
  pollMs?: number;
}

const storesSchema = z.array(
  z.object({
    shop: z.string(),
    installed: z.boolean(),
    installedAt: z.string().nullable(),
    traffic: z.object({ running: z.boolean() }),
  }),
);
type Store = z.infer<typeof storesSchema>[number];

// One operation every two seconds and store: enough to see the screens move, too little to hide
// what one does by hand on the control page.
const gentleEventsPerSecond = 0.5;
const reportAfterFailures = 5;

/**
 * Until `signal` aborts: whenever a store installs the app, connects the demo systems to it and
 * starts gentle traffic in it, once per installation (traffic that was stopped by hand stays stopped).
 */
export async function directDemo(options: DirectorOptions): Promise<void> {
  const { signal, report } = options;
  const prepared = new Map<string, string | null>();
  let failures = 0;
  while (!signal.aborted) {
    try {
      await prepareInstalledStores(options, prepared);
      failures = 0;
    } catch (error) {
      // The twin may be restarting, or the app may not have finished an installation: worth a word
      // only when it stays so.
      failures += 1;
      if (failures === reportAfterFailures && !signal.aborted) report(`[demo] ${errorText(error)}`);
    }
    // An aborted wait is the end asked for.
    await sleep(options.pollMs ?? 2_000, undefined, { signal }).catch(() => undefined);
  }
}

async function prepareInstalledStores(
  options: DirectorOptions,
  prepared: Map<string, string | null>,
): Promise<void> {
  for (const store of await listStores(options)) {
    if (!store.installed) {
      prepared.delete(store.shop);
      continue;
    }
    // Installed anew is a new installation, and needs its systems again.
    if (prepared.has(store.shop) && prepared.get(store.shop) === store.installedAt) continue;
    await options.connectDemoSystems(store.shop, options.systems);
    await startTraffic(options, store);
    prepared.set(store.shop, store.installedAt);
  }
}

async function listStores(options: DirectorOptions): Promise<Store[]> {
  return storesSchema.parse(await callTwin(options, "listStores", {}));
}

async function startTraffic(options: DirectorOptions, store: Store): Promise<void> {
  if (store.traffic.running) return;
  await callTwin(options, "traffic", {
    shop: store.shop,
    eventsPerSecond: gentleEventsPerSecond,
  });
}

async function callTwin(
  options: DirectorOptions,
  operation: string,
  input: object,
): Promise<unknown> {
  const answer = await fetch(`${options.twinUrl}/twin/api/${operation}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(input),
    signal: AbortSignal.any([options.signal, AbortSignal.timeout(10_000)]),
  });
  const text = await answer.text();
  if (!answer.ok) {
    throw new Error(`The twin answered ${answer.status} to ${operation}: ${text.slice(0, 200)}`);
  }
  return JSON.parse(text);
}
