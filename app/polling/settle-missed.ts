import type { Clock, Database, Transaction } from "#app/db.server.ts";
import { arrivalsOf } from "#app/events/index.server.ts";
import { addTopicFigures, type TopicFigure } from "#app/freshness/index.server.ts";
import { addCounters } from "#app/observability/index.server.ts";
import {
  type EntryVerdict,
  type LedgerEntry,
  settleEntries,
  takeDueEntries,
} from "./missed-store.ts";

/** What settling takes. */
export interface SettleDeps {
  readonly db: Database;
  readonly clock: Clock;
}

const entriesAtOnce = 500;

/** Shopify gathers changes of a record for a few seconds and tells of the last one. */
const gatheredMs = 5_000;

/**
 * When a missed webhook is looked for again, in seconds after the look before: Shopify tries eight
 * times in four hours, and says itself that one may be a day late.
 */
const lookAgainSeconds = [60, 600, 3600, 4 * 3600, 24 * 3600] as const;

/**
 * Decides what was found missing: once its time is up without a webhook it is missed, and counted;
 * a webhook that comes after all makes it late instead. Decision and counts commit together, so that
 * each is counted once, whatever dies. Returns how many entries were looked at.
 */
export async function settleMissed(deps: SettleDeps): Promise<number> {
  return deps.db.transaction(async (tx) => {
    const nowMs = deps.clock.now();
    const entries = await takeDueEntries(tx, nowMs, entriesAtOnce);
    if (entries.length === 0) return 0;
    const verdicts: EntryVerdict[] = [];
    for (const [shop, own] of byShop(entries)) {
      const webhooks = await webhooksFor(tx, shop, own);
      verdicts.push(...own.map((entry) => judge(entry, webhooks.get(keyOf(entry)) ?? null, nowMs)));
    }
    await settleEntries(tx, verdicts);
    await count(tx, verdicts);
    return entries.length;
  });
}

function judge(entry: LedgerEntry, webhookAtMs: number | null, nowMs: number): EntryVerdict {
  if (webhookAtMs !== null) return { entry, state: "late", checkAtMs: null, webhookAtMs };
  const again = lookAgainSeconds[entry.checks];
  const checkAtMs = again === undefined ? null : nowMs + again * 1000;
  return { entry, state: "missed", checkAtMs, webhookAtMs: null };
}

/** When a webhook told of each entry's version, if any did; or of one so close that Shopify told both at once. */
async function webhooksFor(
  tx: Transaction,
  shop: string,
  entries: readonly LedgerEntry[],
): Promise<Map<string, number>> {
  const arrivals = (await arrivalsOf(tx, shop, entries)).filter(
    (event) => event.source === "webhook",
  );
  return new Map(
    entries.flatMap((entry) => {
      const told = arrivals.filter(
        (event) =>
          event.resourceId === entry.resourceId &&
          event.versionAtMs <= entry.versionAtMs + gatheredMs,
      );
      const firstMs = Math.min(...told.map((event) => event.receivedAtMs));
      return told.length === 0 ? [] : [[keyOf(entry), firstMs] as const];
    }),
  );
}

function keyOf(entry: LedgerEntry): string {
  return `${entry.resourceId} ${String(entry.versionAtMs)}`;
}

function byShop(entries: readonly LedgerEntry[]): Map<string, LedgerEntry[]> {
  const shops = new Map<string, LedgerEntry[]>();
  for (const entry of entries) shops.set(entry.shop, [...(shops.get(entry.shop) ?? []), entry]);
  return shops;
}

/** The counter of the installation only ever grows: what turns out late later stays counted there. */
async function count(tx: Transaction, verdicts: readonly EntryVerdict[]): Promise<void> {
  const figures: TopicFigure[] = verdicts.flatMap(({ entry, state }) => {
    const { shop, topic, foundAtMs } = entry;
    const figure = (kind: "missed" | "late", by: number) => ({
      shop,
      topic,
      kind,
      by,
      atMs: foundAtMs,
      ...(kind === "missed" ? { delayMs: foundAtMs - entry.changedAtMs } : {}),
    });
    if (entry.state === "waiting") return [figure(state, 1)];
    return state === "late" ? [figure("missed", -1), figure("late", 1)] : [];
  });
  await addTopicFigures(tx, figures);
  const missed = verdicts.filter(
    ({ entry, state }) => entry.state === "waiting" && state === "missed",
  );
  const topics = new Map<string, number>();
  for (const { entry } of missed) topics.set(entry.topic, (topics.get(entry.topic) ?? 0) + 1);
  if (topics.size > 0)
    await addCounters(
      tx,
      [...topics].map(([topic, value]) => ({
        name: "converge_missed_webhooks_total",
        labels: JSON.stringify({ topic }),
        value,
      })),
    );
}
