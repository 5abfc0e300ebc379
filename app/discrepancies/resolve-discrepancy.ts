import type { Clock, Database, Queryable, Transaction } from "#app/db.server.ts";
import { recordAudit } from "#app/observability/index.server.ts";
import type { EnqueuedJob } from "#app/queue/index.server.ts";
import type { Vault } from "#app/vault/index.server.ts";
import { closeDiscrepancies, lockDiscrepancy } from "./discrepancy-store.ts";
import { ownersWrite } from "./owners-write.ts";
import { isDiscrepancyId, toView } from "./read-discrepancies.ts";
import type { DiscrepancyView, Remedy } from "./types.ts";

/** What deciding about a discrepancy takes. */
export interface ResolveDeps {
  readonly db: Database;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly enqueue: <Name extends "write-back" | "tell-system">(
    tx: Transaction,
    name: Name,
    jobs: readonly EnqueuedJob<Name>[],
  ) => Promise<void>;
  /** Which of some records Shopify no longer has, by id (the mirror, which stands beside this room, knows). */
  readonly goneAmong: (
    db: Queryable,
    shop: string,
    resources: readonly { readonly type: string; readonly id: string }[],
  ) => Promise<ReadonlySet<string>>;
}

/** What became of a decision. `remedy`: what followed from it. */
export interface Resolved {
  readonly outcome: "done" | "closed";
  readonly discrepancy: DiscrepancyView;
  readonly remedy: Remedy;
}

/**
 * A person's decision. `owner`: the owner's value holds; where a system owns it and its value is
 * known, writing that to Shopify is enqueued with the decision; a system that differs from the owner
 * is sent what Shopify has. `ignore`: both stay as they are.
 * Null: this shop has no such discrepancy. `closed`: somebody decided already; nothing happens.
 */
export async function resolveDiscrepancy(
  deps: ResolveDeps,
  shop: string,
  actor: string,
  id: string,
  decision: { readonly with: "owner" | "ignore"; readonly reason: string },
): Promise<Resolved | null> {
  if (!isDiscrepancyId(id)) return null;
  return deps.db.transaction(async (tx) => {
    const row = await lockDiscrepancy(tx, shop, id);
    if (!row) return null;
    const before = toView(deps.vault, row);
    if (row.status !== "open") return { outcome: "closed", discrepancy: before, remedy: "none" };
    const status = decision.with === "owner" ? "resolved" : "ignored";
    const nowMs = deps.clock.now();
    await closeDiscrepancies(tx, [id], status, decision.reason, nowMs);
    const gone = await deps.goneAmong(tx, shop, [before.resource]);
    const remedy = decision.with === "owner" ? remedyOf(before, gone) : "none";
    const { writes, tellings } = jobsFor(remedy, before, row.traceparent, shop);
    await deps.enqueue(tx, "write-back", writes);
    await deps.enqueue(tx, "tell-system", tellings);
    await recordAudit(tx, {
      shop,
      actor,
      action: `discrepancy.${status}`,
      subject: id,
      detail: { reason: decision.reason, writes: writes.length, sent: tellings.length },
    });
    const discrepancy: DiscrepancyView = {
      ...before,
      status,
      resolution: decision.reason,
      resolvedAt: new Date(nowMs).toISOString(),
    };
    return { outcome: "done", discrepancy, remedy };
  });
}

/**
 * What "the owner's value" means for a discrepancy, in the order in which it is tried. `gone`: ids of
 * what Shopify is known to have deleted. Pure.
 */
export function remedyOf(found: DiscrepancyView, gone: ReadonlySet<string>): Remedy {
  if (canTellSystem(found)) return "tell";
  if (!canWriteOwnersValue(found)) return "none";
  return gone.has(found.resource.id) || hasNothingToWrite(found) ? "gone" : "write";
}

/**
 * Whether Shopify had no such record when it was looked at. Of a write that failed nothing may be
 * known; and points that a customer does not have yet are made by the write. Pure.
 */
function hasNothingToWrite({ kind, domain, shopifyValue }: DiscrepancyView): boolean {
  return shopifyValue === null && kind !== "write_conflict" && domain !== "loyalty";
}

/** Whether "the owner's value" means a write to Shopify. Pure. */
function canWriteOwnersValue(
  found: Pick<DiscrepancyView, "owner" | "systemValue"> &
    Partial<Pick<DiscrepancyView, "kind" | "system" | "resource">>,
): boolean {
  // What a system has that does not own it says nothing of the owner's value.
  if (found.kind === "value" && found.system !== found.owner) return false;
  if (found.resource?.id.startsWith("gid://") === false) return false;
  const known = found.systemValue !== null && Object.keys(found.systemValue).length > 0;
  return known && found.owner !== "shopify";
}

/**
 * Whether "the owner's value" means that the system is sent what Shopify has: it is not the owner and
 * differs from Shopify, or has no such record. An owner without one has no value that could hold:
 * where a person says that the record is right, it is sent even to its owner. Pure.
 */
function canTellSystem(
  found: Pick<DiscrepancyView, "kind" | "owner" | "system" | "shopifyValue">,
): boolean {
  if (found.system === null || found.shopifyValue === null) return false;
  if (found.kind === "missing_in_system") return true;
  return found.kind === "value" && found.system !== found.owner;
}

/** What carrying out a remedy takes; nothing, where a person has to do it. Pure. */
export function jobsFor(
  remedy: Remedy,
  found: DiscrepancyView,
  traceparent: string,
  shop: string,
): Jobs {
  if (remedy === "tell" && found.system !== null) {
    const { resource, system: systemId, domain, correlationId } = found;
    const payload = {
      shop,
      systemId,
      domain,
      resource: { type: resource.type, id: resource.id },
      key: found.id,
      correlationId,
      traceparent,
    };
    return { writes: [], tellings: [{ group: shop, payload }] };
  }
  if (remedy !== "write" || found.systemValue === null) return { writes: [], tellings: [] };
  // One write per decision: the discrepancy stands for the event that led to it.
  const write = ownersWrite({ ...found, shop, traceparent, eventId: found.id }, found.systemValue);
  return { writes: [write], tellings: [] };
}

interface Jobs {
  readonly writes: EnqueuedJob<"write-back">[];
  readonly tellings: EnqueuedJob<"tell-system">[];
}
