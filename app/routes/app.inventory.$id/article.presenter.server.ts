import type { AppContext } from "#app/context.server.ts";
import {
  confirmHold,
  getPool,
  groupOf,
  listEntries,
  listHolds,
  placeHold,
  poolLocationsOf,
  releaseHold,
} from "#app/coordination/index.server.ts";
import { getShop } from "#app/shops/index.server.ts";
import type { ActionOutcome } from "#app/ui/kit/toast.ts";
import type { HoldRequest } from "./form.ts";

/** Entries of the ledger, and holds, read at a time. */
const rowsShown = 50;

/** Everything about the stock of one article; null: the store sees no such pool. */
export async function loadArticle(
  { db, vault, clock }: Pick<AppContext, "db" | "vault" | "clock">,
  shop: string,
  id: string,
  before: number | null,
) {
  const pool = await getPool(db, shop, id);
  if (pool === null) return null;
  const group = await groupOf(db, shop);
  const poolLocations =
    group === null || pool.poolLocationId === null ? [] : await poolLocationsOf(db, group.id);
  const [view, entries, holds] = await Promise.all([
    getShop(db, shop),
    listEntries({ db, vault }, pool.id, { limit: rowsShown + 1, before }),
    listHolds(
      { db, vault },
      { shop, groupId: group?.id ?? null },
      { limit: rowsShown, sku: pool.sku, ...(poolLocations.length > 1 ? { poolId: pool.id } : {}) },
    ),
  ]);
  const shown = entries.slice(0, rowsShown);
  return {
    loadedMs: clock.now(),
    timeZone: view?.timeZone ?? null,
    shop,
    pool,
    /** Where the group keeps stock; none: the pool is no group's. */
    poolLocations,
    entries: shown,
    nextBefore: entries.length > rowsShown ? (shown.at(-1)?.seq ?? null) : null,
    holds: holds.items,
  };
}

/** What `loadArticle` promises to the screen. */
export type ArticlePage = NonNullable<Awaited<ReturnType<typeof loadArticle>>>;

type Acting = Pick<AppContext, "db" | "vault" | "clock" | "queue" | "shopify">;

/** Does what a person asked for; null: the store sees no such pool. */
export async function actOnHolds(
  { queue, ...context }: Acting,
  shop: string,
  poolId: string,
  request: HoldRequest,
): Promise<ActionOutcome | null> {
  const deps = { ...context, enqueue: queue.enqueue };
  const pool = await getPool(context.db, shop, poolId);
  if (pool === null) return null;
  if (request.intent === "hold") {
    const { quantity, reference, ttlSeconds } = request;
    const poolLocation = pool.poolLocationId ?? undefined;
    const wanted = { sku: pool.sku, poolLocation, quantity, reference, ttlSeconds };
    const placed = await placeHold(deps, shop, {
      ...wanted,
      participants: [],
      autoConfirm: false,
    });
    if (placed.outcome === "held") return { ok: true, toast: "Units held" };
    const message =
      placed.outcome === "not_enough"
        ? `Only ${String(Math.max(0, placed.free))} are free: hold as many or fewer.`
        : "This store has no such article any more.";
    return { ok: false, errors: [{ field: "quantity", message }] };
  }
  const changed =
    request.intent === "release"
      ? await releaseHold(deps, shop, request.id, "You released it.")
      : await confirmHold(deps, shop, request.id);
  if (changed?.outcome === "ok")
    return { ok: true, toast: request.intent === "release" ? "Hold released" : "Hold confirmed" };
  const message = changed?.why ?? "This hold belongs to another store of the group.";
  return { ok: false, errors: [{ field: "", message }] };
}
