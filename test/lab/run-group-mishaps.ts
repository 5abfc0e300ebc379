import { setTimeout as sleep } from "node:timers/promises";
import { NORTH, SOUTH } from "#test/twin-conformance/support.ts";
import type { Rig } from "#test/worker/rig-on.ts";
import { connectCarrier, insist, placeHold, type PlacedHold } from "./hold-units.ts";
import { judgePool, type PoolJudgement } from "./judge-pool.ts";
import { type OpenGroup, untilShown, WEST, withGroup } from "./open-group.ts";
import { ApiRefusal } from "./open-store.ts";

const settledWithinMs = 90_000;

/** Waits until something is so; false: the time is over, and the verdict tells. */
async function until(isSo: () => boolean | Promise<boolean>): Promise<boolean> {
  for (const deadlineMs = Date.now() + settledWithinMs; Date.now() < deadlineMs; await sleep(200))
    if (await isSo()) return true;
  return false;
}

/** What came of a hold one of whose participants is down. */
export interface ParticipantDownVerdict extends PoolJudgement {
  readonly holds: number;
  readonly expired: number;
  /** Answers of after the end that were taken. */
  readonly revived: number;
  /** What the participant had not heard once it was up again. */
  readonly untold: number;
  readonly passed: boolean;
}

const units = 10;
const wish = { quantity: 3, ttlSeconds: 8 };

/**
 * One of two systems that are asked is down: holds expire, their units come back while it is down still,
 * and what it answers once it is up changes nothing any more.
 */
export async function runParticipantDown(rig: Rig, seed: number): Promise<ParticipantDownVerdict> {
  return withGroup(rig, { twin: { seed } }, async (group) => {
    const [sku = ""] = group.skus;
    const { owner } = group.installation;
    const carrier = await connectCarrier(group);
    try {
      await group.stock(sku, units);
      await carrier.system.setBehaviour({ mode: "error" });
      const stage = { ...group, sku, participants: [owner, carrier] };
      const wished = [NORTH, SOUTH, WEST].map((shop) => placeHold(stage, shop, wish));
      const holds = (await Promise.all(wished)).flatMap((hold) => hold ?? []);
      for (const { id } of holds)
        await insist(() => group.as(owner.apiKey)("POST", `/holds/${id}/acknowledge`));
      await until(async () => (await open(group, holds)) === 0);
      await untilShown(group, sku, units).catch(() => undefined);
      await carrier.system.setBehaviour({ mode: "healthy" });
      const revived = await answerLate(group, carrier.apiKey, holds);
      await until(async () => (await untoldOf(group, carrier.id)) === 0);
      const shown = group.shops.map((shop) => group.levelOf(shop, sku).available);
      const facts = { units, sold: 0, shown, lowest: Math.min(...shown) };
      const judged = judgePool({ ...facts, pool: await group.pool(sku) });
      const expired = holds.length - (await open(group, holds));
      const untold = await untoldOf(group, carrier.id);
      const { lost, appliedTwice, belowZero, converged } = judged;
      const wrong = lost + appliedTwice + belowZero + revived + untold + (holds.length - expired);
      return {
        ...{ holds: holds.length, expired, revived, untold, ...judged },
        passed: wrong === 0 && converged && holds.length === 3,
      };
    } finally {
      await carrier.close();
    }
  });
}

/** Of some holds, those that are not over. */
async function open({ as }: OpenGroup, holds: readonly PlacedHold[]): Promise<number> {
  const now = await Promise.all(
    holds.map(({ id, shop }) => insist(() => as(shop)<PlacedHold>("GET", `/holds/${id}`))),
  );
  return now.filter(({ status }) => status !== "expired").length;
}

/** How many answers were taken. */
async function answerLate({ as }: OpenGroup, key: string, holds: readonly PlacedHold[]) {
  let taken = 0;
  for (const { id } of holds)
    try {
      await as(key)("POST", `/holds/${id}/acknowledge`);
      taken += 1;
    } catch (error) {
      if (!(error instanceof ApiRefusal) || error.status !== 409) throw error;
    }
  return taken;
}

/** What a system was to be told and was not yet. */
async function untoldOf({ installation }: OpenGroup, systemId: string): Promise<number> {
  const { rows } = await installation.rig.db.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM deliveries
     WHERE system_id = $1 AND status NOT IN ('delivered', 'superseded')`,
    [systemId],
  );
  return rows[0]?.count ?? 0;
}

/** What came of a sale from which a store departs. */
export interface StoreLeavesVerdict extends PoolJudgement {
  readonly units: number;
  readonly sold: number;
  /** Of the store that left: sold before that and counted; what it took along; sold since. */
  readonly counted: number;
  readonly tookAlong: number;
  readonly soldSince: number;
  /** Units written there after it had left. */
  readonly writtenSince: number;
  readonly passed: boolean;
}

const sale = { units: 120, orders: 240, seconds: 60, rough: false };
/** A write that was under way when the store left may arrive after that. */
const underWayMs = 3_000;

/**
 * A store leaves its group in the middle of a sale: what it shows is its own from then on and is written
 * by nobody else; the others go on with what is left.
 */
export async function runStoreLeaves(rig: Rig, seed: number): Promise<StoreLeavesVerdict> {
  return withGroup(rig, { twin: { seed } }, async (group) => {
    const { twin, groupId, as } = group;
    const [sku = ""] = group.skus;
    await group.stock(sku, sale.units);
    twin.operations.flashSale({ ...sale, sku });
    await until(() => sold(group).total >= sale.units / 4);
    await insist(() => as(WEST)("POST", `/store-groups/${groupId}/leave`));
    await sleep(underWayMs);
    const left = { ...sold(group), shows: group.levelOf(WEST, sku).available };
    await until(() => twin.operations.flashSaleVerdict()?.running === null);
    const counted = await countedOf(group, WEST);
    const others = { ...group, shops: [NORTH, SOUTH] };
    const remain = () => sale.units - counted - sold(group).others;
    await until(async () => (await group.pool(sku)).quantity === remain());
    await untilShown(others, sku, Math.max(0, remain())).catch(() => undefined);
    const end = sold(group);
    const shown = others.shops.map((shop) => group.levelOf(shop, sku).available);
    const lowest = Math.min(
      ...(twin.operations.flashSaleVerdict()?.stores ?? []).map((s) => s.lowest),
    );
    const facts = { units: sale.units - counted, sold: end.others, shown, lowest };
    const judged = judgePool({ ...facts, pool: await group.pool(sku) });
    const soldSince = end.west - left.west;
    const writtenSince = Math.abs(group.levelOf(WEST, sku).available - (left.shows - soldSince));
    const { lost, appliedTwice, belowZero, converged } = judged;
    return {
      ...{ units: sale.units, sold: end.total, counted, tookAlong: left.shows },
      ...{ soldSince, writtenSince, ...judged },
      passed:
        lost + appliedTwice + belowZero + writtenSince === 0 && converged && counted <= left.west,
    };
  });
}

/** What was sold so far: in all, in the store that leaves, in the others. */
function sold({ twin }: OpenGroup) {
  const stores = twin.operations.flashSaleVerdict()?.stores ?? [];
  const west = stores.find(({ shop }) => shop === WEST)?.sold ?? 0;
  const total = stores.reduce((sum, store) => sum + store.sold, 0);
  return { total, west, others: total - west };
}

/** What the ledger has of a store's sales, returns apart. */
async function countedOf({ installation }: OpenGroup, shop: string): Promise<number> {
  const { rows } = await installation.rig.db.query<{ count: number }>(
    `SELECT coalesce(-sum(delta), 0)::int AS count FROM pool_ledger
     WHERE shop = $1 AND kind IN ('sale', 'return', 'edit')`,
    [shop],
  );
  return rows[0]?.count ?? 0;
}
