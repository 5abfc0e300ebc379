import type { DataDomain } from "#app/data-domains.ts";
import type { Logger } from "#app/observability/index.server.ts";
import { getShop, listInstalledShops } from "#app/shops/index.server.ts";
import { listSystems } from "#app/systems/index.server.ts";
import { isNightly } from "./is-nightly.ts";
import { takeOutage } from "./presence-store.ts";
import { lastStarts, snapshotsInUse, stalledRuns } from "./run-store.ts";
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
/** A comparison whose job was lost is picked up again after this long without a move. */
const stalledMs = 5 * minuteMs;
/** An upload that takes longer than this has been left. */
const abandonedMs = 24 * 60 * minuteMs;

/** Begins nightly comparisons, picks up lost ones and forgets old full states, every minute until stopped. */
export function createReconciler(deps: ReconcilerDeps): { stop(): void } {
  const timer = setInterval(() => {
    tick(deps).catch((error: unknown) => {
      deps.log.warn({ err: error }, "comparisons were not looked after; they are in a minute");
    });
  }, minuteMs);
  timer.unref();
  return {
    stop: () => {
      clearInterval(timer);
    },
  };
}

/** One round. Two workers at once begin nothing twice: one comparison of a kind runs at a time. */
export async function tick(deps: ReconcilerDeps): Promise<void> {
  const { db, clock } = deps;
  const nowMs = clock.now();
  const lost = await stalledRuns(db, nowMs - stalledMs);
  await db.transaction((tx) =>
    deps.enqueue(
      tx,
      "run-reconciliation",
      lost.map(({ shop, id }) => ({ payload: { shop, runId: id }, group: shop })),
    ),
  );
  await sweepSnapshots(db, nowMs - abandonedMs, await snapshotsInUse(db));
  const shops = await listInstalledShops(db);
  const outage = await takeOutage(db, nowMs);
  for (const shop of shops)
    if (outage) await startAll(deps, shop, "outage");
    else await startDue(deps, shop, nowMs);
}

async function startDue(deps: ReconcilerDeps, shop: string, nowMs: number): Promise<void> {
  const view = await getShop(deps.db, shop);
  if (!view || !isNightly(shop, view.timeZone, nowMs)) return;
  const last = await lastStarts(deps.db, shop);
  const isRecent = (domain: string, system: string) =>
    last.some(
      (one) =>
        one.domain === domain &&
        one.system === system &&
        nowMs - one.startedAt.getTime() < 20 * 60 * minuteMs,
    );
  for (const { domain, system } of await targetsOf(deps, shop))
    if (!isRecent(domain, system))
      await startRun(deps, shop, { domain, system, ...unasked("schedule") });
}

/** Compares everything that is compared at night, now. */
async function startAll(deps: StartDeps, shop: string, trigger: RunTrigger): Promise<void> {
  for (const { domain, system } of await targetsOf(deps, shop))
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
