import { v7 as uuidv7 } from "uuid";
import type { Queryable } from "#app/db.server.ts";
import { getShop } from "#app/shops/index.server.ts";
import type { ClaimedFeed, PassEnd, PassProgress } from "./feed-store.ts";
import type { FeedPage, PageRequest } from "./read-page.ts";
import { numericId, searchText } from "./search-text.ts";
import type { Certificate } from "./types.ts";

/** Shopify cuts any list off at 25,000; a slice that is full goes on behind its last id. */
const rowsPerSlice = 20_000;

/** How long Shopify's search takes to know of a change at worst, as long as nothing worse was seen. */
const leastOverlapSeconds = 180;
const mostOverlapSeconds = 3600;

/** Every five minutes a pass looks back an hour, which shows whether the search is slower than thought. */
const deepEveryMs = 300_000;
const deepLookSeconds = 3600;

/** Shopify shows apps the orders of this time, unless it allows one to see all. */
const orderWindowMs = 60 * 24 * 3600 * 1000;

/** The plan of a new pass. `toMs`: Shopify's time, null when nobody asked yet. */
export async function beginPass(
  db: Queryable,
  claim: ClaimedFeed,
  start: {
    readonly startedAtMs: number;
    readonly scopes: readonly string[];
    readonly toMs: number | null;
    readonly points: number;
  },
): Promise<PassProgress> {
  const { startedAtMs, scopes, toMs, points } = start;
  const shop = await getShop(db, claim.shop);
  const installedAtMs = shop === null ? startedAtMs : Date.parse(shop.installedAt);
  const learnedAt = shop?.learnedAt ?? null;
  const sinceMs = claim.requestedSinceMs;
  const window = windowOf(claim, installedAtMs, toMs ?? startedAtMs);
  return {
    passId: uuidv7({ msecs: startedAtMs }),
    reason: claim.requestedReason ?? "schedule",
    startedAtMs,
    sinceMs,
    fromMs: window.fromMs,
    toMs,
    installedAtMs,
    learnedAtMs: learnedAt === null ? null : Date.parse(learnedAt),
    scopes,
    scopeAt: 0,
    after: null,
    sliceAfterId: null,
    sliceRows: 0,
    slices: scopes.length,
    pages: 0,
    rows: 0,
    found: 0,
    points,
    lagMs: 0,
    note: window.note,
  };
}

/** From when on a pass reads, and what it cannot see. Pure. */
export function windowOf(
  claim: Pick<
    ClaimedFeed,
    "feed" | "watermarkMs" | "overlapSeconds" | "deepMs" | "requestedSinceMs"
  >,
  installedAtMs: number,
  nowMs: number,
): { readonly fromMs: number; readonly note: string | null } {
  const { watermarkMs, deepMs, requestedSinceMs } = claim;
  const overlap = isDeep(deepMs, nowMs)
    ? Math.max(claim.overlapSeconds, deepLookSeconds)
    : claim.overlapSeconds;
  const usualMs = (watermarkMs ?? installedAtMs) - overlap * 1000;
  const fromMs = Math.min(usualMs, requestedSinceMs ?? Infinity);
  const earliestMs = nowMs - orderWindowMs;
  if (claim.feed !== "orders" || fromMs >= earliestMs) return { fromMs, note: null };
  const note = "Shopify shows orders of the last 60 days only: older ones could not be read.";
  return { fromMs: earliestMs, note };
}

function isDeep(deepMs: number | null, nowMs: number): boolean {
  return deepMs === null || nowMs - deepMs >= deepEveryMs;
}

/** The page a pass has to read next. Pure. */
export function pageRequest(claim: ClaimedFeed, progress: PassProgress): PageRequest {
  return {
    shop: claim.shop,
    scope: progress.scopes[progress.scopeAt] ?? "",
    query: searchText({
      fromMs: progress.fromMs,
      toMs: progress.toMs,
      afterId: progress.sliceAfterId,
    }),
    after: progress.after,
  };
}

/** Where a pass stands after a page. Pure. */
export function nextProgress(
  progress: PassProgress,
  page: FeedPage,
  seen: {
    readonly found: number;
    readonly lagMs: number;
    readonly points: number;
    readonly shopifyNowMs: number;
  },
): PassProgress {
  const counted = {
    ...progress,
    toMs: progress.toMs ?? seen.shopifyNowMs,
    pages: progress.pages + 1,
    rows: progress.rows + page.rows.length,
    found: progress.found + seen.found,
    points: progress.points + seen.points,
    lagMs: Math.max(progress.lagMs, seen.lagMs),
    sliceRows: progress.sliceRows + page.rows.length,
  };
  if (page.next === null)
    return {
      ...counted,
      scopeAt: progress.scopeAt + 1,
      after: null,
      sliceAfterId: null,
      sliceRows: 0,
    };
  if (counted.sliceRows < rowsPerSlice || page.lastId === null)
    return { ...counted, after: page.next };
  const sliceAfterId = numericId(page.lastId);
  return { ...counted, after: null, sliceAfterId, sliceRows: 0, slices: progress.slices + 1 };
}

/** What a complete pass leaves behind. Pure. */
export function endOf(
  claim: ClaimedFeed,
  progress: PassProgress,
  now: {
    readonly completedAtMs: number;
    readonly restoreRate: number | null;
    readonly random: number;
  },
): { readonly end: PassEnd; readonly certificate: Omit<Certificate, "number"> } {
  const toMs = progress.toMs ?? progress.startedAtMs;
  const deep = isDeep(claim.deepMs, toMs);
  return {
    end: {
      watermarkMs: toMs,
      overlapSeconds: overlapAfter(claim.overlapSeconds, progress.lagMs),
      deepMs: deep ? toMs : null,
      restoreRate: now.restoreRate,
      // Never later than asked for; a little sooner, so that the passes of many shops drift apart.
      restShare: 0.9 + 0.1 * now.random,
      tookSeconds: (now.completedAtMs - progress.startedAtMs) / 1000,
    },
    certificate: {
      id: progress.passId,
      feed: claim.feed,
      reason: progress.reason,
      startedAt: new Date(progress.startedAtMs).toISOString(),
      completedAt: new Date(now.completedAtMs).toISOString(),
      from: new Date(progress.fromMs).toISOString(),
      to: new Date(toMs).toISOString(),
      slices: progress.slices,
      pages: progress.pages,
      rows: progress.rows,
      found: progress.found,
      points: progress.points,
      note: progress.note,
    },
  };
}

/** Twice the slowest that was seen; forgotten slowly, in some hundred passes. Pure. */
export function overlapAfter(overlapSeconds: number, lagMs: number): number {
  const wanted = Math.max((lagMs / 1000) * 2, overlapSeconds * 0.99, leastOverlapSeconds);
  return Math.min(mostOverlapSeconds, Math.ceil(wanted));
}
