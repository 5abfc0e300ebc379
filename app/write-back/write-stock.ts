import { v7 as uuidv7 } from "uuid";
import { getShop } from "#app/shops/index.server.ts";
import { checkStock } from "./decide-stock.ts";
import { finishBatch, type BatchDeps } from "./finish-batch.ts";
import { levelsFromMirror, levelsFromShopify, type StockLevel } from "./find-levels.ts";
import { finalSentence } from "./final-errors.ts";
import { ensureIntents } from "./intent-store.ts";
import { planBatches, type StockPlan } from "./plan-batches.ts";
import { settle } from "./settle.ts";
import type { StockJob, Wish } from "./stock-wish.ts";
import { emptyStory } from "./story.ts";

/**
 * Carries writes of stock to their ends, those of one shop together: up to 250 in one call. What
 * Shopify compares with is what it told last; only what then turns out to have changed is read
 * again. Run twice, also at once, each write happens once: a batch is on record before it is sent,
 * and is sent again as it was. Returns, for each job, null or the error that it has to come back for.
 */
export async function writeStock(
  deps: BatchDeps,
  jobs: readonly StockJob[],
): Promise<(Error | null)[]> {
  const shops = [...new Set(jobs.map((job) => job.shop))];
  const errors = await Promise.all(
    shops.map((shop) =>
      writeStockOf(
        deps,
        shop,
        jobs.filter((job) => job.shop === shop),
      ),
    ),
  );
  const all = new Map(errors.flatMap((some) => [...some]));
  return jobs.map((job) => all.get(job) ?? null);
}

/** Whether a write is of stock, which goes out in batches. Pure. */
export function isStock({ resource }: StockJob): boolean {
  return resource.type === "InventoryLevel" || resource.type === "InventoryItem";
}

/** @see writeStock */
async function writeStockOf(
  deps: BatchDeps,
  shop: string,
  jobs: readonly StockJob[],
): Promise<Map<StockJob, Error>> {
  const errors = new Map<StockJob, Error>();
  try {
    if (await getShop(deps.db, shop)) await carryOut(deps, shop, jobs, errors);
  } catch (error) {
    for (const job of jobs) if (!errors.has(job)) errors.set(job, asError(error));
  }
  return errors;
}

/** Sends what is begun and begins what waits, until every write has ended or cannot go on. */
async function carryOut(
  deps: BatchDeps,
  shop: string,
  jobs: readonly StockJob[],
  errors: Map<StockJob, Error>,
): Promise<void> {
  // Writes that have to be looked up in Shopify before they go (again).
  const unsure = new Set<string>();
  for (;;) {
    const wishes = await openWishes(deps, shop, jobs);
    const pending = wishes.filter(
      ({ job, intent }) => intent.status === "pending" && !errors.has(job),
    );
    if (pending.length === 0) return;
    const sent = await finishBegun(deps, shop, pending, errors);
    const waiting = pending.filter(({ intent }) => intent.attempt === null);
    const moved = await begin(deps, shop, waiting, unsure, errors);
    if (sent > 0 || moved > 0) continue;
    const busy = new Error("another write to the same record is being carried out");
    for (const { job } of waiting) if (!errors.has(job)) errors.set(job, busy);
  }
}

async function openWishes(
  deps: BatchDeps,
  shop: string,
  jobs: readonly StockJob[],
): Promise<Wish[]> {
  const nowMs = deps.clock.now();
  const intents = jobs.map((job) => ({
    eventId: job.eventId,
    reason: job.reason,
    systemId: job.systemId,
    domain: job.domain,
    resource: job.resource,
    correlationId: job.correlationId,
    traceparent: job.traceparent,
    id: uuidv7({ msecs: nowMs }),
    fields: Object.keys(job.set),
    asOfMs: job.observedAt === undefined ? nowMs : Date.parse(job.observedAt),
    story: emptyStory(deps.vault, job),
  }));
  const rows = await deps.db.transaction((tx) => ensureIntents(tx, shop, intents, nowMs));
  const byName = new Map(rows.map((row) => [`${row.event_id} ${row.resource_id}`, row]));
  return jobs.map((job) => {
    const intent = byName.get(`${job.eventId} ${job.resource.id}`);
    if (!intent) throw new Error("a write was neither inserted nor found");
    return { job, intent };
  });
}

/** Sends what is on record as begun; returns how many batches there were. */
async function finishBegun(
  deps: BatchDeps,
  shop: string,
  pending: readonly Wish[],
  errors: Map<StockJob, Error>,
): Promise<number> {
  const begun = pending.filter(({ intent }) => intent.attempt !== null);
  const batches = [...new Set(begun.flatMap(({ intent }) => intent.batch_id ?? []))];
  for (const batchId of batches) {
    const mine = begun.filter(({ intent }) => intent.batch_id === batchId);
    await carefully(deps, mine, errors, () => finishBatch(deps, shop, batchId, mine));
  }
  return batches.length;
}

/** Begins what waits; returns how much moved on. */
async function begin(
  deps: BatchDeps,
  shop: string,
  waiting: readonly Wish[],
  unsure: Set<string>,
  errors: Map<StockJob, Error>,
): Promise<number> {
  const { sound, unsound } = await sortOut(deps, waiting);
  let moved = unsound;
  await carefully(deps, sound, errors, async () => {
    const readAtMs = deps.clock.now();
    const plans = await lookUp(deps, shop, sound, unsure);
    if (plans.length === 0) return;
    const planned = await planBatches(deps, shop, plans, readAtMs);
    for (const id of planned.unsure) unsure.add(id);
    moved += planned.moved + planned.unsure.length;
  });
  return moved;
}

/** Ends writes of what stock cannot be; the door has refused them, other rooms may not have. */
async function sortOut(
  deps: BatchDeps,
  waiting: readonly Wish[],
): Promise<{ sound: Wish[]; unsound: number }> {
  const sound: Wish[] = [];
  for (const wish of waiting) {
    const fault = checkStock(wish.job.set);
    if (fault === null) sound.push(wish);
    else {
      const why = `${fault.field}: ${fault.message}`;
      await settle(deps, wish.job, wish.intent, { status: "dead", why, target: null });
    }
  }
  return { sound, unsound: waiting.length - sound.length };
}

/**
 * The levels that writes mean. A write that was sent before, or that sets what is on hand (of which
 * Shopify tells nothing by itself), is looked up in Shopify.
 */
async function lookUp(
  deps: BatchDeps,
  shop: string,
  wishes: readonly Wish[],
  unsure: ReadonlySet<string>,
): Promise<StockPlan[]> {
  const named = ({ job, intent }: Wish) => ({ id: intent.id, resource: job.resource });
  const told = new Map(wishes.flatMap((wish) => expectedLevel(wish)));
  const maybe = wishes.filter(
    ({ job, intent }) =>
      job.expect === undefined &&
      intent.generation === 0 &&
      !unsure.has(intent.id) &&
      "available" in job.set,
  );
  const known = await levelsFromMirror(deps, shop, maybe.map(named));
  const others = wishes.filter(({ intent }) => !known.has(intent.id) && !told.has(intent.id));
  const read = await levelsFromShopify(deps.shopify, shop, others.map(named));
  return wishes.map(({ job, intent }) => {
    const remembered = known.get(intent.id);
    const level = remembered ?? told.get(intent.id) ?? read.get(intent.id) ?? null;
    return { job, intent, level, read: remembered === undefined };
  });
}

/** Whoever counts a level knows where it is and what is there: Shopify compares, and is not asked. */
function expectedLevel({ job, intent }: Wish): [string, StockLevel][] {
  const { expect, resource } = job;
  if (expect === undefined || resource.locationId === undefined) return [];
  const { available, inventoryItemId } = expect;
  const place = { inventoryItemId, locationId: resource.locationId };
  const fields = { available };
  return [[intent.id, { id: resource.id, sku: null, place, fields, changedAtMs: 0 }]];
}

/** What cannot be done now comes back; what Shopify will never do ends, and somebody is told. */
async function carefully(
  deps: BatchDeps,
  wishes: readonly Wish[],
  errors: Map<StockJob, Error>,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    const why = finalSentence(error);
    for (const { job, intent } of wishes)
      if (why === null) errors.set(job, asError(error));
      else await settle(deps, job, intent, { status: "dead", why, target: null });
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
