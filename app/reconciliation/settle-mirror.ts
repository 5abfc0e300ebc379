import { unprocessedAmong } from "#app/events/index.server.ts";
import { type ReadRow, receiveReads } from "#app/intake/index.server.ts";
import { knownStates, type KnownState } from "#app/mirror/index.server.ts";
import { comparableOf } from "#app/processing/index.server.ts";
import { getShop } from "#app/shops/index.server.ts";
import { dataOf, differsFromMirror, only } from "./compare-fields.ts";
import { comparedDomain } from "./compared-domains.ts";
import { openState } from "./compare-rows.ts";
import { bodyOf } from "./download-rows.ts";
import type { FindingRow } from "./finding-store.ts";
import { type Live, readLive } from "./read-live.ts";
import type { RunDeps } from "./run-deps.ts";
import { stagedRows } from "./row-store.ts";
import { moveRun, type RunRow } from "./run-store.ts";
import { inFlight, type Settled, untrue } from "./settled.ts";

/**
 * Looks again at where Shopify and the mirror differ. Shopify is right: what a read by its id
 * confirms is taken in by the door of all news, as of the moment of the read, and goes out to
 * systems from there. What Converge never knew needs no second read: it cannot overwrite anything.
 */
export async function settleMirror(
  deps: RunDeps,
  run: RunRow,
  suspected: readonly FindingRow[],
): Promise<{ readonly run: RunRow; readonly settled: Settled[] }> {
  const { type } = comparedDomain(run.domain);
  const ids = suspected.map((one) => one.key);
  const taken = new Set(run.work.taking ?? []);
  const known = await knownStates(deps.db, run.shop, type, ids);
  const pending = await unprocessedAmong(deps.db, run.shop, ids);
  const readAtMs = deps.clock.now();
  const live = await readAgain(deps, run, suspected, known, readAtMs);
  const installedAtMs = Date.parse((await getShop(deps.db, run.shop))?.installedAt ?? "");
  const news: ReadRow[] = [];
  const settled: Settled[] = [];
  for (const one of suspected) {
    const now = live.get(one.key);
    const before = known.get(one.key);
    const wasTaken = taken.has(one.key);
    if (now === undefined) settled.push(untrue(one));
    else if (pending.has(one.key) && !wasTaken)
      settled.push(inFlight(one, "News of it is being worked on."));
    else {
      const found =
        compare(deps, run, type, now, before) ?? (wasTaken ? alreadyTaken(type, now) : null);
      const verdict =
        found === null ? untrue(one) : conclude(run, one, found, now, before, installedAtMs);
      settled.push(verdict);
      if (found !== null && verdict.state !== "open")
        news.push(newsOf(run, type, one.key, now, readAtMs));
    }
  }
  if (news.length === 0) return { run, settled };
  // On record first: after a crash in between, the mirror agrees, and the difference still counts.
  const taking = settled.filter((one) => one.state === "repaired").map((one) => one.finding.key);
  const moved = await moveRun(deps.db, run, { work: { taking } }, deps.clock.now());
  await receiveReads(deps, news);
  return { run: moved, settled };
}

/** What was there before Converge came is learned, and nothing it missed: so is all that the first look brings. */
function conclude(
  { mode, trigger }: RunRow,
  finding: FindingRow,
  found: Difference,
  now: Live,
  before: KnownState | undefined,
  installedAtMs: number,
): Settled {
  const isOld = trigger === "install" || Date.parse(now.read.version) < (installedAtMs || 0);
  if (before === undefined && isOld) return untrue(finding);
  return { finding, state: mode === "repair" ? "repaired" : "open", ...found };
}

type Difference = Pick<Settled, "field" | "shopify" | "other" | "cause" | "changedAt">;

const missed = "Missed webhook: Converge had not heard of this change.";

/** What was confirmed and taken in before a crash; what the mirror held then is gone. */
function alreadyTaken(type: string, now: Live): Difference {
  const shopify = now.gone ? null : comparableOf(type, dataOf(type, now.read.body));
  return { field: null, shopify, other: null, cause: missed, changedAt: changedAt(now) };
}

/** The end of a record is dated by whoever found it. */
function changedAt({ gone, read }: Live): string | null {
  return gone ? null : read.version;
}

async function readAgain(
  deps: RunDeps,
  run: RunRow,
  suspected: readonly FindingRow[],
  known: ReadonlyMap<string, KnownState>,
  readAtMs: number,
): Promise<Map<string, Live>> {
  // A listed product comes without its variants: it has to be read as a whole.
  const isNew = ({ key, kind }: FindingRow) =>
    kind === "missing_in_mirror" && !known.has(key) && run.domain !== "products";
  const listed = await stagedRows(
    deps.db,
    run.id,
    suspected.filter(isNew).map((one) => one.key),
  );
  const ids = suspected.filter((one) => !listed.has(one.key)).map((one) => one.key);
  const live = await readLive(deps.shopify, run.shop, run.domain, ids, readAtMs);
  for (const [id, row] of listed)
    live.set(id, {
      gone: false,
      read: {
        topic: topicOf[run.domain] ?? "",
        version: row.version,
        body: bodyOf(deps.vault, run, row),
      },
    });
  return live;
}

const topicOf: Readonly<Record<string, string>> = {
  inventory: "inventory_levels/update",
  pricing: "product_variants/update",
  orders: "orders/updated",
  customers: "customers/update",
  fulfillments: "fulfillments/update",
};

/** What differs, for people; null when nothing does. */
function compare(
  deps: RunDeps,
  run: RunRow,
  type: string,
  now: Live,
  before: KnownState | undefined,
): Difference | null {
  const dead = before === undefined || before.deleted;
  if (now.gone && dead) return null;
  const told = { cause: missed, changedAt: changedAt(now) };
  const shopify = now.gone ? null : comparableOf(type, dataOf(type, now.read.body));
  const state = dead ? null : openState(deps.vault, run.shop, type, before);
  const other = state === null ? null : comparableOf(type, state);
  if (shopify === null || state === null || other === null)
    return { field: null, shopify, other, ...told };
  const fields = differsFromMirror(type, now.read.body, state);
  const [field] = fields;
  if (field === undefined) return null;
  return { field, shopify: only(shopify, fields), other: only(other, fields), ...told };
}

function newsOf(
  run: RunRow,
  type: string,
  id: string,
  { read, gone }: Live,
  readAtMs: number,
): ReadRow {
  return {
    shop: run.shop,
    source: "reconciliation",
    deliveryKey: `${run.id}:${id}`,
    resource: { type, id },
    ...read,
    // A listed row is as old as the list, whenever it is looked at.
    readAtMs: gone ? readAtMs : Math.min(readAtMs, run.work.readFromMs ?? readAtMs),
    correlationId: `reconciliation:${run.id}`,
  };
}
