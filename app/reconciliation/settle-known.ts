import type { OwnershipRule } from "#app/ownership/types.ts";
import { differsFromRecord, only, ownFields } from "./compare-fields.ts";
import { isTotal, keysOf } from "./compare-rows.ts";
import { comparedDomain } from "./compared-domains.ts";
import type { FindingRow } from "./finding-store.ts";
import { foundDiscrepancy } from "./found-discrepancy.ts";
import { judgeSystem } from "./judge-system.ts";
import type { Live } from "./read-live.ts";
import type { RunDeps } from "./run-deps.ts";
import type { RunRow } from "./run-store.ts";
import { inFlight, quiet, type SettledSystem, untrue } from "./settled.ts";
import { openedRecord, type RecordFields, type SettleFacts } from "./settle-facts.ts";
import type { StoredRecord } from "./snapshot-store.ts";

/** What a suspicion is about, side by side as it is right now. */
interface Beside {
  /** Of Shopify: one, or all places of an article whose total is compared. */
  readonly ids: readonly string[];
  readonly lives: readonly Live[];
  readonly isTotal: boolean;
  readonly shopify: RecordFields;
  readonly record: StoredRecord | undefined;
  /** What the system has; null: nothing, or nothing that could be read. */
  readonly has: RecordFields | null;
  readonly fields: readonly string[];
}

/** Null: Shopify has no such record any more. */
function putBeside(deps: RunDeps, run: RunRow, facts: SettleFacts, one: FindingRow): Beside | null {
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
  const has = openedRecord(deps, run, record);
  const fields = has === null ? [] : differsFromRecord(shopify, has as Comparable, run.work.within);
  return { ids, lives, isTotal: total, shopify, record, has, fields };
}

type Comparable = Parameters<typeof differsFromRecord>[1];

function judge(run: RunRow, facts: SettleFacts, one: FindingRow, { ids, lives, record }: Beside) {
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

/** A record that Shopify has, and the system has otherwise or not at all. */
export function settleKnown(
  deps: RunDeps,
  run: RunRow,
  facts: SettleFacts,
  one: FindingRow,
): SettledSystem {
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
    discrepancy: foundDiscrepancy(deps, run, facts.rule, difference, kind, resource),
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

function sumOf(lives: readonly Live[]): number {
  const counts = lives.map((each) => each.read.body["available"]);
  return counts.reduce<number>((sum, one) => sum + (typeof one === "number" ? one : 0), 0);
}

function itemOf(live: Live | undefined): string | null {
  const id = live?.read.body["inventory_item_id"];
  return typeof id === "string" ? `gid://shopify/InventoryItem/${id}` : null;
}
