import { parseLossless } from "#app/events/index.server.ts";
import { idsAfter, knownStates, type KnownState, statePurpose } from "#app/mirror/index.server.ts";
import type { Vault } from "#app/vault/index.server.ts";
import { differsFromMirror, differsFromRecord, ownFields } from "./compare-fields.ts";
import { type ComparedDomain, comparedDomain } from "./compared-domains.ts";
import { bodyOf } from "./download-rows.ts";
import { addSuspicions, type Suspicion } from "./finding-store.ts";
import { openRecord } from "./keep-private.ts";

import type { RunDeps } from "./run-deps.ts";
import {
  isStaged,
  placesOfSkus,
  presentAmong,
  type SkuPlaces,
  stagedAfter,
  type StagedRow,
} from "./row-store.ts";
import { moveRun, type RunChange, type RunRow, type RunWork } from "./run-store.ts";
import { keyOfResource, keyOfSku, readKey } from "./snapshot-key.ts";
import { keysAfter, recordsOf, type StoredRecord } from "./snapshot-store.ts";
import type { Step } from "./step.ts";

/** Rows compared in one transaction. */
const rowsAtOnce = 1_000;

/**
 * The third phase: every row of Shopify beside the mirror and the system, then what the mirror and
 * the system have besides. A page at a time, in memory of a page; what differs is only suspected.
 */
export async function compareRows(deps: RunDeps, run: RunRow): Promise<Step> {
  if (!(await isStaged(deps.db, run.id)))
    return { run: await moveRun(deps.db, run, { phase: "download" }, deps.clock.now()) };
  const { part = "rows", after = "", partial = false } = run.work;
  if (part === "rows") return comparePage(deps, run, after);
  // Nothing is missing because part of the data does not name it.
  if (part === "mirror")
    return partial || !comparedDomain(run.domain).listsAll
      ? next(deps, run, "snapshot")
      : compareMirror(deps, run, after);
  return run.work.snapshotId === undefined || partial
    ? next(deps, run, null)
    : compareSnapshot(deps, run, run.work.snapshotId, after);
}

async function next(deps: RunDeps, run: RunRow, part: RunWork["part"] | null): Promise<Step> {
  const change: RunChange =
    part === null || part === undefined ? { phase: "repair" } : { work: { part, after: "" } };
  return { run: await moveRun(deps.db, run, change, deps.clock.now()) };
}

/** Writes a page's suspicions down with the place behind it. */
async function keep(
  deps: RunDeps,
  run: RunRow,
  found: readonly Suspicion[],
  change: RunChange,
): Promise<Step> {
  return deps.db.transaction(async (tx) => {
    await addSuspicions(tx, run.id, found);
    return { run: await moveRun(tx, run, change, deps.clock.now()) };
  });
}

async function comparePage(deps: RunDeps, run: RunRow, after: string): Promise<Step> {
  const rows = await stagedAfter(deps.db, run.id, after, rowsAtOnce);
  const last = rows.at(-1);
  if (last === undefined) return next(deps, run, "mirror");
  const domain = comparedDomain(run.domain);
  const ids = rows.map((row) => row.id);
  const mirror = await knownStates(deps.db, run.shop, domain.type, ids);
  const system = await systemsSide(deps, run, rows);
  const found: Suspicion[] = [];
  let ambiguous = run.work.ambiguous ?? 0;
  for (const row of rows) {
    const body = bodyOf(deps.vault, run, row);
    const kind = againstMirror(deps.vault, run, domain, row, body, mirror.get(row.id));
    if (kind !== null) found.push(suspicion(row, "mirror", kind));
    const verdict = system === null ? null : againstSystem(domain, row, body, system, run.work);
    if (verdict === "ambiguous") ambiguous += 1;
    else if (verdict !== null) found.push(suspicion(row, "system", verdict));
  }
  const work = { after: last.id, ambiguous };
  return keep(deps, run, found, { compared: rows.length, work });
}

function suspicion(row: StagedRow, side: Suspicion["side"], kind: Suspicion["kind"]): Suspicion {
  const { id, sku, locationId } = row;
  return { key: id, side, kind, resourceId: id, sku, locationId };
}

function againstMirror(
  vault: Vault,
  run: RunRow,
  { type }: ComparedDomain,
  row: StagedRow,
  body: Readonly<Record<string, unknown>>,
  known: KnownState | undefined,
): "missing_in_mirror" | "value" | null {
  if (known === undefined || known.deleted) return "missing_in_mirror";
  const state = openState(vault, run.shop, type, known);
  return differsFromMirror(type, body, state).length > 0 ? "value" : null;
}

/** What the mirror holds of a record, opened. */
export function openState(
  vault: Vault,
  shop: string,
  type: string,
  known: KnownState,
): Readonly<Record<string, unknown>> {
  const text = vault.open(known.state, statePurpose(shop, type, known.id)).toString("utf8");
  return parseLossless(text) as Readonly<Record<string, unknown>>;
}

/** What a system has of some rows. */
interface SystemsSide {
  readonly records: ReadonlyMap<string, StoredRecord>;
  readonly places: ReadonlyMap<string, SkuPlaces>;
  open(record: StoredRecord): ReturnType<typeof openRecord>;
  readonly within: RunWork["within"];
}

async function systemsSide(
  deps: RunDeps,
  run: RunRow,
  rows: readonly StagedRow[],
): Promise<SystemsSide | null> {
  const { snapshotId } = run.work;
  if (snapshotId === undefined) return null;
  const skus = [...new Set(rows.flatMap((row) => row.sku ?? []))];
  return {
    records: await recordsOf(deps.db, snapshotId, rows.flatMap(keysOf)),
    places: await placesOfSkus(deps.db, run.id, skus),
    open: (record) => openRecord(deps.vault, run.domain, snapshotId, record),
    within: run.work.within,
  };
}

/** Under which keys a system may know a row, the most exact first. */
export function keysOf(row: Pick<StagedRow, "id" | "sku" | "locationId">): string[] {
  const { id, sku, locationId } = row;
  if (sku === null) return [keyOfResource(id)];
  const exact = locationId === null ? [] : [keyOfSku(sku, locationId)];
  return [keyOfResource(id), ...exact, keyOfSku(sku, null)];
}

function againstSystem(
  domain: ComparedDomain,
  row: StagedRow,
  body: Readonly<Record<string, unknown>>,
  side: SystemsSide,
  work: RunWork,
): "missing_in_system" | "value" | "ambiguous" | null {
  const key = keysOf(row).find((one) => side.records.has(one));
  const places = row.sku === null ? undefined : side.places.get(row.sku);
  const isShared = places !== undefined && places.articles > 1;
  if (isShared && key !== keyOfResource(row.id)) return "ambiguous";
  const record = key === undefined ? undefined : side.records.get(key);
  if (record !== undefined)
    return differs(domain, row, body, side, record, places) ? "value" : null;
  const isExpected = !domain.bySku || row.sku !== null;
  return isExpected && work.snapshotGaps !== true ? "missing_in_system" : null;
}

function differs(
  { type }: ComparedDomain,
  row: StagedRow,
  body: Readonly<Record<string, unknown>>,
  side: SystemsSide,
  record: StoredRecord,
  places: SkuPlaces | undefined,
): boolean {
  const has = side.open(record);
  if (has === null) return false;
  if (!isTotal(row, record.key))
    return differsFromRecord(ownFields(type, body), has, side.within).length > 0;
  // The article's total is compared once, with its first place.
  if (places?.ids[0] !== row.id) return false;
  return differsFromRecord({ available: places.total }, has, side.within).length > 0;
}

/** Whether a record stands for all places of an article together. Pure. */
export function isTotal(row: Pick<StagedRow, "sku" | "locationId">, key: string): boolean {
  return row.sku !== null && row.locationId !== null && key === keyOfSku(row.sku, null);
}

async function compareMirror(deps: RunDeps, run: RunRow, after: string): Promise<Step> {
  const { type } = comparedDomain(run.domain);
  const page = await idsAfter(deps.db, run.shop, type, after, rowsAtOnce);
  const last = page.at(-1);
  if (last === undefined) return next(deps, run, "snapshot");
  const alive = page.filter((one) => one.alive).map((one) => one.id);
  const present = await presentAmong(deps.db, run.id, alive);
  const found = alive
    .filter((id) => !present.has(id))
    .map(
      (id): Suspicion => ({
        key: id,
        side: "mirror",
        kind: "missing_in_shopify",
        resourceId: id,
        sku: null,
        locationId: null,
      }),
    );
  return keep(deps, run, found, { work: { after: last.id } });
}

async function compareSnapshot(
  deps: RunDeps,
  run: RunRow,
  snapshotId: string,
  after: string,
): Promise<Step> {
  const keys = await keysAfter(deps.db, snapshotId, after, rowsAtOnce);
  const last = keys.at(-1);
  if (last === undefined) return next(deps, run, null);
  const named = keys.map((key) => ({ key, ...readKey(key) }));
  const present = await presentAmong(
    deps.db,
    run.id,
    named.flatMap((one) => one.resourceId ?? []),
  );
  const places = await placesOfSkus(
    deps.db,
    run.id,
    named.flatMap((one) => one.sku ?? []),
  );
  const found = named
    .filter(({ resourceId, sku, locationId }) =>
      resourceId === null ? !isPlaced(places.get(sku ?? ""), locationId) : !present.has(resourceId),
    )
    .map((one): Suspicion => ({ side: "system", kind: "missing_in_shopify", ...one }));
  return keep(deps, run, found, { work: { after: last } });
}

function isPlaced(places: SkuPlaces | undefined, locationId: string | null): boolean {
  if (places === undefined) return false;
  return locationId === null || places.places.includes(locationId);
}
