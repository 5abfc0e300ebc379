import { v7 as uuidv7 } from "uuid";
import type { Transaction } from "#app/db.server.ts";
import { rememberEchoes } from "#app/mirror/index.server.ts";
import { decideStock } from "./decide-stock.ts";
import {
  countsAsRevert,
  type Decision,
  decideWrite,
  endedAs,
  revertsCountMs,
} from "./decide-write.ts";
import { chunksOf, type StockLevel } from "./find-levels.ts";
import { countReverts, type IntentRow, nameTargets, supersededAmong } from "./intent-store.ts";
import { settleIn, type SettleDeps } from "./settle.ts";
import { beginBatch, busyTargets, lockTargets } from "./stock-batch-store.ts";
import type { StockJob } from "./stock-wish.ts";
import { sealAttempt } from "./story.ts";
import type { Attempt, StockAttempt } from "./types.ts";

/** Shopify takes so many rows in one call. */
const rowsPerBatch = 250;

/** A write that waits to be sent, and the level it means. */
export interface StockPlan {
  readonly job: StockJob;
  readonly intent: IntentRow;
  /** Null: Shopify has no such level. */
  readonly level: StockLevel | null;
  /** Whether Shopify was asked for it, rather than remembered. */
  readonly read: boolean;
}

/** What planning led to. */
export interface Planned {
  /** How many were begun or settled. */
  readonly moved: number;
  /** Writes that cannot be decided on without asking Shopify. */
  readonly unsure: readonly string[];
}

interface Ready {
  readonly plan: StockPlan;
  readonly attempt: Attempt;
}

/**
 * Decides about writes of one shop, settles those that end here, and puts the others on record in
 * batches, all in one transaction that holds their levels: of two writes to one level the newer one
 * is the last, whoever carries them out. `readAtMs`: when their levels were looked at.
 */
export async function planBatches(
  deps: SettleDeps,
  shop: string,
  plans: readonly StockPlan[],
  readAtMs: number,
): Promise<Planned> {
  return deps.db.transaction(async (tx) => {
    const facts = await learnFacts(deps, tx, shop, plans, readAtMs);
    const ready: Ready[] = [];
    const taken = new Set<string>();
    const unsure: string[] = [];
    let moved = 0;
    for (const plan of newestFirst(plans)) {
      const { job, intent, level } = plan;
      const target = targetOf(plan);
      const decision = decide(facts, plan);
      if (decision.kind === "superseded") {
        await settleIn(deps, tx, job, intent, endedAs(decision, level));
        moved += 1;
        continue;
      }
      // What is remembered is good enough to try with, and to nothing else.
      if (decision.kind !== "write" && !plan.read) unsure.push(intent.id);
      // One write to one level at a time; the next one sees what became of it.
      else if (taken.has(target)) continue;
      else if (decision.kind === "write") ready.push({ plan, attempt: decision.attempt });
      else if (decision.kind !== "done" || !facts.busy.has(target)) {
        await settleIn(deps, tx, job, intent, endedAs(decision, level));
        moved += 1;
      }
      taken.add(target);
    }
    for (const rows of batchesOf(ready)) moved += await begin(deps, tx, shop, rows);
    return { moved, unsure };
  });
}

type Facts = Awaited<ReturnType<typeof learnFacts>>;

function decide(facts: Facts, plan: StockPlan): Decision {
  const { job, intent, level } = plan;
  const about = {
    job,
    generation: intent.generation,
    superseded: facts.superseded.has(intent.id),
    reverts: facts.reverts.get(targetOf(plan)) ?? 0,
  };
  return decideWrite(about, () => decideStock({ set: job.set, basedOnMs: basedOnMs(job) }, level));
}

function targetOf({ intent, level }: StockPlan): string {
  return level?.id ?? intent.target_id;
}

async function learnFacts(
  deps: SettleDeps,
  tx: Transaction,
  shop: string,
  plans: readonly StockPlan[],
  readAtMs: number,
) {
  const targets = plans.map(targetOf);
  await lockTargets(tx, shop, targets);
  await nameTargets(
    tx,
    plans.map((plan) => ({ id: plan.intent.id, targetId: targetOf(plan) })),
  );
  const reverted = plans.filter(({ job }) => countsAsRevert(job)).map(targetOf);
  return {
    superseded: await supersededAmong(
      tx,
      shop,
      plans.map(({ intent }) => intent.id),
    ),
    busy: await busyTargets(tx, shop, targets, readAtMs),
    reverts: await countReverts(tx, shop, reverted, deps.clock.now() - revertsCountMs),
  };
}

/** What was known of Shopify when the write was decided on; null: a person decided just now. Pure. */
function basedOnMs({ basedOnVersion, observedAt }: StockJob): number | null {
  const stated = basedOnVersion ?? observedAt;
  return stated === undefined ? null : Date.parse(stated);
}

function newestFirst(plans: readonly StockPlan[]): StockPlan[] {
  return [...plans].sort(
    ({ intent: a }, { intent: b }) =>
      b.as_of.getTime() - a.as_of.getTime() || (a.id < b.id ? -1 : 1),
  );
}

/** What is available and what is on hand are two calls, of up to 250 rows. */
function batchesOf(ready: readonly Ready[]): Ready[][] {
  return ["available", "onHand"].flatMap((name) =>
    chunksOf(
      ready.filter(({ attempt }) => name in attempt.set),
      rowsPerBatch,
    ),
  );
}

/** Puts one batch on record, with what its notifications will say; returns how many rows it has. */
async function begin(
  deps: SettleDeps,
  tx: Transaction,
  shop: string,
  rows: readonly Ready[],
): Promise<number> {
  const nowMs = deps.clock.now();
  const batch = rows.flatMap(({ plan: { job, intent, level }, attempt }) =>
    level === null ? [] : [{ job, intent, level, attempt }],
  );
  const begun = await beginBatch(
    tx,
    uuidv7({ msecs: nowMs }),
    batch.map(({ job, intent, level, attempt }) => {
      const whole: StockAttempt = { ...attempt, place: level.place };
      const sealed = sealAttempt(deps.vault, job, whole);
      return { id: intent.id, generation: intent.generation + 1, attempt: sealed };
    }),
    nowMs,
  );
  const echoes = batch
    .filter(({ intent }) => begun.has(intent.id))
    .map(({ job, intent, level, attempt }) => ({
      resourceId: level.id,
      intentId: intent.id,
      systemId: job.systemId,
      content: attempt.echo,
    }));
  await rememberEchoes(tx, shop, echoes, nowMs);
  return begun.size;
}
