import { v5 as uuidv5 } from "uuid";
import { pooledLevels } from "#app/coordination/index.server.ts";
import { flightsOf } from "#app/delivery/index.server.ts";
import type { FoundDiscrepancy } from "#app/discrepancies/index.server.ts";
import { unprocessedAmong } from "#app/events/index.server.ts";
import { knownStates, linksOfSku } from "#app/mirror/index.server.ts";
import { readRules } from "#app/ownership/index.server.ts";
import type { OwnershipRule } from "#app/ownership/types.ts";
import { writesUnderWay } from "#app/write-back/index.server.ts";
import { differsFromRecord, only, ownFields } from "./compare-fields.ts";
import { comparedDomain } from "./compared-domains.ts";
import { isTotal, keysOf } from "./compare-rows.ts";
import { type FindingRow, repairedHere } from "./finding-store.ts";
import { judgeSystem } from "./judge-system.ts";
import { openRecord } from "./keep-private.ts";
import { type Live, readLive } from "./read-live.ts";
import type { RunDeps } from "./run-deps.ts";
import { placesOfSkus, type SkuPlaces } from "./row-store.ts";
import type { RunRow } from "./run-store.ts";
import { recordsOf, type StoredRecord } from "./snapshot-store.ts";
import { inFlight, type Settled, untrue } from "./settled.ts";
import type { SideFields } from "./types.ts";

/** A confirmed difference of a system, with what is to be done about it. */
export interface SettledSystem extends Settled {
  readonly discrepancy?: FoundDiscrepancy;
  /** Records whose present state the system is to be sent. */
  readonly tell: readonly string[];
  /** The owner's value, to be written to Shopify. */
  readonly write: SideFields;
}

/** Everything a batch is judged by, read once. */
interface Facts {
  readonly live: ReadonlyMap<string, Live>;
  readonly records: ReadonlyMap<string, StoredRecord>;
  readonly places: ReadonlyMap<string, SkuPlaces>;
  readonly known: Awaited<ReturnType<typeof knownStates>>;
  readonly flights: Awaited<ReturnType<typeof flightsOf>>;
  readonly unsettled: ReadonlySet<string>;
  readonly missedByUs: ReadonlySet<string>;
  readonly rule: OwnershipRule;
  /** Levels at which a store shows a pool: less than the owner has, by what is held and kept back. */
  readonly pooled: Awaited<ReturnType<typeof pooledLevels>>;
}

/** Looks again at where a system and Shopify differ, and decides what follows by ownership. */
export async function settleSystem(
  deps: RunDeps,
  run: RunRow,
  suspected: readonly FindingRow[],
): Promise<SettledSystem[]> {
  const facts = await gather(deps, run, suspected);
  const settled: SettledSystem[] = [];
  for (const one of suspected)
    settled.push(
      one.kind === "missing_in_shopify"
        ? await settleUnknown(deps, run, facts, one)
        : settleKnown(deps, run, facts, one),
    );
  return settled;
}

async function gather(
  deps: RunDeps,
  run: RunRow,
  suspected: readonly FindingRow[],
): Promise<Facts> {
  const { db, clock } = deps;
  const { type } = comparedDomain(run.domain);
  const skus = [...new Set(suspected.flatMap((one) => one.sku ?? []))];
  const places = await placesOfSkus(db, run.id, skus);
  const own = suspected.flatMap((one) => one.resourceId ?? []);
  // An article's total is confirmed by all of its places.
  const siblings = skus.flatMap((sku) => places.get(sku)?.ids ?? []);
  const ids = [...new Set([...own, ...siblings])];
  const keys = suspected.flatMap((one) =>
    one.resourceId === null || one.kind === "missing_in_shopify"
      ? [one.key]
      : keysOf({ ...one, id: one.resourceId }),
  );
  const pending = await unprocessedAmong(db, run.shop, ids);
  const writing = await writesUnderWay(db, run.shop, ids);
  const rules = await readRules(db, run.shop);
  return {
    live: await readLive(deps.shopify, run.shop, run.domain, ids, clock.now()),
    records: await recordsOf(db, run.work.snapshotId ?? "", keys),
    places,
    known: await knownStates(db, run.shop, type, ids),
    flights: await flightsOf(db, run.system, ids),
    unsettled: new Set([...pending, ...writing]),
    missedByUs: await repairedHere(db, run.id, ids),
    pooled: await pooledLevels(
      db,
      run.shop,
      ids.map((levelId) => ({ levelId, sku: null })),
    ),
    rule: rules.find((rule) => rule.domain === run.domain) ?? {
      domain: run.domain,
      owner: "shopify",
      onForeignWrite: "flag",
    },
  };
}

const quiet = { tell: [], write: null };

/** What a suspicion is about, side by side as it is right now. */
interface Beside {
  /** Of Shopify: one, or all places of an article whose total is compared. */
  readonly ids: readonly string[];
  readonly lives: readonly Live[];
  readonly isTotal: boolean;
  readonly shopify: Fields;
  readonly record: StoredRecord | undefined;
  /** What the system has; null: nothing, or nothing that could be read. */
  readonly has: Fields | null;
  readonly fields: readonly string[];
}

type Fields = Readonly<Record<string, string | number | boolean | null>>;

/** Null: Shopify has no such record any more. */
function putBeside(deps: RunDeps, run: RunRow, facts: Facts, one: FindingRow): Beside | null {
  const id = one.resourceId ?? one.key;
  const record = keysOf({ ...one, id })
    .map((key) => facts.records.get(key))
    .find((each) => each !== undefined);
  const total = record !== undefined && isTotal(one, record.key);
  const ids = (total ? facts.places.get(one.sku ?? "")?.ids : undefined) ?? [id];
  const lives = ids.flatMap((each) => facts.live.get(each) ?? []);
  const [first] = lives;
  if (!first || lives.length < ids.length || lives.some((each) => each.gone)) return null;
  const { type } = comparedDomain(run.domain);
  const shopify = total ? { available: sumOf(lives) } : ownFields(type, first.read.body);
  const has = opened(deps, run, record);
  const fields = has === null ? [] : differsFromRecord(shopify, has as Comparable, run.work.within);
  return { ids, lives, isTotal: total, shopify, record, has, fields };
}

type Comparable = Parameters<typeof differsFromRecord>[1];

function opened(deps: RunDeps, run: RunRow, record: StoredRecord | undefined): Fields | null {
  if (record === undefined) return null;
  return openRecord(deps.vault, run.domain, run.work.snapshotId ?? "", record);
}

function judge(run: RunRow, facts: Facts, one: FindingRow, { ids, lives, record }: Beside) {
  const flights = ids.flatMap((id) => facts.flights.get(id) ?? []);
  return judgeSystem({
    observedAtMs: record?.observedAt?.getTime() ?? run.work.snapshotAtMs ?? 0,
    versionAtMs: changedAtMs(lives),
    appliedAtMs: facts.known.get(one.resourceId ?? one.key)?.appliedAtMs ?? null,
    flight: flights.find((each) => each.open) ?? flights[0],
    unsettled: ids.some((id) => facts.unsettled.has(id)),
    missedByUs: ids.some((id) => facts.missedByUs.has(id)),
    ownedBySystem: facts.rule.owner === run.system,
    missing: record === undefined,
  });
}

function changedAtMs(lives: readonly Live[]): number {
  return Math.max(...lives.map((each) => Date.parse(each.read.version)));
}

function settleKnown(deps: RunDeps, run: RunRow, facts: Facts, one: FindingRow): SettledSystem {
  const beside = putBeside(deps, run, facts, one);
  if (beside === null) return { ...untrue(one), ...quiet };
  const { record, has, fields, shopify, ids } = beside;
  if (record !== undefined && fields.length === 0) return { ...untrue(one), ...quiet };
  if (ids.some((id) => facts.pooled.get(id)?.shared))
    return { ...inFlight(one, "Stores share its stock: each shows what the pool says."), ...quiet };
  const judged = judge(run, facts, one, beside);
  if (!judged.counts) return { ...inFlight(one, judged.why), ...quiet };
  const difference = {
    finding: one,
    field: fields[0] ?? null,
    shopify: record === undefined ? shopify : only(shopify, fields),
    other: has === null ? null : only(has, fields),
    cause: judged.cause,
    changedAt: new Date(changedAtMs(beside.lives)).toISOString(),
  };
  const kind = record === undefined ? ("missing_in_system" as const) : ("value" as const);
  const follows = whatFollows(run, facts.rule, kind);
  const resource = resourceOf(run, one, beside);
  return {
    ...difference,
    state: follows === "nothing" ? "open" : "repaired",
    tell: follows === "tell" ? ids : [],
    write: follows === "write" ? difference.other : null,
    discrepancy: discrepancyOf(deps, run, facts.rule, difference, kind, resource),
  };
}

/** A total of several places is about the article, anything else about its record. */
function resourceOf(run: RunRow, one: FindingRow, { isTotal: total, ids, lives }: Beside) {
  const { type } = comparedDomain(run.domain);
  const id = one.resourceId ?? one.key;
  if (total && ids.length > 1) return { type: "InventoryItem", id: itemOf(lives[0]) ?? id };
  return { type, id, ...(one.locationId === null ? {} : { locationId: one.locationId }) };
}

/**
 * By the rule of ownership: who is told what. Nothing, where a person decides, or only looks; what
 * the owner does not have at all cannot be written, since only a person can say who is wrong.
 */
function whatFollows(
  run: RunRow,
  rule: OwnershipRule,
  kind: "value" | "missing_in_system",
): "tell" | "write" | "nothing" {
  if (run.mode === "report") return "nothing";
  if (rule.owner !== run.system || rule.onForeignWrite === "accept") return "tell";
  return rule.onForeignWrite === "revert" && kind === "value" ? "write" : "nothing";
}

/** A record of the system that Shopify did not list. */
async function settleUnknown(
  deps: RunDeps,
  run: RunRow,
  facts: Facts,
  one: FindingRow,
): Promise<SettledSystem> {
  const record = facts.records.get(one.key);
  const has = opened(deps, run, record);
  const [link] = one.sku === null ? [] : await linksOfSku(deps.db, run.shop, one.sku);
  const doubt = doubtAbout(run, facts, one, { record, has, isLinked: link !== undefined });
  if (doubt !== null) return { ...(doubt === "" ? untrue(one) : inFlight(one, doubt)), ...quiet };
  const difference = {
    finding: one,
    field: null,
    shopify: null,
    other: has,
    cause: whyUnknown(facts, one),
    changedAt: null,
  };
  const resource = {
    ...unknownResource(run, one, link?.inventoryItemId),
    ...(one.locationId === null ? {} : { locationId: one.locationId }),
  };
  return {
    ...difference,
    state: "open",
    ...quiet,
    discrepancy: discrepancyOf(deps, run, facts.rule, difference, "missing_in_shopify", resource),
  };
}

/** Why a record Shopify did not list may yet be no difference; "": it is none; null: it is one. */
function doubtAbout(
  run: RunRow,
  facts: Facts,
  one: FindingRow,
  {
    record,
    has,
    isLinked,
  }: { record: StoredRecord | undefined; has: Fields | null; isLinked: boolean },
): string | null {
  // Nothing in stock and not stocked at all say the same.
  if (!record || has === null || has["available"] === 0) return "";
  if (one.resourceId !== null) return doubtAboutRecord(run, facts, one.resourceId, record);
  const listed = one.sku !== null && facts.places.has(one.sku);
  return isLinked && !listed && one.locationId === null
    ? "The article is new, or its stock is not counted."
    : null;
}

function doubtAboutRecord(
  run: RunRow,
  facts: Facts,
  id: string,
  record: StoredRecord,
): string | null {
  if (facts.live.get(id)?.gone === false) return "";
  const observedAtMs = record.observedAt?.getTime() ?? run.work.snapshotAtMs ?? 0;
  const knownAtMs = facts.known.get(id)?.appliedAtMs;
  return knownAtMs !== undefined && knownAtMs > observedAtMs
    ? "It was deleted after the system had told what it has."
    : null;
}

function whyUnknown(facts: Facts, one: FindingRow): string {
  if (one.resourceId !== null && facts.known.get(one.resourceId)?.deleted === true)
    return "It was deleted in Shopify.";
  return one.sku !== null && facts.places.has(one.sku)
    ? "Shopify does not stock the article at this place."
    : "Shopify has no such record.";
}

/** What a record without a record in Shopify is called: by its article where that is known. */
function unknownResource(run: RunRow, one: FindingRow, itemId: string | undefined) {
  const { type } = comparedDomain(run.domain);
  if (one.resourceId !== null) return { type, id: one.resourceId };
  if (itemId !== undefined && run.domain === "inventory")
    return { type: "InventoryItem", id: itemId };
  return { type, id: `sku:${one.sku ?? ""}` };
}

/** Names the event of a repair the same way every time. */
const namespace = "5f2d4b1e-6c1b-4a55-9a0e-3f1c7d1f9b60";

/** The event a repair of this run stands for. Pure. */
export function repairId(run: RunRow, key: string): string {
  return uuidv5(`${run.id}:${key}`, namespace);
}

/** W3C trace context of a comparison: all its repairs fall into one trace. */
export function traceparentOfRun(run: RunRow, key: string): string {
  const hex = run.id.replaceAll("-", "");
  return `00-${hex}-${repairId(run, key).replaceAll("-", "").slice(0, 16)}-01`;
}

function discrepancyOf(
  deps: RunDeps,
  run: RunRow,
  rule: OwnershipRule,
  difference: Pick<Settled, "finding" | "shopify" | "other" | "cause">,
  kind: FoundDiscrepancy["kind"],
  resource: FoundDiscrepancy["resource"],
): FoundDiscrepancy {
  const { finding, shopify, other, cause } = difference;
  return {
    shop: run.shop,
    domain: run.domain,
    kind,
    systemId: run.system,
    owner: rule.owner,
    resource,
    sku: finding.sku,
    shopifyValue: shopify,
    systemValue: other,
    cause,
    eventId: null,
    correlationId: `reconciliation:${run.id}`,
    traceparent: traceparentOfRun(run, finding.key),
    foundAtMs: deps.clock.now(),
  };
}

function sumOf(lives: readonly Live[]): number {
  const counts = lives.map((each) => each.read.body["available"]);
  return counts.reduce<number>((sum, one) => sum + (typeof one === "number" ? one : 0), 0);
}

function itemOf(live: Live | undefined): string | null {
  const id = live?.read.body["inventory_item_id"];
  return typeof id === "string" ? `gid://shopify/InventoryItem/${id}` : null;
}
