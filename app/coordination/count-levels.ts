import type { Clock, Database, Transaction } from "#app/db.server.ts";
import type { JobPayload } from "#app/jobs.ts";
import { InventoryLevelsDocument, type Shopify } from "#app/shopify/index.server.ts";
import { getShop } from "#app/shops/index.server.ts";
import type { Vault } from "#app/vault/index.server.ts";
import { explainDifference } from "./explain-difference.ts";
import { askToPublish, type HandOver, urgent } from "./hand-over.ts";
import { movePool } from "./ledger-store.ts";
import {
  type LevelRow,
  levelsNamed,
  levelsOfPools,
  noteAsked,
  noteCount,
  unlinkLevel,
} from "./level-store.ts";
import { keepShare } from "./keep-share.ts";
import { lockPools, type PoolRow } from "./pool-store.ts";

/** What counting takes. */
export interface CountDeps {
  readonly db: Database;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly shopify: Pick<Shopify, "graphql">;
  readonly enqueue: HandOver;
}

type Job = JobPayload<"count-pool-level">;

/** So many levels cost less than half of what one request may. */
const levelsPerRead = 50;

/**
 * Counts what happened at stock levels of pools since they were last counted or written: each is read
 * by its id, and the difference moves its pool once, whatever notifications said or how often. A
 * read is void when anything was counted or written at the level after it began. Returns, for each
 * job, null or the error that it has to come back for.
 */
export async function countLevels(
  deps: CountDeps,
  jobs: readonly Job[],
): Promise<(Error | null)[]> {
  const failed = new Map<string, Error>();
  for (const shop of new Set(jobs.map((job) => job.shop))) {
    const mine = jobs.filter((job) => job.shop === shop);
    try {
      if (await getShop(deps.db, shop)) await countOf(deps, shop, mine);
    } catch (error) {
      failed.set(shop, error instanceof Error ? error : new Error(String(error)));
    }
  }
  return jobs.map((job) => failed.get(job.shop) ?? null);
}

/** What was read of a level. Null: Shopify has no such level. */
type Reading = {
  readonly available: number;
  readonly committed: number | null;
  readonly onHand: number | null;
  readonly changedAtMs: number;
} | null;

async function countOf(deps: CountDeps, shop: string, jobs: readonly Job[]): Promise<void> {
  const causes = new Map(jobs.map((job) => [job.levelId, job.correlationId ?? null]));
  const ids = [...causes.keys()];
  for (let from = 0; from < ids.length; from += levelsPerRead) {
    const before = await levelsNamed(deps.db, shop, ids.slice(from, from + levelsPerRead));
    const readAtMs = deps.clock.now();
    const still = before.filter((level) => level.pendingId === null);
    const readings = await read(deps, shop, still);
    await deps.db.transaction((tx) =>
      takeIn(deps, tx, { shop, before, readings, readAtMs, causes }),
    );
  }
}

async function read(
  { shopify }: CountDeps,
  shop: string,
  levels: readonly LevelRow[],
): Promise<Map<string, Reading>> {
  if (levels.length === 0) return new Map();
  const ids = levels.map((level) => level.levelId);
  const { nodes } = await shopify.graphql(shop, InventoryLevelsDocument, { ids });
  const found = new Map<string, Reading>(ids.map((id) => [id, null]));
  for (const node of nodes) {
    if (node === null || !("quantities" in node)) continue;
    const states = new Map(node.quantities.map((state) => [state.name, state]));
    const available = states.get("available");
    if (!available) continue;
    found.set(node.id, {
      available: available.quantity,
      committed: states.get("committed")?.quantity ?? null,
      onHand: states.get("on_hand")?.quantity ?? null,
      changedAtMs: Date.parse(available.updatedAt ?? node.updatedAt),
    });
  }
  return found;
}

interface Taking {
  readonly shop: string;
  /** As they were when the read began. */
  readonly before: readonly LevelRow[];
  readonly readings: ReadonlyMap<string, Reading>;
  readonly readAtMs: number;
  readonly causes: ReadonlyMap<string, string | null>;
}

async function takeIn(deps: CountDeps, tx: Transaction, taking: Taking): Promise<void> {
  const { shop, before } = taking;
  const pools = await lockPools(tx, [...new Set(before.map((level) => level.poolId))]);
  const levels = [...(await levelsOfPools(tx, [...pools.keys()])).values()].flat();
  const now = new Map(
    levels.filter((level) => level.shop === shop).map((level) => [level.levelId, level]),
  );
  const moved = new Set<string>();
  for (const old of before) {
    const level = now.get(old.levelId);
    const pool = pools.get(old.poolId);
    if (level === undefined || pool === undefined) continue;
    const reading = taking.readings.get(old.levelId);
    if (reading === undefined || level.version !== old.version) await putOff(deps, tx, level);
    else if (reading === null) await unlinkLevel(tx, shop, level.levelId);
    else await take(deps, tx, taking, pool, level, reading);
    moved.add(pool.id);
  }
  const [cause = null] = taking.causes.values();
  await keepShare(deps, tx, [...moved]);
  await askToPublish(deps, tx, [...moved], cause);
}

/** Something is being written there: what was heard is counted after that. */
async function putOff(deps: CountDeps, tx: Transaction, level: LevelRow): Promise<void> {
  const { shop, levelId, poolId } = level;
  await noteAsked(tx, shop, [levelId], deps.clock.now(), true);
  if (level.pendingId !== null) return;
  const payload = { shop, levelId, poolId };
  await deps.enqueue(tx, "count-pool-level", [{ payload, group: shop, priority: urgent }]);
}

async function take(
  deps: CountDeps,
  tx: Transaction,
  { shop, readAtMs, causes }: Taking,
  pool: PoolRow,
  level: LevelRow,
  reading: NonNullable<Reading>,
): Promise<void> {
  await noteCount(tx, level, { ...reading, readAtMs });
  const follows = pool.groupId === null;
  // The first count of a group's store is what it has, and nothing that happened there.
  const from = level.seen ?? (follows ? 0 : reading.available);
  const before = { available: from, committed: level.seen === null ? null : level.committed };
  const difference = explainDifference(before, reading, follows);
  if (difference === null) return;
  const { kind, delta } = difference;
  await movePool(tx, {
    poolId: pool.id,
    kind,
    delta,
    heldDelta: 0,
    source: `count:${level.levelId}:${String(level.version)}:${String(readAtMs)}`,
    shop,
    note:
      delta === reading.available - from
        ? null
        : `The store showed ${String(reading.available)} instead of ${String(from)}.`,
    correlationId: causes.get(level.levelId) ?? null,
    atMs: deps.clock.now(),
    soldAtMs: kind === "sale" ? reading.changedAtMs : null,
  });
}
