import { pooledLevels } from "#app/coordination/index.server.ts";
import { flightsOf } from "#app/delivery/index.server.ts";
import { unprocessedAmong } from "#app/events/index.server.ts";
import { knownStates } from "#app/mirror/index.server.ts";
import { readRules } from "#app/ownership/index.server.ts";
import type { OwnershipRule } from "#app/ownership/types.ts";
import { writesUnderWay } from "#app/write-back/index.server.ts";
import { keysOf } from "./compare-rows.ts";
import { comparedDomain } from "./compared-domains.ts";
import { type FindingRow, repairedHere } from "./finding-store.ts";
import { openRecord } from "./keep-private.ts";
import { type Live, readLive } from "./read-live.ts";
import { placesOfSkus, type SkuPlaces } from "./row-store.ts";
import type { RunDeps } from "./run-deps.ts";
import type { RunRow } from "./run-store.ts";
import { recordsOf, type StoredRecord } from "./snapshot-store.ts";

/** Everything a batch is judged by, read once. */
export interface SettleFacts {
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

/** Reads it, once for the whole batch. */
export async function gatherFacts(
  deps: RunDeps,
  run: RunRow,
  suspected: readonly FindingRow[],
): Promise<SettleFacts> {
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
      ids.map((levelId) => ({ levelId, sku: null, locationId: null })),
    ),
    rule: rules.find((rule) => rule.domain === run.domain) ?? {
      domain: run.domain,
      owner: "shopify",
      onForeignWrite: "flag",
    },
  };
}

/** The fields of a record, by Shopify's names. */
export type RecordFields = Readonly<Record<string, string | number | boolean | null>>;

/** What a system says it has; null: nothing, or nothing that could be read. */
export function openedRecord(
  deps: RunDeps,
  run: RunRow,
  record: StoredRecord | undefined,
): RecordFields | null {
  if (record === undefined) return null;
  return openRecord(deps.vault, run.domain, run.work.snapshotId ?? "", record);
}
