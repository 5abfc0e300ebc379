import { randomUUID } from "node:crypto";
import { BulkRunner } from "./bulk/bulk-runner.ts";
import { createResultFiles, type ResultFiles } from "./bulk/result-files.ts";
import type { Change, WebhookEvent } from "./commerce/change.ts";
import { effectiveScopes } from "./graphql/access-rules.ts";
import type { GraphContext } from "./graphql/context.ts";
import { createEngine } from "./graphql/create-engine.ts";
import { IdempotencyBook } from "./graphql/idempotency.ts";
import { isStored } from "./graphql/types/query-root.ts";
import { TokenBook } from "./oauth/tokens.ts";
import { createOperations } from "./operations/create-operations.ts";
import { addNoise } from "./faults/add-noise.ts";
import { decideBreakOff, decideBulkFate } from "./faults/bulk-fate.ts";
import { type FaultSettings, NO_FAULTS } from "./faults/fault-table.ts";
import type { Settings } from "./settings.ts";
import { toSecond } from "./state/clock.ts";
import type { Store } from "./state/model.ts";
import { type BucketLimits, cutLimits, planLimits } from "./state/plans.ts";
import { createRandom, type Random } from "./state/random.ts";
import { seedOrders } from "./state/seed-orders.ts";
import { seedStores } from "./state/seed-stores.ts";
import {
  createSaver,
  readStateFile,
  writeStateFile,
  type SavedState,
  type Saver,
} from "./state/state-file.ts";
import type { AppToml, TwinConfig } from "./types.ts";
import { Dispatcher } from "./webhooks/dispatcher.ts";
import { createLedger } from "./webhooks/ledger.ts";
import { createSender } from "./webhooks/send-webhook.ts";
import { createTriggerClock } from "./webhooks/trigger-clock.ts";

/** Webhooks on their way at once, and connections kept open for them. */
const MAX_IN_FLIGHT = 128;

/** Everything behind the HTTP server. */
export function createWorld(settings: Settings, toml: AppToml) {
  const { log } = settings;
  const config = readConfig(settings);
  const state = openState(settings);
  const { stores, tokens, idempotency, faults, random, now, lateByMs } = state;
  // Their own dice: what goes wrong must not change what is sold.
  const mishaps = createRandom(settings.seed + 3);
  const touch = () => saver.touch();
  const { ledger, sender, dispatcher } = createWebhooks(settings, toml, state, touch);
  const saver = saverFor(settings, () => ({
    stores,
    faults,
    tokens: tokens.state(),
    idempotency: idempotency.records(),
    waiting: dispatcher.waiting(),
  }));
  const perform = <T>(store: Store, act: (change: Change) => T): T => {
    const events: WebhookEvent[] = [];
    const eventId = randomUUID();
    const emit = (event: WebhookEvent) => void events.push(event);
    const change: Change = { store, nowMs: now(), eventId, emit };
    const result = act(change);
    addNoise(change, events, faults, mishaps);
    dispatcher.dispatch(store, eventId, events);
    touch();
    return result;
  };
  const limitsOf = ({ shop }: Store) =>
    cutLimits(shop.plan ? planLimits(shop.plan) : settings.costBucket, faults.budgetCut);
  const { operations, close: stopDoing } = createOperations({
    stores,
    random,
    now,
    faults,
    lateByMs,
    ledger,
    perform,
    limitsOf,
    touched: touch,
    faultsChanged() {
      dispatcher.release();
      touch();
    },
    revokeTokens: (shop, keep) => tokens.revokeShop(shop, keep),
  });
  const api = createApi(settings, toml, state, { perform, limitsOf, mishaps, touch });
  const install = (store: Store) => {
    if (store.installation.installed) return;
    const scopes = [...(settings.scopes ?? toml.requiredScopes)];
    Object.assign(store.installation, { installed: true, scopes, installedAt: toSecond(now()) });
    log(`installed in ${store.shop.domain}`);
  };
  api.bulk.resume(stores.values());
  dispatcher.resume(state.waiting);
  return {
    stores,
    config,
    now,
    operations,
    tokens,
    engine: api.engine,
    results: {
      files: api.files,
      secret: config.apiSecret,
      now,
      allExpired: () => faults.bulkExpired,
      breaksOffAt: () => decideBreakOff(faults, mishaps),
    },
    oauth: { config, tokens, now, install, faults },
    touched: touch,
    settled: (timeoutMs = 30_000) => waitUntilSettled(dispatcher, timeoutMs),
    async close() {
      stopDoing();
      await api.bulk.close();
      saver.close();
      dispatcher.close();
      await sender.close();
    },
  };
}

type ApiMeans = {
  perform: <T>(store: Store, act: (change: Change) => T) => T;
  limitsOf: (store: Store) => BucketLimits;
  mishaps: Random;
  touch: () => void;
};

/** The Admin API and the bulk operations that run behind it. */
function createApi(
  settings: Settings,
  toml: AppToml,
  { faults, idempotency, now }: ReturnType<typeof openState>,
  { perform, limitsOf, mishaps, touch }: ApiMeans,
) {
  const { log } = settings;
  const config = readConfig(settings);
  const files = resultFilesFor(settings);
  const contextFor = (store: Store): GraphContext => ({
    store,
    config,
    toml,
    scopes: effectiveScopes(store.installation.scopes),
    nowMs: now(),
    ...lagsOf(settings, faults, now()),
    faults,
    random: mishaps,
    searchNotices: [],
    idempotency,
    bulk,
    log,
    perform: (act) => perform(store, act),
  });
  const engine = createEngine({ now, limitsOf, contextFor, faults, random: mishaps });
  const bulk: BulkRunner = new BulkRunner({
    ...engine,
    ...bulkMeans(settings, files, faults),
    now,
    perform,
    touched: touch,
  });
  return { engine, bulk, files };
}

function readConfig(settings: Settings): TwinConfig {
  return {
    apiKey: settings.apiKey,
    apiSecret: settings.apiSecret,
    appUrl: settings.appUrl.replace(/\/$/, ""),
    demoSystems: settings.demoSystems ?? [],
  };
}

/** What an earlier process left, or fresh stores. */
function openState(settings: Settings) {
  const { seed, stateFile } = settings;
  const saved = stateFile === undefined ? null : readStateFile(stateFile);
  const faults: FaultSettings = { ...NO_FAULTS, ...saved?.faults, ...settings.faults };
  const now = () => settings.now() + faults.clockSkewSeconds * 1000;
  // Fresh stores come from the seed alone; what happens in them later must not repeat itself.
  const random = createRandom(saved ? seed + Math.floor(now() / 1000) : seed);
  const stores = saved?.stores ?? new Map<string, Store>();
  // A file of an earlier version knows none.
  for (const store of stores.values()) store.bulkOperations ??= new Map();
  const opened = seedStores(stores, { ...settings, random, nowMs: now() });
  for (const store of opened) seedOrders(store, random, now());
  const known = saved ? { state: saved.tokens } : {};
  const tokens = new TokenBook({
    now,
    accessTokenSeconds: () => faults.tokenSeconds || settings.accessTokenSeconds,
    ...known,
  });
  const idempotency = new IdempotencyBook(now, saved?.idempotency);
  // By store: how much later its webhooks leave.
  const lateByMs = new Map<string, number>();
  const waiting = saved?.waiting ?? [];
  return { stores, random, faults, now, tokens, idempotency, waiting, lateByMs };
}

function createWebhooks(
  settings: Settings,
  toml: AppToml,
  {
    stores,
    faults,
    now,
    lateByMs,
  }: Pick<ReturnType<typeof openState>, "stores" | "faults" | "now" | "lateByMs">,
  onSettled: () => void,
) {
  const { retryScheduleMs, assembleDelayMs, previousApiSecret } = settings;
  const { apiSecret, appUrl } = readConfig(settings);
  const ledger = createLedger(settings.ledgerSize);
  const timeoutMs = settings.webhookTimeoutMs;
  const sender = createSender({
    apiSecret,
    previousApiSecret,
    timeoutMs,
    connections: MAX_IN_FLIGHT,
  });
  const dispatcher = new Dispatcher({
    stores,
    toml,
    appUrl,
    sender,
    ledger,
    random: createRandom(settings.seed + 1),
    faults,
    lateByMs,
    triggerClock: createTriggerClock(now),
    now,
    retryScheduleMs,
    latencyMs: settings.webhookLatencyMs,
    assembleDelayMs,
    maxInFlight: MAX_IN_FLIGHT,
    onSettled,
  });
  return { ledger, sender, dispatcher };
}

/** Results lie beside the state file: an operation outlives the process. */
function resultFilesFor({ stateFile }: Settings): ResultFiles {
  return createResultFiles(stateFile === undefined ? undefined : `${stateFile}.bulk`);
}

function bulkMeans({ bulk, seed, log }: Settings, files: ResultFiles, faults: FaultSettings) {
  const random = createRandom(seed + 2);
  const fate = () => decideBulkFate(faults, random);
  const settings = () => ({ ...bulk, objectsPerSecond: faults.bulkPace || bulk.objectsPerSecond });
  return { settings, files, random, fate, isStored, log };
}

/** How old what is read may be, by the settings or by the faults, whichever is worse. */
function lagsOf(settings: Settings, faults: FaultSettings, nowMs: number) {
  return {
    searchLagMs: Math.max(settings.searchLagMs, faults.searchLagMs),
    mutationLatencyMs: Math.max(settings.mutationLatencyMs, faults.mutationDelayMs),
    totalsAtMs: faults.totalsLagMs > 0 ? nowMs - faults.totalsLagMs : Infinity,
    levelsAtMs: faults.levelLagMs > 0 ? nowMs - faults.levelLagMs : Infinity,
  };
}

/** Saves to the state file, if there is one. */
function saverFor({ stateFile }: Settings, state: () => SavedState): Saver {
  if (stateFile === undefined) return { touch: () => undefined, close: () => undefined };
  return createSaver(() => writeStateFile(stateFile, state()));
}

const SETTLED_POLL_MS = 5;

async function waitUntilSettled(dispatcher: Dispatcher, timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (dispatcher.pending() > 0) {
    if (performance.now() > deadline) {
      throw new Error(`${dispatcher.pending()} webhooks are still not settled.`);
    }
    await new Promise((resolve) => setTimeout(resolve, SETTLED_POLL_MS));
  }
}
