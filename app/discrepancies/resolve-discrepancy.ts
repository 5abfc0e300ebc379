import type { Clock, Database, Transaction } from "#app/db.server.ts";
import { recordAudit } from "#app/observability/index.server.ts";
import type { EnqueuedJob } from "#app/queue/index.server.ts";
import type { Vault } from "#app/vault/index.server.ts";
import { closeDiscrepancy, lockDiscrepancy } from "./discrepancy-store.ts";
import { isDiscrepancyId, toView } from "./read-discrepancies.ts";
import type { DiscrepancyView } from "./types.ts";

/** What deciding about a discrepancy takes. */
export interface ResolveDeps {
  readonly db: Database;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly enqueue: (
    tx: Transaction,
    name: "write-back",
    jobs: readonly EnqueuedJob<"write-back">[],
  ) => Promise<void>;
}

/**
 * A person's decision. `owner`: the owner's value holds; where a system owns it and its value is
 * known, writing that to Shopify is enqueued with the decision. `ignore`: both stay as they are.
 * Null: this shop has no such discrepancy. `closed`: somebody decided already; nothing happens.
 */
export async function resolveDiscrepancy(
  deps: ResolveDeps,
  shop: string,
  actor: string,
  id: string,
  decision: { readonly with: "owner" | "ignore"; readonly reason: string },
): Promise<{ outcome: "done" | "closed"; discrepancy: DiscrepancyView } | null> {
  if (!isDiscrepancyId(id)) return null;
  return deps.db.transaction(async (tx) => {
    const row = await lockDiscrepancy(tx, shop, id);
    if (!row) return null;
    const before = toView(deps.vault, row);
    if (row.status !== "open") return { outcome: "closed", discrepancy: before };
    const status = decision.with === "owner" ? "resolved" : "ignored";
    const nowMs = deps.clock.now();
    await closeDiscrepancy(tx, id, status, decision.reason, nowMs);
    const writes = decision.with === "owner" ? writesOf(before, row.traceparent, shop) : [];
    await deps.enqueue(tx, "write-back", writes);
    await recordAudit(tx, {
      shop,
      actor,
      action: `discrepancy.${status}`,
      subject: id,
      detail: { reason: decision.reason, writes: writes.length },
    });
    const discrepancy: DiscrepancyView = {
      ...before,
      status,
      resolution: decision.reason,
      resolvedAt: new Date(nowMs).toISOString(),
    };
    return { outcome: "done", discrepancy };
  });
}

/** Whether "the owner's value" means a write to Shopify; otherwise a person settles it by hand. Pure. */
export function canWriteOwnersValue(
  found: Pick<DiscrepancyView, "owner" | "systemValue">,
): boolean {
  const known = found.systemValue !== null && Object.keys(found.systemValue).length > 0;
  return known && found.owner !== "shopify";
}

/** The owner's value as a write to Shopify, where a system owns it and there is one to write. */
function writesOf(
  found: DiscrepancyView,
  traceparent: string,
  shop: string,
): EnqueuedJob<"write-back">[] {
  const { systemValue, resource } = found;
  if (!canWriteOwnersValue(found) || systemValue === null) return [];
  return [
    {
      group: shop,
      payload: {
        shop,
        // One write per decision: the discrepancy stands for the event that led to it.
        eventId: found.id,
        reason: "revert",
        systemId: null,
        domain: found.domain,
        resource: {
          type: resource.type,
          id: resource.id,
          ...(resource.locationId === null ? {} : { locationId: resource.locationId }),
        },
        set: systemValue,
        correlationId: found.correlationId,
        traceparent,
      },
    },
  ];
}
