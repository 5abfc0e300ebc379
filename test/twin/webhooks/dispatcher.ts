import { randomUUID } from "node:crypto";
import type { WebhookEvent } from "../commerce/change.ts";
import type { FaultSettings } from "../faults/fault-table.ts";
import type { Store } from "../state/model.ts";
import type { Random } from "../state/random.ts";
import type { AppToml } from "../types.ts";
import { bodyMatches } from "./body-filter.ts";
import { eventBody } from "./event-body.ts";
import type { Ledger } from "./ledger.ts";
import { copyDelaysMs, createCoalescer, firstDelayMs } from "./plan-delivery.ts";
import { pickFields, type RestObject } from "./rest-json.ts";
import { shapeBody, versionTold, withinBytes } from "./shape-body.ts";
import type { SealedWebhook, Sender } from "./send-webhook.ts";
import {
  eventTargetsFor,
  noteResult,
  sentWithoutInstall,
  type Target,
  targetsFor,
} from "./subscriptions.ts";
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
  faults: FaultSettings;
  /** By store: how much later its webhooks leave. */
  lateByMs: ReadonlyMap<string, number>;
  triggerClock: TriggerClock;
  now: () => number;
  retryScheduleMs: number[];
  latencyMs: number;
  assembleDelayMs: number;
  maxInFlight: number;
  onSettled: () => void;
};

type Job = WaitingWebhook & { timer: NodeJS.Timeout | null };

/** What comes of an attempt that the network lost. */
const NOT_REACHED = { status: null, error: "ECONNRESET: the network lost it", durationMs: 0 };

/** Builds, delays, sends and retries webhooks. */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #jobs = new Set<Job>();
  readonly #unbuilt = new Map<NodeJS.Timeout, () => void>();
  readonly #queue: { job: Job; copy: boolean }[] = [];
  /** Extra copies of duplicated deliveries that have not been sent yet. */
  #copies = 0;
  #inFlight = 0;
  readonly #isRepeated: ReturnType<typeof createCoalescer>;
  #closed = false;

  constructor(options: DispatcherOptions) {
    this.#options = options;
    this.#isRepeated = createCoalescer(options.now);
  }

  /** Takes the events of one finished action. */
  dispatch(store: Store, eventId: string, events: WebhookEvent[]): void {
    const { toml, appUrl, triggerClock, faults } = this.#options;
    const assembleDelayMs = Math.max(this.#options.assembleDelayMs, faults.lateBoundMs);
    for (const event of events) {
      const targets = targetsFor(store, event.topic, toml, appUrl);
      if (faults.alsoAsEvents) targets.push(...eventTargetsFor(targets, event.topic));
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
    const { random, ledger, faults, now } = this.#options;
    const apiVersion = versionTold(target.apiVersion, faults);
    const full = shapeBody(event.topic, event.body(), apiVersion, faults);
    if (!bodyMatches(target.filter, full)) return;
    const { topic, url, name, subscriptionId, includeFields } = target;
    const body = withinBytes(bodyFor(target, event, full), faults.mostBytes, now());
    const address = `${store.shop.domain} ${topic} ${url}`;
    // Only trimmed bodies are compared: whole ones always differ.
    if (includeFields && this.#isRepeated(address, body, faults.coalesceMs)) {
      ledger.count("coalesced");
      return;
    }
    const webhook: SealedWebhook = {
      webhookId: randomUUID(),
      ...stamps,
      shop: store.shop.domain,
      topic,
      url,
      apiVersion,
      name,
      body,
      foreignSignature: random.chance(faults.foreignSignature),
      bothHeaderFamilies: faults.bothHeaderFamilies,
      ...(target.event && { event: target.event }),
    };
    const waiting = { webhook, subscriptionId, failures: 0, resource: event.resource };
    this.#open(waiting);
    this.#schedule(this.#track(waiting));
  }

  #schedule(job: Job): void {
    const { random, ledger, faults, lateByMs } = this.#options;
    if (random.chance(faults.drop)) return this.#settle(job, "dropped");
    const lateMs = lateByMs.get(job.webhook.shop) ?? 0;
    this.#later(job, lateMs + firstDelayMs(this.#options), false);
    for (const delayMs of copyDelaysMs(this.#options)) {
      ledger.count("duplicated");
      this.#copies += 1;
      this.#later(job, lateMs + delayMs, true);
    }
  }

  #open({ webhook, resource }: WaitingWebhook): void {
    const { webhookId, eventId, shop, url: uri, triggeredAt, event } = webhook;
    const topic = event ? `${webhook.topic}/${event.action}` : webhook.topic;
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
    if (copy) timer.unref();
    else job.timer = timer;
  }

  /** Goes on sending, after webhooks were held back. */
  release(): void {
    this.#pump();
  }

  #pump(): void {
    const isStopped = () => this.#closed || this.#options.faults.hold;
    while (!isStopped() && this.#inFlight < this.#options.maxInFlight) {
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
    const { stores, sender, ledger, now, random, faults } = this.#options;
    const { webhook } = job;
    const store = stores.get(webhook.shop);
    if (!store || (!store.installation.installed && !sentWithoutInstall(webhook.topic))) {
      this.#settle(job, "dropped");
      return;
    }
    const at = new Date(now()).toISOString();
    const isReached = !random.chance(faults.unreachable);
    const result = isReached ? await sender.send(webhook) : NOT_REACHED;
    if (this.#closed) return;
    ledger.attempt(webhook.webhookId, { at, ...result, copy });
    if (copy) return;
    const accepted = result.status !== null && result.status >= 200 && result.status < 300;
    noteResult(store, job.subscriptionId, accepted);
    if (accepted) this.#settle(job, "delivered");
    else this.#retry(job);
  }

  #retry(job: Job): void {
    const { retryScheduleMs, random, faults } = this.#options;
    const waitMs = retryScheduleMs[job.failures];
    if (waitMs === undefined) return this.#settle(job, "abandoned");
    if (random.chance(faults.dropRetries)) return this.#settle(job, "dropped");
    job.failures += 1;
    if (faults.newIdOnRetry) job.webhook = { ...job.webhook, sentAs: randomUUID() };
    this.#later(job, waitMs, false);
  }

  #settle(job: Job, outcome: "delivered" | "dropped" | "abandoned"): void {
    if (!this.#jobs.delete(job)) return;
    this.#options.ledger.close(job.webhook.webhookId, outcome);
    this.#options.onSettled();
  }
}

type Stamps = { eventId: string; triggeredAt: string };

function bodyFor(target: Target, { resource }: WebhookEvent, full: RestObject): RestObject {
  const { topic, event, includeFields } = target;
  if (event) return eventBody({ topic, ...event }, event.handle, resource, full);
  return includeFields ? pickFields(full, includeFields) : full;
}
