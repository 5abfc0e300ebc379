import { linksOfSku } from "#app/mirror/index.server.ts";
import { comparedDomain } from "./compared-domains.ts";
import type { FindingRow } from "./finding-store.ts";
import { foundDiscrepancy } from "./found-discrepancy.ts";
import type { RunDeps } from "./run-deps.ts";
import type { RunRow } from "./run-store.ts";
import { inFlight, quiet, type SettledSystem, untrue } from "./settled.ts";
import { openedRecord, type RecordFields, type SettleFacts } from "./settle-facts.ts";
import type { StoredRecord } from "./snapshot-store.ts";

/** A record of the system that Shopify did not list. */
export async function settleUnknown(
  deps: RunDeps,
  run: RunRow,
  facts: SettleFacts,
  one: FindingRow,
): Promise<SettledSystem> {
  const record = facts.records.get(one.key);
  const has = openedRecord(deps, run, record);
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
    discrepancy: foundDiscrepancy(
      deps,
      run,
      facts.rule,
      difference,
      "missing_in_shopify",
      resource,
    ),
  };
}

/** Why a record Shopify did not list may yet be no difference; "": it is none; null: it is one. */
function doubtAbout(
  run: RunRow,
  facts: SettleFacts,
  one: FindingRow,
  {
    record,
    has,
    isLinked,
  }: { record: StoredRecord | undefined; has: RecordFields | null; isLinked: boolean },
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
  facts: SettleFacts,
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

function whyUnknown(facts: SettleFacts, one: FindingRow): string {
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
