import { dataDomains, type DataDomain } from "#app/data-domains.ts";
import type { Queryable } from "#app/db.server.ts";
import {
  type Line,
  oldestUnfinishedDeliveries,
  type UnfinishedDelivery,
} from "#app/delivery/index.server.ts";
import { oldestUnfinishedEvents, type UnfinishedEvent } from "#app/events/index.server.ts";
import { readExclusionsOf, readSlasOf, slaOf } from "#app/freshness/index.server.ts";
import type { FreshnessExclusion, FreshnessSla, HoldUp } from "#app/freshness/types.ts";
import { type LastPass, lastPasses, readPaces } from "#app/polling/index.server.ts";
import { feedOf } from "#app/polling/types.ts";
import { type CarriedChange, oldestAsked, oldestCarried } from "#app/queue/index.server.ts";
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
  readonly sla: FreshnessSla;
  /** Of the whole shop. */
  readonly exclusions: readonly FreshnessExclusion[];
  readonly evidence: Evidence;
  readonly pass: LastPass | null;
  /** Why Shopify could not be read the last time. */
  readonly problem: string | null;
}

type Pace = Awaited<ReturnType<typeof readPaces>>[number];

/** What each stage knows, by whose it is. */
interface Stages {
  /** By shop. */
  readonly exclusions: ReadonlyMap<string, readonly FreshnessExclusion[]>;
  /** By shop and feed, like the paces. */
  readonly passes: ReadonlyMap<string, readonly LastPass[]>;
  readonly paces: ReadonlyMap<string, readonly Pace[]>;
  /** By shop and domain. */
  readonly events: ReadonlyMap<string, readonly UnfinishedEvent[]>;
  /** By shop and domain. */
  readonly asked: ReadonlyMap<string, readonly CarriedChange[]>;
  /** By shop. */
  readonly carried: ReadonlyMap<string, readonly CarriedChange[]>;
  /** By system and domain. */
  readonly deliveries: ReadonlyMap<string, readonly UnfinishedDelivery[]>;
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
  const slas = await readSlasOf(db, names);
  // What an event leaves open is read, and read it is an event again: asked before and after them.
  const askedBefore = await oldestAsked(db, names);
  const stages: Stages = {
    exclusions: await readExclusionsOf(db, names),
    // What a read found is an event by the time the read is on record.
    passes: Map.groupBy(await lastPasses(db, names), ({ shop, feed }) => `${shop} ${feed}`),
    paces: Map.groupBy(await readPaces(db, names), ({ shop, feed }) => `${shop} ${feed}`),
    events: Map.groupBy(
      await oldestUnfinishedEvents(db, names),
      ({ shop, domain }) => `${shop} ${domain}`,
    ),
    asked: Map.groupBy(
      [...askedBefore, ...(await oldestAsked(db, names))],
      ({ group, domain }) => `${group} ${domain ?? ""}`,
    ),
    carried: Map.groupBy(await oldestCarried(db, names), ({ group }) => group),
    deliveries: Map.groupBy(
      await oldestUnfinishedDeliveries(db, systems.flatMap(linesOf)),
      ({ systemId, domain }) => `${systemId} ${domain}`,
    ),
  };
  const systemsOf = Map.groupBy(systems, (system) => system.shop);
  return views.flatMap((shop) => {
    const own = systemsOf.get(shop.shop) ?? [];
    return dataDomains.flatMap((domain) =>
      [null, ...own.filter((system) => system.domains.includes(domain))].flatMap((system) => {
        const sla = slaOf(slas.get(shop.shop) ?? [], domain, system?.id ?? null);
        return sla === undefined ? [] : [flowOf(shop, sla, system, stages)];
      }),
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
  sla: FreshnessSla,
  system: SystemView | null,
  stages: Stages,
): Flow {
  const { domain } = sla;
  const feed = `${shop.shop} ${feedOf[domain]}`;
  const pass = stages.passes.get(feed)?.[0] ?? null;
  const pace = stages.paces.get(feed)?.[0];
  const known = `${shop.shop} ${domain}`;
  const events = stages.events.get(known) ?? [];
  const asked = stages.asked.get(known) ?? [];
  const ahead =
    system === null
      ? []
      : [...carriedTo(shop.shop, domain, system.id, stages), ...sentTo(system, domain, stages)];
  return {
    shop,
    domain,
    system,
    sla,
    exclusions: stages.exclusions.get(shop.shop) ?? [],
    pass,
    problem: pace?.problem ?? null,
    evidence: {
      installedAtMs: Date.parse(shop.installedAt),
      connectedAtMs: system === null ? null : Date.parse(system.createdAt),
      read: pass,
      readEverySeconds: pace?.everySeconds ?? 0,
      polled: sla.syncMethod !== "event_driven",
      unfinished: [
        ...events.map(unprocessed),
        ...asked.map((one) => waiting(one, "processing")),
        ...ahead,
      ],
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
  return (carried.get(shop) ?? [])
    .filter((one) => (one.domain ?? domain) === domain && (one.systemId ?? systemId) === systemId)
    .map((one) => waiting(one, "queued"));
}

function waiting({ changedAtMs, waitsSince }: CarriedChange, heldUpBy: HoldUp): Unfinished {
  return { heldUpBy, changedAtMs, heardAtMs: waitsSince.getTime(), eventId: null };
}

function sentTo(system: SystemView, domain: DataDomain, { deliveries }: Stages): Unfinished[] {
  return (deliveries.get(`${system.id} ${domain}`) ?? []).map((one) => ({
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
