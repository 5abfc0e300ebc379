import type { DataDomain } from "#app/data-domains.ts";
import type { EventToProcess } from "#app/events/index.server.ts";
import { echoOf, isBeingWritten, type WriteEcho } from "#app/mirror/index.server.ts";
import {
  decideForeignWrite,
  type Fields,
  type ForeignVerdict,
  type StockStates,
} from "#app/ownership/index.server.ts";
import type { OwnershipRule } from "#app/ownership/types.ts";
import { askShopify } from "./ask-shopify.ts";
import { fieldsOf } from "./fields-of.ts";
import type { Knowledge, Plan } from "./plan.ts";
import type { ResourceChange } from "./read-changes.ts";
import { afterOwnWrite, baselineOf, isComplete, stockStateOf } from "./stock-state.ts";

/**
 * How long a count waits: Shopify sends an order and its stock changes as separate notifications,
 * and the order explains them.
 */
const countAfterSeconds = 3;

/** A change on trial: its event, its place, and what the rule says of its domain. */
interface Case {
  readonly event: EventToProcess;
  readonly change: ResourceChange;
  readonly key: string;
  readonly rule: OwnershipRule;
  readonly sku: string | null;
  readonly version: string;
  readonly versionAtMs: number;
}

/** The echo a change is, if it is one; it counts as heard. */
export function hearEcho(
  knowledge: Knowledge,
  plan: Plan,
  change: ResourceChange,
  versionAtMs: number,
): WriteEcho | undefined {
  const pending = knowledge.echoes.filter((echo) => !plan.heard.includes(echo));
  const fields = fieldsOf(change.resourceType, change.data);
  const echo = echoOf(pending, change.resourceId, fields, versionAtMs);
  if (echo) plan.heard.push(echo);
  return echo;
}

/**
 * Asks ownership about a change that moves the mirror, and notes what follows. Returns what the
 * mirror has to remember beside the data (the baseline of a stock level).
 */
export function judgeChange(
  knowledge: Knowledge,
  plan: Plan,
  trial: Case,
  echo: WriteEcho | undefined,
): Readonly<Record<string, unknown>> {
  const { change, rule, event } = trial;
  // What a pool shows is put right by the pool, whoever changed it.
  if (rule.owner === "shopify" || knowledge.pooled.get(change.resourceId)?.shared) return {};
  if (change.counted !== undefined) return judgeStock(knowledge, plan, trial, echo);
  const state = knowledge.states.get(trial.key);
  const before = state ? fieldsOf(change.resourceType, state) : null;
  const verdict = decideForeignWrite({
    rule,
    source: event.source,
    change: {
      kind: "fields",
      domain: rule.domain,
      before,
      after: fieldsOf(change.resourceType, change.data),
      created: before === null && change.type.endsWith(".created"),
      deleted: change.deleted,
      ours: echo !== undefined,
    },
  });
  follow(plan, trial, verdict);
  return {};
}

function judgeStock(
  knowledge: Knowledge,
  plan: Plan,
  trial: Case,
  echo: WriteEcho | undefined,
): Readonly<Record<string, unknown>> {
  const { change, rule, event, key, versionAtMs } = trial;
  const state = knowledge.states.get(key);
  const known = state ? stockStateOf(state) : null;
  const { available } = stockStateOf(change.data);
  const after = { available, onHand: null, committed: null, ...change.counted };
  const counted = isComplete(after);
  // Of two writes that met, Shopify may tell only the sum: it is no echo, and nobody else's either.
  const ours =
    echo !== undefined ||
    (counted && isBeingWritten(knowledge.echoes, change.resourceId, versionAtMs));
  const verdict = decideForeignWrite({
    rule,
    source: event.source,
    change: {
      kind: "stock",
      before: counted ? baselineOf(known) : known && { ...unknown, available: known.available },
      after,
      commerce: knowledge.commerce.has(event.correlationId),
      ours,
    },
  });
  follow(plan, trial, verdict);
  if (rule.onForeignWrite === "accept") return {};
  if (counted) return { settled: after };
  const settled = echo ? afterOwnWrite(known, available) : baselineOf(known);
  if (!isComplete(settled) || echo === undefined)
    askShopify(plan, event, {
      resource: { type: change.resourceType, id: change.resourceId },
      missing: null,
      afterSeconds: countAfterSeconds,
    });
  return settled === null ? {} : { settled };
}

const unknown: StockStates = { available: null, onHand: null, committed: null };

function follow(plan: Plan, trial: Case, verdict: ForeignVerdict): void {
  const { event, change, rule } = trial;
  if (verdict.verdict === "flag")
    plan.discrepancies.push({
      shop: event.shop,
      domain: rule.domain,
      kind: "foreign_write",
      systemId: rule.owner,
      owner: rule.owner,
      resource: { type: change.resourceType, id: change.resourceId, ...locationOf(change) },
      sku: trial.sku,
      shopifyValue: change.deleted
        ? null
        : named(fieldsOf(change.resourceType, change.data), verdict.before),
      systemValue: Object.keys(verdict.before).length === 0 ? null : verdict.before,
      cause: verdict.cause,
      eventId: event.id,
      correlationId: event.correlationId,
      traceparent: event.traceparent,
      foundAtMs: event.receivedAt.getTime(),
    });
  if (verdict.verdict === "revert")
    plan.writes.push({
      shop: event.shop,
      eventId: event.id,
      reason: "revert",
      systemId: null,
      domain: rule.domain,
      resource: { type: change.resourceType, id: change.resourceId, ...locationOf(change) },
      set: { ...verdict.set },
      basedOnVersion: trial.version,
      correlationId: event.correlationId,
      traceparent: event.traceparent,
    });
}

/** Of what Shopify has now, the fields that differ; all of them where nothing was there before. */
function named(fields: Fields, before: Fields): Fields {
  const names = Object.keys(before).filter((name) => name in fields);
  return names.length === 0
    ? fields
    : Object.fromEntries(names.map((name) => [name, fields[name] ?? null]));
}

function locationOf(change: ResourceChange): { locationId?: string } {
  const location = change.data["locationId"];
  return typeof location === "string" ? { locationId: location } : {};
}

/** The rule of a change's domain; without one it is Shopify's. */
export function ruleFor(knowledge: Knowledge, domain: string): OwnershipRule {
  return (
    knowledge.rules.get(domain) ?? {
      domain: domain as DataDomain,
      owner: "shopify",
      onForeignWrite: "accept",
    }
  );
}
