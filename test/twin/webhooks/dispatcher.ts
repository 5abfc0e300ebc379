import { randomUUID } from "node:crypto";
import type { WebhookEvent } from "../commerce/change.ts";
import type { Store } from "../state/model.ts";
import type { Random } from "../state/random.ts";
import type { AppToml, WebhookFaults } from "../types.ts";
import { bodyMatches } from "./body-filter.ts";
import type { Ledger } from "./ledger.ts";
import { pickFields, restJson } from "./rest-json.ts";
import type { SealedWebhook, Sender } from "./send-webhook.ts";
import { sentWithoutInstall, type Target, targetsFor } from "./subscriptions.ts";
import type { TriggerClock } from "./trigger-clock.ts";

/** A sealed webhook between attempts, as it survives a restart of the twin. */
export type WaitingWebhook = {
  webhook: SealedWebhook;
  subscriptionId: string | null;
  failures: number;
  resource: string;
};

export type DispatcherOptions = {
  stores: Map<string, Store>;
  toml: AppToml;
  appUrl: string;
  sender: Sender;
  ledger: Ledger;
  random: Random;
  faults: () => WebhookFaults;
  triggerClock: TriggerClock;
  now: () => number;
  retryScheduleMs: number[];
  latencyMs: number;
  assembleDelayMs: number;
  maxInFlight: number;
  onSettled: () => void;
};

type Job = WaitingWebhook & { timer: NodeJS.Timeout | null };

/** Spread of Shopify's delivery time: with a median of 1 s, 1 in 100 takes 7 s. */
const LATENCY_SIGMA = 0.84;
/** A reordered delivery waits long enough for later ones to pass it. */
const REORDER_MS = { low: 400, high: 2_000 };
/** The second copy of a duplicate comes at the same instant or a little later. */
const DUPLICATE_GAP_MS = { low: 0, high: 250 };
/** After so many failures in a row Shopify deletes subscriptions made through the API. */
const FAILURES_UNTIL_DELETED = 8;

/** Builds, delays, sends and retries webhooks. */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #jobs = new Set<Job>();
  readonly #unbuilt = new Map<NodeJS.Timeout, () => void>();
  readonly #queue: { job: Job; copy: boolean }[] = [];
  /** Extra copies of duplicated deliveries that have not been sent yet. */
  #copies = 0;
  #inFlight = 0;
  #closed = false;

  constructor(options: DispatcherOptions) {
    this.#options = options;
  }

  /** Takes the events of one finished action. */
  dispatch(store: Store, eventId: string, events: WebhookEvent[]): void {
    const { toml, appUrl, triggerClock, assembleDelayMs } = this.#options;
    for (const event of events) {
      const targets = targetsFor(store, event.topic, toml, appUrl);
      if (targets.length === 0) continue;
      const stamps = { eventId, triggeredAt: triggerClock() };
      const build = () => {
        for (const target of targets) this.#seal(store, target, event, stamps);
      };
      if (event.lateBound && assembleDelayMs > 0) this.#buildLater(build, assembleDelayMs);
      else build();
    }
  }

  /** How many are due or in flight. */
  pending(): number {
    return this.#jobs.size + this.#copies + this.#unbuilt.size;
  }

  /** Webhooks that are not settled yet, for saving; those not built yet are built now. */
  waiting(): WaitingWebhook[] {
    for (const [timer, build] of this.#unbuilt) {
      clearTimeout(timer);
      build();
    }
    this.#unbuilt.clear();
    return [...this.#jobs].map(({ timer: _, ...waiting }) => waiting);
  }

  /** Goes on with what an earlier process left waiting. */
  resume(waiting: WaitingWebhook[]): void {
    for (const each of waiting) {
      this.#open(each);
      const waitMs = this.#options.retryScheduleMs[each.failures - 1] ?? 0;
      this.#later(this.#track(each), waitMs, false);
    }
  }

  /** Stops sending; what is in flight is not waited for. */
  close(): void {
    this.#closed = true;
    for (const job of this.#jobs) if (job.timer) clearTimeout(job.timer);
    for (const timer of this.#unbuilt.keys()) clearTimeout(timer);
    this.#queue.length = 0;
  }

  #buildLater(build: () => void, delayMs: number): void {
    const timer = setTimeout(() => {
      this.#unbuilt.delete(timer);
      build();
    }, delayMs);
    this.#unbuilt.set(timer, build);
  }

  #seal(store: Store, target: Target, event: WebhookEvent, stamps: Stamps): void {
    const { random, ledger, faults } = this.#options;
    const full = event.body();
    if (!bodyMatches(target.filter, full)) return;
    const { topic, url, apiVersion, name, subscriptionId, includeFields } = target;
    const body = restJson(includeFields ? pickFields(full, includeFields) : full);
    const shop = store.shop.domain;
    const webhook = {
      webhookId: randomUUID(),
      ...stamps,
      shop,
      topic,
      url,
      apiVersion,
      name,
      body,
    };
    const waiting = { webhook, subscriptionId, failures: 0, resource: event.resource };
    this.#open(waiting);
    const job = this.#track(waiting);
    if (random.chance(faults().drop)) {
      this.#settle(job, "dropped");
      return;
    }
    this.#later(job, firstDelayMs(this.#options), false);
    if (!random.chance(faults().duplicate)) return;
    ledger.count("duplicated");
    this.#copies += 1;
    this.#later(job, random.between(DUPLICATE_GAP_MS.low, DUPLICATE_GAP_MS.high), true);
  }

  #open({ webhook, resource }: WaitingWebhook): void {
    const { webhookId, eventId, shop, topic, url: uri, triggeredAt } = webhook;
    this.#options.ledger.open({ webhookId, eventId, shop, topic, resource, uri, triggeredAt });
  }

  #track(waiting: WaitingWebhook): Job {
    const job: Job = { ...waiting, timer: null };
    this.#jobs.add(job);
    return job;
  }

  #later(job: Job, delayMs: number, copy: boolean): void {
    const start = () => {
      this.#queue.push({ job, copy });
      this.#pump();
    };
    if (delayMs <= 0) return start();
    const timer = setTimeout(start, delayMs);
    if (!copy) job.timer = timer;
  }

  #pump(): void {
    while (!this.#closed && this.#inFlight < this.#options.maxInFlight) {
      const next = this.#queue.shift();
      if (!next) return;
      this.#inFlight += 1;
      void this.#attempt(next.job, next.copy).finally(() => {
        this.#inFlight -= 1;
        if (next.copy) this.#copies -= 1;
        this.#pump();
      });
    }
  }

  async #attempt(job: Job, copy: boolean): Promise<void> {
    const { stores, sender, ledger, now, retryScheduleMs } = this.#options;
    const { webhook } = job;
    const store = stores.get(webhook.shop);
    if (!store || (!store.installation.installed && !sentWithoutInstall(webhook.topic))) {
      this.#settle(job, "dropped");
      return;
    }
    const at = new Date(now()).toISOString();
    const result = await sender.send(webhook);
    if (this.#closed) return;
    ledger.attempt(webhook.webhookId, { at, ...result, copy });
    if (copy) return;
    const accepted = result.status !== null && result.status >= 200 && result.status < 300;
    noteResult(store, job.subscriptionId, accepted);
    const waitMs = retryScheduleMs[job.failures];
    if (accepted) this.#settle(job, "delivered");
    else if (waitMs === undefined) this.#settle(job, "abandoned");
    else {
      job.failures += 1;
      this.#later(job, waitMs, false);
    }
  }

  #settle(job: Job, outcome: "delivered" | "dropped" | "abandoned"): void {
    if (!this.#jobs.delete(job)) return;
    this.#options.ledger.close(job.webhook.webhookId, outcome);
    this.#options.onSettled();
  }
}

type Stamps = { eventId: string; triggeredAt: string };

/** Normal latency plus what the faults add. */
function firstDelayMs({ random, ledger, faults, latencyMs }: DispatcherOptions): number {
  const { reorder, delayMs, delayShare } = faults();
  let waitMs = latencyMs <= 0 ? 0 : latencyMs * Math.exp(LATENCY_SIGMA * normal(random));
  if (random.chance(reorder)) {
    ledger.count("reordered");
    waitMs += random.between(REORDER_MS.low, REORDER_MS.high);
  }
  if (delayMs > 0 && random.chance(delayShare)) {
    ledger.count("delayed");
    waitMs += delayMs;
  }
  return waitMs;
}

/** A normally distributed number (Box and Muller). */
function normal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.next()));
  return radius * Math.cos(2 * Math.PI * random.next());
}

/** Subscriptions from the app's configuration file survive any number of failures. */
function noteResult(store: Store, subscriptionId: string | null, accepted: boolean): void {
  const row = subscriptionId === null ? undefined : store.subscriptions.get(subscriptionId);
  if (!row) return;
  row.consecutiveFailures = accepted ? 0 : row.consecutiveFailures + 1;
  if (row.consecutiveFailures >= FAILURES_UNTIL_DELETED) store.subscriptions.delete(row.id);
}
