import { setTimeout as sleep } from "node:timers/promises";
import { autoBuffer } from "#app/coordination/auto-buffer.ts";
import { NORTH } from "#test/twin-conformance/support.ts";
import type { FlashSaleView } from "#test/twin/operations/flash-sale.ts";
import type { Rig } from "#test/worker/rig-on.ts";
import { judgePool, type PoolJudgement } from "./judge-pool.ts";
import { type OpenGroup, untilShown, withGroup } from "./open-group.ts";

/** What came of it, in units. */
export interface FlashSaleVerdict extends PoolJudgement {
  readonly units: number;
  readonly orders: number;
  readonly seconds: number;
  readonly turnedAway: number;
  readonly sold: number;
  readonly oversold: number;
  readonly keptBack: number;
  /** How long stores took to follow a sale elsewhere in the rehearsal, as Converge measured. */
  readonly lagMs: number;
  readonly passed: boolean;
}

/** The late store's webhooks leave half of it late: by 30 s. */
const sale = { units: 120, orders: 500, seconds: 60, rough: true };
/** Before it, so that there is a lag to reckon with: the same pace, on another article. */
const rehearsal = { ...sale, units: 30, orders: 100, seconds: 12 };
/** Units that are sold before the other stores have followed, on average. */
const mostUnseen = 20;
/** Where the rehearsal was over before any store followed. */
const unmeasuredLagMs = 10_000;
const settledWithinMs = 90_000;

/**
 * Plays a flash sale: more customers than units in three stores, while webhooks get lost and one
 * store's come late. With a buffer, as many are kept back as the announced pace and the lag measured
 * in a rehearsal call for at a chosen risk; what is left of it is put on sale in the end.
 */
export async function runFlashSale(
  rig: Rig,
  /** In so many of 100 times the buffer may be too little; null: nothing is kept back. */
  riskPercent: number | null,
  seed: number,
): Promise<FlashSaleVerdict> {
  return withGroup(rig, { twin: { seed, ledgerSize: 20_000 } }, async (group) => {
    const [first = "", second = ""] = group.skus;
    await group.stock(first, rehearsal.units);
    await play(group, { ...rehearsal, sku: first });
    await untilCounted(group, first, rehearsal.units);
    const lagMs = await measuredLag(group);
    const seconds = secondsFor(lagMs);
    const unitsPerSecond = sale.orders / seconds;
    const risk = (riskPercent ?? 100) / 100;
    const keptBack = riskPercent === null ? 0 : bufferFor({ unitsPerSecond, lagMs, risk });
    await keepBack(group, second, keptBack);
    await group.stock(second, sale.units, Math.max(0, sale.units - keptBack));
    const { sold, turnedAway, oversold } = await play(group, { ...sale, seconds, sku: second });
    await untilCounted(group, second, sale.units);
    await keepBack(group, second, 0);
    await untilShown(group, second, Math.max(0, sale.units - sold)).catch(() => undefined);
    const judged = await judge(group, second);
    const { lost, appliedTwice, belowZero, converged } = judged;
    const beyondRisk = riskPercent === null ? 0 : oversold;
    return {
      ...{ units: sale.units, orders: sale.orders, seconds, lagMs, keptBack },
      ...{ turnedAway, sold, oversold },
      ...judged,
      passed: lost + appliedTwice + belowZero + beyondRisk === 0 && converged && sold > 0,
    };
  });
}

/** Plays one sale to its end. */
async function play(
  { twin }: OpenGroup,
  input: typeof sale & { readonly sku: string },
): Promise<FlashSaleView> {
  for (let view = twin.operations.flashSale(input); ; await sleep(100)) {
    if (view.running === null) return view;
    view = twin.operations.flashSaleVerdict() ?? view;
  }
}

/** Waits until webhooks, late ones too, or polls have brought every sale; or the time is over. */
async function untilCounted(group: OpenGroup, sku: string, units: number): Promise<void> {
  await group.twin.settled(settledWithinMs).catch(() => undefined);
  const sold = group.twin.operations.flashSaleVerdict()?.sold ?? 0;
  for (const deadlineMs = Date.now() + settledWithinMs; Date.now() < deadlineMs; await sleep(200))
    if ((await group.pool(sku)).quantity === units - sold) return;
}

/** The longest any store took to follow, as the group's own measurement has it. */
async function measuredLag({ installation, groupId }: OpenGroup): Promise<number> {
  const { rows } = await installation.rig.db.query<{ ms: number | null }>(
    "SELECT max(lag_ms) AS ms FROM store_group_members WHERE group_id = $1",
    [groupId],
  );
  return rows[0]?.ms || unmeasuredLagMs;
}

/** A minute; longer where this machine takes so long to follow that most of it would be sold unseen. */
function secondsFor(lagMs: number): number {
  return Math.max(sale.seconds, Math.ceil((sale.orders * lagMs) / 1000 / mostUnseen));
}

function bufferFor(given: { unitsPerSecond: number; lagMs: number; risk: number }): number {
  return autoBuffer({ ...given, lagSeconds: given.lagMs / 1000 });
}

async function keepBack({ as, groupId }: OpenGroup, sku: string, value: number): Promise<void> {
  const rule = { groupId, sku, mode: "fixed", value, peakWindows: [] };
  await as(NORTH)("PUT", "/inventory-buffers", { items: value === 0 ? [] : [rule] });
}

async function judge(group: OpenGroup, sku: string): Promise<PoolJudgement> {
  const view = group.twin.operations.flashSaleVerdict();
  if (view === null) throw new Error("there was no sale");
  return judgePool({
    units: view.units,
    sold: view.sold,
    pool: await group.pool(sku),
    shown: view.stores.map((store) => store.shows),
    lowest: Math.min(...view.stores.map((store) => store.lowest)),
  });
}
