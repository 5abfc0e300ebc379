import {
  consumeHolds,
  countLevels,
  type CountDeps,
  type HoldDeps,
  expireHolds,
  type KeepDeps,
  keepOrderHold,
  followBuffers,
  linkAllStores,
  linkStore,
  moveStoreLevels,
  publishLevels,
  readAllCollections,
  readCollection,
  refreshBuffers,
  setPools,
  type StepDeps,
} from "#app/coordination/index.server.ts";
import type { Transaction } from "#app/db.server.ts";
import {
  fanOutChanges,
  type FanOutDeps,
  type ReplayStepDeps,
  runReplays,
} from "#app/delivery/index.server.ts";
import { rollUpOutcomes } from "#app/events/index.server.ts";
import { rollUpLags } from "#app/freshness/index.server.ts";
import type { JobName, JobPayload } from "#app/jobs.ts";
import {
  confirmResource,
  learnShop,
  type ConfirmDeps,
  type LearnDeps,
} from "#app/polling/index.server.ts";
import {
  answerRequest,
  type AnswerDeps,
  applyRetention,
  forgetShop,
  type ForgetShopDeps,
  type RetentionDeps,
} from "#app/privacy/index.server.ts";
import { processEvents, type ProcessingDeps } from "#app/processing/index.server.ts";
import { ShopifyReconnectNeededError } from "#app/shopify/index.server.ts";
import { listenForSilence, type ListenDeps } from "#app/silence/index.server.ts";
import {
  checkAll,
  type CheckAllDeps,
  type CheckDeps,
  checkSubscriptions,
} from "#app/subscriptions/index.server.ts";
import { writeBack, writeStock, type WriteBackDeps } from "#app/write-back/index.server.ts";
import { type QuietShopDeps, touchQuietShops, touchShop } from "./touch-quiet-shops.ts";
import { type RunDeps, runReconciliation, tellSystem } from "#app/reconciliation/index.server.ts";
import { type AskingJob, parkJobs, type WaitingDeps } from "./wait-for-shop.ts";

/** A job done in batches, each in the transaction that completes it. */
interface BatchHandler<Name extends JobName> {
  readonly kind: "batch";
  run(payloads: readonly JobPayload<Name>[], tx: Transaction): Promise<void>;
}

/** A job that takes its time (network), completed after it is done. */
interface LongHandler<Name extends JobName> {
  readonly kind: "long";
  run(payload: JobPayload<Name>): Promise<void>;
}

/** Jobs that take their time, done together; each is completed or comes back by itself. */
interface TogetherHandler<Name extends JobName> {
  readonly kind: "together";
  run(payloads: readonly JobPayload<Name>[]): Promise<readonly (Error | null)[]>;
}

/** One handler per job of `jobs.ts`: a job without one is a type error here. */
export type Handlers = {
  readonly [Name in JobName]: BatchHandler<Name> | LongHandler<Name> | TogetherHandler<Name>;
};

/** Which room does which job. */
export function createHandlers(
  deps: ProcessingDeps &
    FanOutDeps &
    ReplayStepDeps &
    LearnDeps &
    ConfirmDeps &
    WriteBackDeps &
    RetentionDeps &
    ForgetShopDeps &
    QuietShopDeps &
    WaitingDeps &
    AnswerDeps &
    CheckAllDeps &
    CheckDeps &
    ListenDeps &
    RunDeps &
    CountDeps &
    HoldDeps &
    KeepDeps &
    StepDeps,
): Handlers {
  return {
    "process-events": { kind: "batch", run: (jobs, tx) => processEvents(deps, tx, jobs) },
    "fan-out-changes": { kind: "batch", run: (jobs, tx) => fanOutChanges(deps, tx, jobs) },
    "confirm-resource": asking(deps, "confirm-resource", (job) => confirmResource(deps, job)),
    "write-back": asking(deps, "write-back", (job) => writeBack(deps, job)),
    "write-stock": askingTogether(deps, "write-stock", (jobs) => writeStock(deps, jobs)),
    "run-replay": { kind: "batch", run: (jobs, tx) => runReplays(deps, tx, jobs) },
    "answer-privacy-request": { kind: "long", run: (job) => answerRequest(deps, job) },
    "check-all-subscriptions": { kind: "long", run: () => checkAll(deps) },
    "check-subscriptions": {
      kind: "long",
      run: async (job) => {
        await checkSubscriptions(deps, job.shop);
        await listenForSilence(deps, job.shop);
      },
    },
    "forget-shop": { kind: "long", run: (job) => forgetShop(deps, job) },
    "apply-retention": { kind: "long", run: () => applyRetention(deps) },
    "roll-up-figures": {
      kind: "long",
      run: async () => {
        await rollUpLags(deps.db, deps.clock.now());
        await rollUpOutcomes(deps.db, deps.clock.now());
      },
    },
    "touch-quiet-shops": { kind: "long", run: () => touchQuietShops(deps) },
    "touch-shop": { kind: "long", run: (job) => touchShop(deps, job.shop) },
    "tell-system": { kind: "batch", run: (jobs, tx) => tellSystem(deps, tx, jobs) },
    "run-reconciliation": { kind: "long", run: (job) => runReconciliation(deps, job) },
    "set-pool": { kind: "batch", run: (jobs, tx) => setPools(deps, tx, jobs) },
    "count-pool-level": askingTogether(deps, "count-pool-level", (jobs) => countLevels(deps, jobs)),
    "publish-pool-level": askingTogether(deps, "publish-pool-level", (jobs) =>
      publishLevels(deps, jobs),
    ),
    "link-store": { kind: "batch", run: (jobs, tx) => linkStore(deps, tx, jobs) },
    "move-store-levels": {
      kind: "batch",
      run: (jobs, tx) => moveStoreLevels(deps, tx, jobs),
    },
    "link-all-stores": { kind: "long", run: () => linkAllStores(deps) },
    "follow-buffers": { kind: "batch", run: (jobs, tx) => followBuffers(deps, tx, jobs) },
    "read-collection": asking(deps, "read-collection", (job) => readCollection(deps, job)),
    "read-all-collections": { kind: "long", run: () => readAllCollections(deps) },
    "refresh-buffers": { kind: "long", run: () => refreshBuffers(deps) },
    "expire-hold": { kind: "batch", run: (jobs, tx) => expireHolds(deps, tx, jobs) },
    "consume-hold": { kind: "batch", run: (jobs, tx) => consumeHolds(deps, tx, jobs) },
    "keep-order-hold": asking(deps, "keep-order-hold", (job) => keepOrderHold(deps, job)),
    "learn-shop": asking(deps, "learn-shop", (job) => learnShop(deps, job.shop)),
  };
}

/** A long job that waits while its shop has to be connected again. */
function asking<Name extends AskingJob>(
  deps: WaitingDeps,
  name: Name,
  run: (job: JobPayload<Name>) => Promise<void>,
): LongHandler<Name> {
  return {
    kind: "long",
    run: async (job) => {
      try {
        await run(job);
      } catch (error) {
        if (!(error instanceof ShopifyReconnectNeededError)) throw error;
        await parkJobs(deps, name, [job]);
      }
    },
  };
}

/** Jobs done together, of which those wait whose shop has to be connected again. */
function askingTogether<Name extends AskingJob>(
  deps: WaitingDeps,
  name: Name,
  run: (jobs: readonly JobPayload<Name>[]) => Promise<readonly (Error | null)[]>,
): TogetherHandler<Name> {
  return {
    kind: "together",
    run: async (jobs) => {
      const errors = await run(jobs);
      const lost = (error: Error | null | undefined) =>
        error instanceof ShopifyReconnectNeededError;
      await parkJobs(
        deps,
        name,
        jobs.filter((_job, index) => lost(errors[index])),
      );
      return errors.map((error) => (lost(error) ? null : error));
    },
  };
}
