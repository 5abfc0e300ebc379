import type { DataDomain } from "#app/data-domains.ts";
import type { Logger } from "#app/observability/index.server.ts";
import { getShop, learnedSince, listInstalledShops } from "#app/shops/index.server.ts";
import type { ShopView } from "#app/shops/types.ts";
import { listSystems } from "#app/systems/index.server.ts";
import { isNightly } from "./is-nightly.ts";
import { closeOutage, openOutage } from "./presence-store.ts";
import { begunSince, snapshotsInUse, takeStalledRuns } from "./run-store.ts";
import { snapshotsOf, sweepSnapshots } from "./snapshot-store.ts";
import { type StartDeps, startRun } from "./start-run.ts";
import type { RunTrigger } from "./types.ts";

/** What the timer works with. */
export interface ReconcilerDeps extends StartDeps {
  readonly log: Logger;
}

/** The kinds of data that are compared without being asked for. */
const nightlyDomains: readonly DataDomain[] = ["inventory", "products", "pricing"];

const minuteMs = 60_000;
/** A merchant who has just installed Converge watches: the first comparison does not wait for a minute. */
const newcomersEveryMs = 5_000;
/** A comparison whose job was lost is picked up again after this long without a move. */
const stalledMs = 5 * minuteMs;
/** The first comparison is made up for within a day; after that it is the night's. */
const firstWithinMs = 24 * 60 * minuteMs;
/** What was compared more recently than this is not compared at night. */
const restMs = 20 * 60 * minuteMs;
/** An upload that takes longer than this has been left. */
const abandonedMs = 24 * 60 * minuteMs;

/**
 * Begins comparisons that nobody asks for, picks up lost ones and forgets old full states, every minute
 * until stopped; the first one of a store within seconds of when its articles are known.
 */
export function createReconciler(deps: ReconcilerDeps): { stop(): void } {
  const every = (ms: number, work: (deps: ReconcilerDeps) => Promise<void>) =>
    setInterval(() => {
      work(deps).catch((error: unknown) => {
        deps.log.warn({ err: error }, "comparisons were not looked after; they are in a minute");
      });
    }, ms).unref();
  const timers = [every(minuteMs, tick), every(newcomersEveryMs, greetNewcomers)];
  return {
    stop: () => {
      for (const timer of timers) clearInterval(timer);
    },
  };
}

/** Begins the first comparison of stores that became known within the last minutes; the others are the round's. */
export async function greetNewcomers(deps: StartDeps): Promise<void> {
  const nowMs = deps.clock.now();
  for (const shop of await learnedSince(deps.db, nowMs - 2 * minuteMs)) {
    const view = await getShop(deps.db, shop);
    if (view !== null) await startFirst(deps, view, nowMs);
  }
}

/** One round. Two workers at once begin nothing twice: one comparison of a kind runs at a time. */
export async function tick(deps: ReconcilerDeps): Promise<void> {
  const { db, clock } = deps;
  const nowMs = clock.now();
  await pickUpStalled(deps, nowMs);
  await sweepSnapshots(db, nowMs - abandonedMs, await snapshotsInUse(db));
  const outage = await openOutage(db, nowMs);
  for (const shop of await listInstalledShops(db)) {
    const view = await getShop(db, shop);
    if (view === null) continue;
    await startFirst(deps, view, nowMs);
    if (outage !== null) await startAll(deps, shop, "outage", outage.getTime());
    else if (isNightly(shop, view.timeZone, nowMs))
      await startAll(deps, shop, "schedule", nowMs - restMs);
  }
  // Only now: a process that dies before has left the outage to the next round.
  if (outage !== null) await closeOutage(db, outage);
}

async function pickUpStalled(deps: ReconcilerDeps, nowMs: number): Promise<void> {
  await deps.db.transaction(async (tx) => {
    const lost = await takeStalledRuns(tx, nowMs - stalledMs, nowMs);
    const jobs = lost.map(({ shop, id }) => ({ payload: { shop, runId: id }, group: shop }));
    await deps.enqueue(tx, "run-reconciliation", jobs);
  });
}

/**
 * After an installation Converge learns what the store has, once its articles are known. Systems are
 * not compared: they get what changes from then on, and the rest when somebody asks for it.
 */
async function startFirst(deps: StartDeps, shop: ShopView, nowMs: number): Promise<void> {
  if (shop.learnedAt === null || nowMs - Date.parse(shop.learnedAt) > firstWithinMs) return;
  const begun = await begunSince(deps.db, shop.shop, Date.parse(shop.installedAt));
  for (const domain of nightlyDomains)
    if (!begun.has(`${domain} shopify`))
      await startRun(deps, shop.shop, { domain, system: "shopify", ...unasked("install") });
}

/** Compares everything that is compared unasked and was not begun since an instant. */
async function startAll(
  deps: StartDeps,
  shop: string,
  trigger: RunTrigger,
  sinceMs: number,
): Promise<void> {
  const begun = await begunSince(deps.db, shop, sinceMs);
  for (const { domain, system } of await targetsOf(deps, shop))
    if (!begun.has(`${domain} ${system}`))
      await startRun(deps, shop, { domain, system, ...unasked(trigger) });
}

function unasked(trigger: RunTrigger) {
  return { mode: "repair", trigger, actor: `converge:${trigger}` } as const;
}

/** Systems that tell what they have are compared, each by itself; without one, the mirror alone. */
async function targetsOf(
  { db }: Pick<StartDeps, "db">,
  shop: string,
): Promise<{ domain: DataDomain; system: string }[]> {
  const systems = await listSystems(db, shop);
  const told = await snapshotsOf(db, shop);
  return nightlyDomains.flatMap((domain) => {
    const able = systems.filter(
      ({ id, domains, snapshotUrl }) =>
        domains.includes(domain) && (snapshotUrl !== null || told.has(`${id} ${domain}`)),
    );
    return able.length === 0
      ? [{ domain, system: "shopify" }]
      : able.map(({ id }) => ({ domain, system: id }));
  });
}
