import { setTimeout as sleep } from "node:timers/promises";
import type { Rig } from "#test/worker/rig-on.ts";
import {
  connectCarrier,
  type HoldStage,
  insist,
  type Participant,
  placeHold,
} from "./hold-units.ts";
import { judgePool, type PoolJudgement } from "./judge-pool.ts";
import { untilShown, withGroup } from "./open-group.ts";
import { type StepWatch, watchShopify, watchSteps } from "./watch-steps.ts";

/** What came of it. */
export interface HoldStormVerdict extends PoolJudgement {
  /** Steps at which everything was killed, one a run. */
  readonly killedAt: number;
  /** Runs in which not exactly one of those who wanted the last units got them. */
  readonly notOne: number;
  /** Runs after which a hold's units were not where they belong. */
  readonly astray: number;
  readonly passed: boolean;
}

type Stage = HoldStage & { readonly participants: readonly Participant[] };

const units = 6;
/** Everybody wants more than half: one gets it. */
const wish = { quantity: 4, ttlSeconds: 600 };
/** More than a hold's life has. */
const mostSteps = 40;
const withinMs = 90_000;

/**
 * Three stores want the last units at once; whoever gets them is asked of two systems, confirmed and
 * released again. Played once for every step of that: each commit, and each move in Shopify before and
 * after it is carried out. A run in which nobody died any more is the last one.
 */
export async function runHoldStorm(rig: Rig, seed: number): Promise<HoldStormVerdict> {
  const shopify = await watchShopify();
  try {
    return await withGroup(rig, { twin: { seed }, through: shopify }, async (group) => {
      const [sku = ""] = group.skus;
      const carrier = await connectCarrier(group);
      try {
        await group.stock(sku, units);
        const watch = await watchSteps(rig, group.installation.processes, shopify);
        return await playAll(
          { ...group, sku, participants: [group.installation.owner, carrier] },
          watch,
        );
      } finally {
        await carrier.close();
      }
    });
  } finally {
    await shopify.close();
  }
}

async function playAll(stage: Stage, watch: StepWatch): Promise<HoldStormVerdict> {
  const count = { killedAt: 0, notOne: 0, astray: 0 };
  for (let step = 1; step <= mostSteps; step += 1) {
    await watch.arm(step);
    const run = await play(stage, watch);
    count.notOne += run.winners === 1 ? 0 : 1;
    count.astray += run.settled ? 0 : 1;
    if (!run.died) break;
    count.killedAt += 1;
  }
  const shown = stage.shops.map((shop) => stage.levelOf(shop, stage.sku).available);
  const pool = await stage.pool(stage.sku);
  const judged = judgePool({ units, sold: 0, pool, shown, lowest: Math.min(...shown) });
  const { lost, appliedTwice, belowZero, converged } = judged;
  const wrong = lost + appliedTwice + belowZero + count.notOne + count.astray;
  return { ...count, ...judged, passed: wrong === 0 && converged && count.killedAt > 5 };
}

/** One life of a hold; `settled`: its units are back where they were. */
async function play(stage: Stage, watch: StepWatch) {
  let winners = 0;
  let settled = false;
  const life = async () => {
    const wished = await Promise.all(stage.shops.map((shop) => placeHold(stage, shop, wish)));
    const won = wished.flatMap((hold) => hold ?? []);
    winners = won.length;
    for (const hold of won) {
      await untilReserved(stage, hold.shop);
      for (const { apiKey } of stage.participants)
        await insist(() => stage.as(apiKey)("POST", `/holds/${hold.id}/acknowledge`));
      await insist(() => stage.as(hold.shop)("POST", `/holds/${hold.id}/release`));
    }
    // What comes back after a release is steps too.
    settled = await areBack(stage);
  };
  const died = await watch.during(life());
  return { died, winners, settled };
}

async function areBack(stage: Stage): Promise<boolean> {
  return untilShown(stage, stage.sku, units).then(
    () => stage.shops.every((shop) => stage.levelOf(shop, stage.sku).reserved === 0),
    () => false,
  );
}

async function untilReserved({ levelOf, sku }: Stage, shop: string): Promise<void> {
  for (const deadlineMs = Date.now() + withinMs; Date.now() < deadlineMs; await sleep(50))
    if (levelOf(shop, sku).reserved === wish.quantity) return;
  throw new Error(`${shop} did not reserve what it holds`);
}
