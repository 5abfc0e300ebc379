import { randomUUID } from "node:crypto";
import { type BulkFate, BulkRunner } from "./bulk/bulk-runner.ts";
import { createResultFiles, type ResultFiles } from "./bulk/result-files.ts";
import type { Change, WebhookEvent } from "./commerce/change.ts";
import { effectiveScopes } from "./graphql/access-rules.ts";
import type { GraphContext } from "./graphql/context.ts";
import { createEngine } from "./graphql/create-engine.ts";
import { IdempotencyBook } from "./graphql/idempotency.ts";
import { isStored } from "./graphql/types/query-root.ts";
import { TokenBook } from "./oauth/tokens.ts";
import { createOperations } from "./operations/create-operations.ts";
import { NO_FAULTS, type Settings } from "./settings.ts";
import { toSecond } from "./state/clock.ts";
import type { Store } from "./state/model.ts";
import { createRandom } from "./state/random.ts";
import { seedOrders } from "./state/seed-orders.ts";
import { seedStores } from "./state/seed-stores.ts";
import {
  createSaver,
  readStateFile,
  writeStateFile,
  type SavedState,
  type Saver,
} from "./state/state-file.ts";
import type { AppToml, TwinConfig, WebhookFaults } from "./types.ts";
import { Dispatcher } from "./webhooks/dispatcher.ts";
import { createLedger } from "./webhooks/ledger.ts";
import { createSender } from "./webhooks/send-webhook.ts";
import { createTriggerClock } from "./webhooks/trigger-clock.ts";

/** Webhooks on their way at once, and connections kept open for them. */
const MAX_IN_FLIGHT = 128;

/** Everything behind the HTTP server. */
export function createWorld(settings: Settings, toml: AppToml) {
  const { now, log } = settings;
  const config = readConfig(settings);
  const state = openState(settings);
  const { stores, tokens, idempotency, faults, random } = state;
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
    const result = act({ store, nowMs: now(), eventId, emit: (event) => void events.push(event) });
    dispatcher.dispatch(store, eventId, events);
    touch();
    return result;
  };
  const revokeTokens = (shop: string) => tokens.revokeShop(shop);
  const context = { stores, random, now, faults, ledger, perform, revokeTokens };
  const { operations, traffic } = createOperations(context);
  const files = resultFilesFor(settings);
  const contextFor = (store: Store): GraphContext => ({
    store,
    config,
    toml,
    scopes: effectiveScopes(store.installation.scopes),
    nowMs: now(),
    searchLagMs: settings.searchLagMs,
    mutationLatencyMs: settings.mutationLatencyMs,
    searchNotices: [],
    idempotency,
    bulk,
    log,
    perform: (act) => perform(store, act),
  });
  const install = (store: Store) => {
    if (store.installation.installed) return;
    const scopes = [...(settings.scopes ?? toml.requiredScopes)];
    Object.assign(store.installation, { installed: true, scopes, installedAt: toSecond(now()) });
    log(`installed in ${store.shop.domain}`);
  };
  const engine = createEngine({ now, costBucket: settings.costBucket, contextFor });
  const bulk: BulkRunner = new BulkRunner({
    ...engine,
    ...bulkMeans(settings, files),
    perform,
    touched: touch,
  });
  bulk.resume(stores.values());
  dispatcher.resume(state.waiting);
  return {
    stores,
    config,
    operations,
    tokens,
    engine,
    results: { files, secret: config.apiSecret, now, breaksOffAt: () => null },
    oauth: { config, tokens, now, install },
    touched: touch,
    settled: (timeoutMs = 30_000) => waitUntilSettled(dispatcher, timeoutMs),
    async close() {
      traffic.close();
      await bulk.close();
      saver.close();
      dispatcher.close();
      await sender.close();
    },
  };
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
  const { now, seed, skusPerStore, stateFile, accessTokenSeconds } = settings;
  const saved = stateFile === undefined ? null : readStateFile(stateFile);
  // Fresh stores come from the seed alone; what happens in them later must not repeat itself.
  const random = createRandom(saved ? seed + Math.floor(now() / 1000) : seed);
  const stores = saved?.stores ?? seedStores({ random, nowMs: now(), skusPerStore });
  // A file of an earlier version knows none.
  for (const store of stores.values()) store.bulkOperations ??= new Map();
  if (!saved) for (const store of stores.values()) seedOrders(store, random, now());
  const faults: WebhookFaults = { ...NO_FAULTS, ...saved?.faults, ...settings.faults };
  const known = saved ? { state: saved.tokens } : {};
  const tokens = new TokenBook({ now, accessTokenSeconds, ...known });
  const idempotency = new IdempotencyBook(now, saved?.idempotency);
  return { stores, random, faults, tokens, idempotency, waiting: saved?.waiting ?? [] };
}

function createWebhooks(
  settings: Settings,
  toml: AppToml,
  { stores, faults }: { stores: Map<string, Store>; faults: WebhookFaults },
  onSettled: () => void,
) {
  const { now, retryScheduleMs, assembleDelayMs } = settings;
  const { apiSecret, appUrl } = readConfig(settings);
  const ledger = createLedger(settings.ledgerSize);
  const timeoutMs = settings.webhookTimeoutMs;
  const sender = createSender({ apiSecret, timeoutMs, connections: MAX_IN_FLIGHT });
  const dispatcher = new Dispatcher({
    stores,
    toml,
    appUrl,
    sender,
    ledger,
    random: createRandom(settings.seed + 1),
    faults: () => faults,
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

function bulkMeans({ bulk, seed, now, log }: Settings, files: ResultFiles) {
  const random = createRandom(seed + 2);
  const fate = (): BulkFate => "completes";
  return { settings: bulk, files, random, now, fate, isStored, log };
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
