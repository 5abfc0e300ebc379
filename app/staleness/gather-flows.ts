import { dataDomains, type DataDomain } from "#app/data-domains.ts";
import type { Queryable } from "#app/db.server.ts";
import {
  type Line,
  oldestUnfinishedDeliveries,
  type UnfinishedDelivery,
} from "#app/delivery/index.server.ts";
import { oldestUnfinishedEvents, type UnfinishedEvent } from "#app/events/index.server.ts";
import type { HoldUp } from "#app/freshness/types.ts";
import { type LastPass, lastPasses, readPaces } from "#app/polling/index.server.ts";
import { feedOf } from "#app/polling/types.ts";
import { type CarriedChange, oldestCarried } from "#app/queue/index.server.ts";
import { getShops } from "#app/shops/index.server.ts";
import type { ShopView } from "#app/shops/types.ts";
import { listSystemsOf } from "#app/systems/index.server.ts";
import type { SystemView } from "#app/systems/types.ts";
import type { Evidence, Unfinished } from "./staleness-rule.ts";

/** One kind of data on its way to one place, with what is known of it. */
export interface Flow {
  readonly shop: ShopView;
  readonly domain: DataDomain;
  /** Null: from Shopify to Converge. */
  readonly system: SystemView | null;
  readonly evidence: Evidence;
  readonly pass: LastPass | null;
  /** Why Shopify could not be read the last time. */
  readonly problem: string | null;
}

/** What each stage knows of some shops. */
interface Stages {
  readonly passes: readonly LastPass[];
  readonly paces: Awaited<ReturnType<typeof readPaces>>;
  readonly events: readonly UnfinishedEvent[];
  readonly carried: readonly CarriedChange[];
  readonly deliveries: readonly UnfinishedDelivery[];
}

/**
 * Every flow of the given shops that are installed: each kind of data into Converge, and into every
 * system that wants it. The stages are asked in the order a change walks them, so that none slips
 * from one into the next unseen; a handful of statements however many shops there are.
 */
export async function gatherFlows(db: Queryable, shops: readonly string[]): Promise<Flow[]> {
  const views = await getShops(db, shops);
  const names = views.map((view) => view.shop);
  const systems = await listSystemsOf(db, names);
  const stages: Stages = {
    // What a read found is an event by the time the read is on record.
    passes: await lastPasses(db, names),
    paces: await readPaces(db, names),
    events: await oldestUnfinishedEvents(db, names),
    carried: await oldestCarried(db, names),
    deliveries: await oldestUnfinishedDeliveries(db, systems.flatMap(linesOf)),
  };
  return views.flatMap((shop) => {
    const own = systems.filter((system) => system.shop === shop.shop);
    return dataDomains.flatMap((domain) =>
      [null, ...own.filter((system) => system.domains.includes(domain))].map((system) =>
        flowOf(shop, domain, system, stages),
      ),
    );
  });
}

/** What a system gets, as delivery knows it. */
export function linesOf({ id, domains, deliveryPolicy }: SystemView): Line[] {
  const every = deliveryPolicy.mode === "every";
  return domains.map((domain) => ({ systemId: id, domain, every }));
}

function flowOf(
  shop: ShopView,
  domain: DataDomain,
  system: SystemView | null,
  stages: Stages,
): Flow {
  const feed = feedOf[domain];
  const isMine = (one: { shop: string; feed: string }) =>
    one.shop === shop.shop && one.feed === feed;
  const pass = stages.passes.find(isMine) ?? null;
  const pace = stages.paces.find(isMine);
  const events = stages.events.filter((one) => one.shop === shop.shop && one.domain === domain);
  const ahead =
    system === null
      ? []
      : [...carriedTo(shop.shop, domain, system.id, stages), ...sentTo(system, domain, stages)];
  return {
    shop,
    domain,
    system,
    pass,
    problem: pace?.problem ?? null,
    evidence: {
      installedAtMs: Date.parse(shop.installedAt),
      connectedAtMs: system === null ? null : Date.parse(system.createdAt),
      read: pass,
      readEverySeconds: pace?.everySeconds ?? 0,
      unfinished: [...events.map(unprocessed), ...ahead],
    },
  };
}

function unprocessed({ id, status, triggeredAt, receivedAt }: UnfinishedEvent): Unfinished {
  return {
    heldUpBy: status === "dead" ? "dead" : "processing",
    changedAtMs: triggeredAt?.getTime() ?? null,
    heardAtMs: receivedAt.getTime(),
    eventId: id,
  };
}

function carriedTo(
  shop: string,
  domain: DataDomain,
  systemId: string,
  { carried }: Stages,
): Unfinished[] {
  return carried
    .filter(
      (one) =>
        one.group === shop &&
        (one.domain ?? domain) === domain &&
        (one.systemId ?? systemId) === systemId,
    )
    .map(({ changedAtMs, waitsSince }) => ({
      heldUpBy: "queued",
      changedAtMs,
      heardAtMs: waitsSince.getTime(),
      eventId: null,
    }));
}

function sentTo(system: SystemView, domain: DataDomain, { deliveries }: Stages): Unfinished[] {
  return deliveries
    .filter((one) => one.systemId === system.id && one.domain === domain)
    .map((one) => ({
      heldUpBy: one.status === "dead" ? "dead" : holdUpOf(system, one),
      changedAtMs: one.versionAt.getTime(),
      heardAtMs: one.createdAt.getTime(),
      eventId: one.eventId,
    }));
}

function holdUpOf(system: SystemView, { status }: UnfinishedDelivery): HoldUp {
  if (system.status !== "active") return system.status;
  if (system.circuitState !== "closed") return "circuit_open";
  return status === "retrying" ? "retrying" : "queued";
}
