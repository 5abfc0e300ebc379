import { z } from "zod";
import { dataDomains } from "./data-domains.ts";

/**
 * Every background job: its name, what it carries, how it is retried. Data only; the handlers are
 * in `worker/handlers.ts`, and a job without a handler is a type error there.
 */

/** What the queue needs to know about one kind of job. Times in seconds. */
export interface JobDefinition<Payload extends z.ZodType> {
  readonly payload: Payload;
  /** Tries after the first before the job counts as failed. */
  readonly retryLimit: number;
  readonly retryDelaySeconds: number;
  /** A job whose worker shows no sign of life for this long is handed out again (10 is the least). */
  readonly heartbeatSeconds: number;
  /** A job that runs longer than this is given up and handed out again. */
  readonly expireInSeconds: number;
  /** Jobs taken in one transaction. */
  readonly batchSize: number;
  /** Fields of the payload that may tell of a person: sealed while the job waits. */
  readonly sealed?: readonly (keyof z.infer<Payload> & string)[];
  /**
   * When it begins by itself: a cron expression in UTC, at most once a minute. One job, without
   * payload, for the whole installation, however many workers there are.
   */
  readonly schedule?: string;
}

function defineJob<Payload extends z.ZodType>(
  definition: JobDefinition<Payload>,
): JobDefinition<Payload> {
  return definition;
}

/**
 * A batch costs some fifteen statements for each shop in it, however many jobs those are: under load
 * the jobs of one shop come together, and an idle queue hands out a job as soon as it is there.
 */
const mostJobsAtOnce = 128;

/** Of work on our own rows: a moment long, and tried again the next second. */
const quick = { retryDelaySeconds: 1, heartbeatSeconds: 10, expireInSeconds: 60 } as const;

/** Of what goes through a group's pools, a page at a time. */
const paged = { ...quick, retryLimit: 50, retryDelaySeconds: 2, batchSize: 1 } as const;

/** Of what comes again by itself. */
const unhurried = { retryDelaySeconds: 60, heartbeatSeconds: 30, batchSize: 1 } as const;
const round = { payload: z.object({}), retryLimit: 1, ...unhurried, expireInSeconds: 60 } as const;

const writePayload = z.object({
  shop: z.string(),
  eventId: z.uuid(),
  /** pool: a store is shown what it may sell of a pool. */
  reason: z.enum(["system_change", "revert", "pool"]),
  /** The system it is written for; null: Converge's own. */
  systemId: z.string().nullable(),
  domain: z.enum(dataDomains),
  resource: z.object({ type: z.string(), id: z.string(), locationId: z.string().optional() }),
  set: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  /** It goes over this number and no other, where the sender has counted everything up to it. */
  expect: z.object({ available: z.number().int(), inventoryItemId: z.string() }).optional(),
  basedOnVersion: z.string().optional(),
  observedAt: z.string().optional(),
  correlationId: z.string(),
  traceparent: z.string(),
});

/** Every five seconds at first, for a day and more: a write outlives an outage of Shopify. */
const writeRetries = {
  retryLimit: 17_280,
  retryDelaySeconds: 5,
  heartbeatSeconds: 30,
  expireInSeconds: 120,
};

const writeJob = { payload: writePayload, sealed: ["set"] as const, ...writeRetries };

export const jobs = {
  /** intake -> processing: these events are stored; find out what they mean. */
  "process-events": defineJob({
    payload: z.object({
      shop: z.string(),
      eventIds: z.array(z.string()).min(1),
      /** Times this work already failed for a reason of its own (a bug, a poisoned row). */
      failures: z.number().int().default(0),
    }),
    retryLimit: 20,
    ...quick,
    batchSize: mostJobsAtOnce,
  }),
  /** processing -> delivery: these changes moved the mirror; tell the systems that want them. */
  "fan-out-changes": defineJob({
    payload: z.object({
      shop: z.string(),
      changeIds: z.array(z.string()).min(1),
      /** Only this system has to hear of it; absent: all that want to. */
      systemId: z.string().optional(),
      /** When the oldest of them changed, by kind of data; epoch milliseconds. */
      oldest: z.record(z.string(), z.number()).optional(),
    }),
    retryLimit: 20,
    ...quick,
    batchSize: mostJobsAtOnce,
  }),
  /** install -> shops: read what webhooks do not carry (SKUs, the shop's name and time zone). */
  "learn-shop": defineJob({
    payload: z.object({ shop: z.string() }),
    retryLimit: 50,
    retryDelaySeconds: 5,
    heartbeatSeconds: 30,
    expireInSeconds: 900,
    batchSize: 1,
  }),
  /** processing -> polling: only Shopify can tell what this resource is now; read it by its id. */
  "confirm-resource": defineJob({
    payload: z.object({
      shop: z.string(),
      resource: z.object({ type: z.string(), id: z.string() }),
      /** Of the event that left the question open. */
      correlationId: z.string(),
      /**
       * Which kind of data is incomplete until it is read, since when by Shopify's clock; epoch
       * milliseconds. A job that waits for its shop comes back as a new one and keeps this.
       */
      oldest: z.record(z.string(), z.number()).optional(),
    }),
    // Every five minutes at last, for two days: by then a comparison has read every record anew.
    retryLimit: 600,
    retryDelaySeconds: 2,
    heartbeatSeconds: 30,
    expireInSeconds: 120,
    batchSize: 1,
  }),
  /** processing -> write-back: one write to Shopify, for a system or to undo a foreign write. */
  "write-back": defineJob({
    ...writeJob,
    batchSize: 1,
  }),
  /** processing -> write-back: one write of stock; those that come together go out together. */
  "write-stock": defineJob({
    ...writeJob,
    // As many rows as one call to Shopify takes.
    batchSize: 250,
  }),
  /** delivery -> delivery: the next step of a replay at its own pace. */
  "run-replay": defineJob({
    payload: z.object({ shop: z.string(), replayId: z.string(), step: z.number().int() }),
    retryLimit: 50,
    ...quick,
    batchSize: 1,
  }),
  /** intake -> privacy: delete everything of a shop that left. */
  "forget-shop": defineJob({
    payload: z.object({
      /** Sealed: the job outlives what it deletes, and must not name the shop either. */
      shop: z.string(),
      orderedAtMs: z.number(),
      /** How often everything was deleted already: what was under way may have written after it. */
      pass: z.number().int().default(0),
    }),
    retryLimit: 1_000,
    retryDelaySeconds: 5,
    heartbeatSeconds: 30,
    expireInSeconds: 3_600,
    batchSize: 1,
  }),
  /** worker: shops in which nothing happens, whose tokens must not die of age. */
  "touch-quiet-shops": defineJob({
    payload: z.object({}),
    retryLimit: 20,
    retryDelaySeconds: 30,
    heartbeatSeconds: 30,
    expireInSeconds: 300,
    batchSize: 1,
    schedule: "41 3 * * *",
  }),
  /** worker -> shopify: renew one shop's tokens. */
  "touch-shop": defineJob({
    payload: z.object({ shop: z.string() }),
    // For hours; the next day it begins anew.
    retryLimit: 50,
    retryDelaySeconds: 10,
    heartbeatSeconds: 30,
    expireInSeconds: 60,
    batchSize: 1,
  }),
  /** processing -> privacy: a customer's data is to be shown or erased, as this event says. */
  "answer-privacy-request": defineJob({
    payload: z.object({
      shop: z.string(),
      eventId: z.uuid(),
      /** How often everything was erased already: what was under way may have written after it. */
      pass: z.number().int().default(0),
    }),
    retryLimit: 1_000,
    retryDelaySeconds: 5,
    heartbeatSeconds: 30,
    expireInSeconds: 3_600,
    batchSize: 1,
  }),
  /** subscriptions: every shop's are to be checked. */
  "check-all-subscriptions": defineJob({
    payload: z.object({}),
    retryLimit: 2,
    ...unhurried,
    expireInSeconds: 300,
    schedule: "*/10 * * * *",
  }),
  /** subscriptions, silence: does Shopify still tell this shop's changes as it was asked to? */
  "check-subscriptions": defineJob({
    payload: z.object({ shop: z.string() }),
    retryLimit: 5,
    retryDelaySeconds: 30,
    heartbeatSeconds: 30,
    expireInSeconds: 300,
    batchSize: 1,
  }),
  /** privacy: what has been kept for long enough goes, in small steps. */
  "apply-retention": defineJob({
    payload: z.object({}),
    // The next hour goes on where this one ended.
    retryLimit: 2,
    ...unhurried,
    expireInSeconds: 1_800,
    schedule: "17 * * * *",
  }),
  /** freshness, events: add the figures of the minutes up to hours, for charts of weeks. */
  "roll-up-figures": defineJob({
    payload: z.object({}),
    // The next hour goes on where this one ended.
    retryLimit: 2,
    ...unhurried,
    expireInSeconds: 1_800,
    schedule: "16 * * * *",
  }),
  /** reconciliation, discrepancies -> reconciliation: send a system what a record is now. */
  "tell-system": defineJob({
    payload: z.object({
      shop: z.string(),
      systemId: z.string(),
      domain: z.enum(dataDomains),
      resource: z.object({ type: z.string(), id: z.string() }),
      /** Told once under this key. */
      key: z.string(),
      correlationId: z.string(),
      traceparent: z.string(),
    }),
    retryLimit: 20,
    ...quick,
    batchSize: mostJobsAtOnce,
  }),
  /** reconciliation -> reconciliation: the next stretch of a full comparison. */
  "run-reconciliation": defineJob({
    payload: z.object({ shop: z.string(), runId: z.uuid() }),
    retryLimit: 1_000,
    retryDelaySeconds: 2,
    heartbeatSeconds: 20,
    expireInSeconds: 900,
    batchSize: 1,
  }),
  /** processing -> coordination: the owner's word about a pool. */
  "set-pool": defineJob({
    payload: z.object({
      shop: z.string(),
      eventId: z.uuid(),
      systemId: z.string(),
      groupId: z.string(),
      poolLocationId: z.string().optional(),
      sku: z.string(),
      set: z.union([z.object({ available: z.number() }), z.object({ onHand: z.number() })]),
      observedAt: z.string(),
      correlationId: z.string(),
    }),
    retryLimit: 50,
    ...quick,
    batchSize: 64,
  }),
  /** processing, coordination -> coordination: read a store's level and count what happened there. */
  "count-pool-level": defineJob({
    payload: z.object({
      shop: z.string(),
      levelId: z.string(),
      poolId: z.uuid(),
      correlationId: z.string().nullish(),
    }),
    ...writeRetries,
    retryDelaySeconds: 2,
    batchSize: 50,
  }),
  /** coordination -> coordination: bring a store to what a pool says. */
  "publish-pool-level": defineJob({
    payload: z.object({
      shop: z.string(),
      poolId: z.uuid(),
      correlationId: z.string().nullish(),
    }),
    ...writeRetries,
    retryDelaySeconds: 2,
    batchSize: 250,
  }),
  /** coordination, processing -> coordination: a store does not show all pools of its group yet. */
  "link-store": defineJob({
    payload: z.object({
      shop: z.string(),
      groupId: z.string(),
      after: z.uuid().nullable(),
      /** Only this one. */
      poolId: z.uuid().optional(),
    }),
    ...paged,
  }),
  /** coordination -> coordination: move what a store shows of pools to the location it chose. */
  "move-store-levels": defineJob({
    payload: z.object({ shop: z.string(), groupId: z.string(), after: z.uuid().nullable() }),
    ...paged,
  }),
  /** coordination -> coordination: bring a group's pools to its buffer rules, a page at a time. */
  "follow-buffers": defineJob({
    payload: z.object({ groupId: z.string(), after: z.uuid().nullable() }),
    retryLimit: 20,
    ...quick,
    batchSize: 1,
  }),
  /** coordination -> coordination: what a store has in a collection that a buffer rule names. */
  "read-collection": defineJob({
    payload: z.object({ shop: z.string(), groupId: z.string(), collectionId: z.string() }),
    retryLimit: 5,
    retryDelaySeconds: 10,
    heartbeatSeconds: 30,
    expireInSeconds: 300,
    batchSize: 1,
  }),
  /** coordination: collections that buffer rules name are read again. */
  "read-all-collections": defineJob({
    ...round,
    schedule: "*/10 * * * *",
  }),
  /** coordination: stores that do not show all pools of their group look for the articles again. */
  "link-all-stores": defineJob({
    ...round,
    schedule: "*/10 * * * *",
  }),
  /** coordination: buffers that move with time (measured lag, sales, peaks, a beginning or end) are worked out anew. */
  "refresh-buffers": defineJob({
    ...round,
    retryDelaySeconds: 5,
    schedule: "* * * * *",
  }),
  /** coordination -> coordination: a hold's time is up. */
  "expire-hold": defineJob({
    payload: z.object({ shop: z.string(), holdId: z.uuid() }),
    retryLimit: 1_000,
    ...quick,
    batchSize: 20,
  }),
  /** processing -> coordination: an order took the units that a confirmed hold kept for it. */
  "consume-hold": defineJob({
    payload: z.object({
      shop: z.string(),
      holdId: z.uuid(),
      orderId: z.string(),
      /** Of the hold's article, that the order has. */
      units: z.int(),
    }),
    retryLimit: 1_000,
    ...quick,
    batchSize: 20,
  }),
  /** processing, coordination -> coordination: bring Shopify to what an order's hold says. */
  "keep-order-hold": defineJob({
    payload: z.object({ shop: z.string(), holdId: z.uuid() }),
    ...writeRetries,
    retryDelaySeconds: 2,
    batchSize: 1,
  }),
} as const;

/** The name of a background job. */
export type JobName = keyof typeof jobs;

/** What a job of that name carries. */
export type JobPayload<Name extends JobName> = z.infer<(typeof jobs)[Name]["payload"]>;

/**
 * The jobs that ask Shopify. While their shop has to be connected again they wait, however long it
 * takes, and go on when it is.
 */
export const jobsThatAskShopify = [
  "learn-shop",
  "confirm-resource",
  "write-back",
  "write-stock",
  "count-pool-level",
  "publish-pool-level",
  "keep-order-hold",
  "read-collection",
] as const satisfies readonly JobName[];
