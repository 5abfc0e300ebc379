import { createHash, randomUUID } from "node:crypto";
import { arrivalsOf } from "#app/events/index.server.ts";
import { receiveReads, type ReadRow } from "#app/intake/index.server.ts";
import { linkSkus } from "#app/mirror/index.server.ts";
import { siftReads } from "#app/processing/index.server.ts";
import { decideNews, graceMs, type RowVerdict } from "./decide-news.ts";
import type { ClaimedFeed, PassProgress } from "./feed-store.ts";
import { enterMissing } from "./missed-store.ts";
import type { FeedPage, PolledRow } from "./read-page.ts";
import type { PassDeps } from "./run-pass.ts";

/**
 * When a page was read: by our clock before it was asked for, by Shopify's when it answered, and how far
 * that clock was ahead of ours then.
 */
export interface ReadMoment {
  readonly readAtMs: number;
  readonly shopifyNowMs: number;
  readonly aheadMs: number;
}

/** What a page brought. */
export interface TakenIn {
  /** Rows that no webhook had told of. */
  readonly found: number;
  /** How long the slowest of them took to show up in Shopify's search, as far as one can tell. */
  readonly lagMs: number;
}

interface JudgedRow {
  readonly row: PolledRow;
  readonly versionAtMs: number;
  readonly deliveryKey: string;
  readonly topic: string;
  readonly verdict: RowVerdict;
}

/** A webhook that is tried again is not missed yet: it has until then, in any case a minute and more. */
const countedAfterMs = 12_000;
const longestWaitSeconds = 60;

/** Once its articles are known, a store is compared for the first time: within this time, large or not. */
const firstLookMs = 3_600_000;

/**
 * Takes in what is news on a page: first into the ledger of missed webhooks, then through intake's
 * door. Whatever dies in between, the page is read again, and neither enters twice.
 */
export async function takeInPage(
  deps: PassDeps,
  claim: ClaimedFeed,
  progress: PassProgress,
  page: FeedPage,
  moment: ReadMoment,
): Promise<TakenIn> {
  // An order brings shipments along that are long known.
  const rows = page.rows.filter((row) => Date.parse(row.version) >= progress.fromMs - 1000);
  if (rows.length === 0) return { found: 0, lagMs: 0 };
  const judged = await judge(deps, claim.shop, progress, rows, moment);
  const news = judged.filter(({ verdict }) => verdict.verdict === "news");
  const missed = news.filter(({ verdict }) => verdict.verdict === "news" && verdict.missed);
  await learnSkus(deps, claim.shop, judged);
  await enterMissing(
    deps.db,
    claim.shop,
    missed.map((item) => missingOf(item, claim, moment)),
  );
  if (news.length > 0)
    await receiveReads(
      deps,
      news.map((item) => readRowOf(item, claim.shop, moment)),
    );
  return { found: missed.length, lagMs: lagOf(claim, missed, moment) };
}

async function judge(
  deps: PassDeps,
  shop: string,
  progress: PassProgress,
  rows: readonly PolledRow[],
  moment: ReadMoment,
): Promise<JudgedRow[]> {
  const standings = await siftReads(deps, shop, rows);
  const questions = rows.flatMap((row, index) => {
    const standing = standings[index];
    if (!standing || standing.version === "older") return [];
    if (standing.version === "same" && !standing.differs) return [];
    return [{ resourceId: row.resource.id, versionAtMs: Date.parse(row.version) }];
  });
  const arrivals = await arrivalsOf(deps.db, shop, questions);
  const byResource = Map.groupBy(arrivals, (event) => event.resourceId);
  // The date of the installation is ours; versions are Shopify's.
  const installedMs = progress.installedAtMs + moment.aheadMs;
  return rows.map((row, index) => {
    const standing = standings[index];
    if (!standing) throw new Error("a row was read that nobody looked at");
    const versionAtMs = Date.parse(row.version);
    const deliveryKey = keyOf(row);
    const verdict = decideNews({
      resourceType: row.resource.type,
      resourceId: row.resource.id,
      versionAtMs,
      deliveryKey,
      standing,
      arrivals: byResource.get(row.resource.id) ?? [],
      ...moment,
      baselineMs: Math.min(installedMs, progress.sinceMs ?? Infinity),
      isOldAndUnlearned: !isLearned(progress) && Date.parse(row.createdAt) < installedMs,
    });
    const born = standing.version === "unseen" && Date.parse(row.createdAt) >= progress.fromMs;
    const topic = born ? (row.birthTopic ?? row.topic) : row.topic;
    return { row, versionAtMs, deliveryKey, topic, verdict };
  });
}

/** Whether everything that was there at the installation has been looked at by now. */
function isLearned({ learnedAtMs, startedAtMs }: PassProgress): boolean {
  return learnedAtMs !== null && startedAtMs > learnedAtMs + firstLookMs;
}

/** One version with one content is one row, however often it is read. */
function keyOf(row: PolledRow): string {
  const content = createHash("sha256").update(JSON.stringify(row.body)).digest("hex");
  return `${row.resource.id}@${row.version}@${content.slice(0, 16)}`;
}

function readRowOf(item: JudgedRow, shop: string, moment: ReadMoment): ReadRow {
  const { row, deliveryKey, topic } = item;
  return {
    shop,
    source: "poll",
    deliveryKey,
    topic,
    resource: row.resource,
    version: row.version,
    body: row.body,
    readAtMs: moment.readAtMs,
    correlationId: randomUUID(),
  };
}

function missingOf(item: JudgedRow, claim: ClaimedFeed, moment: ReadMoment) {
  const changedAtMs = item.versionAtMs - moment.aheadMs;
  const waitMs = Math.min(claim.everySeconds, longestWaitSeconds) * 1000 + countedAfterMs;
  return {
    topic: item.topic,
    resource: item.row.resource,
    version: item.row.version,
    versionAtMs: item.versionAtMs,
    changedAtMs,
    foundAtMs: moment.readAtMs,
    dueAtMs: changedAtMs + waitMs,
  };
}

/** Which SKU an article carries may change without anything else that systems are told. */
async function learnSkus(
  deps: PassDeps,
  shop: string,
  judged: readonly JudgedRow[],
): Promise<void> {
  const telling = judged.filter(
    ({ row, verdict }) => row.resource.type === "Product" || verdict.verdict === "news",
  );
  const skus = telling.flatMap(({ row }) => row.skus ?? []);
  if (skus.length > 0) await linkSkus(deps.db, shop, skus);
}

/**
 * A row that the pass before should have seen was not in Shopify's search by then. What was left to
 * its webhook then, or is old because somebody asked for old things, says nothing.
 */
function lagOf(claim: ClaimedFeed, missed: readonly JudgedRow[], moment: ReadMoment): number {
  const { watermarkMs, requestedSinceMs } = claim;
  if (watermarkMs === null || requestedSinceMs !== null) return 0;
  const late = missed.filter((item) => item.versionAtMs < watermarkMs - graceMs - 2_000);
  return Math.max(0, ...late.map((item) => moment.shopifyNowMs - item.versionAtMs));
}
