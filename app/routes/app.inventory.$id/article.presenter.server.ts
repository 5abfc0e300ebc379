import type { AppContext } from "#app/context.server.ts";
import {
  confirmHold,
  getPool,
  groupOf,
  listEntries,
  listHolds,
  placeHold,
  type Placed,
  poolLocationsOf,
  releaseHold,
  soldByStore,
  systemsToAsk,
} from "#app/coordination/index.server.ts";
import { getShop } from "#app/shops/index.server.ts";
import type { ActionOutcome } from "#app/ui/kit/toast.ts";
import type { KnownSystem } from "./asked.ts";
import type { HoldRequest } from "./form.ts";
import { salesChart, salesFromMs } from "./sales.ts";

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
  const nowMs = clock.now();
  const [view, systems, sold, entries, holds] = await Promise.all([
    getShop(db, shop),
    systemsToAsk(db, shop),
    soldByStore(db, pool.id, salesFromMs(nowMs)),
    listEntries({ db, vault }, pool.id, { limit: rowsShown + 1, before }),
    listHolds(
      { db, vault },
      { shop, groupId: group?.id ?? null },
      { limit: rowsShown, sku: pool.sku, ...(poolLocations.length > 1 ? { poolId: pool.id } : {}) },
    ),
  ]);
  const shown = entries.slice(0, rowsShown);
  return {
    loadedMs: nowMs,
    timeZone: view?.timeZone ?? null,
    shop,
    pool,
    /** Where the group keeps stock; none: the pool is no group's. */
    poolLocations,
    sales: salesChart(sold, nowMs),
    entries: shown,
    nextBefore: entries.length > rowsShown ? (shown.at(-1)?.seq ?? null) : null,
    holds: holds.items,
    /** Who can be asked about a hold, and who was: of this store, and of its group's others. */
    systems: systems.map(({ id, name, shop: owner, status }): KnownSystem => {
      return { id, name, shop: owner, active: status === "active" };
    }),
  };
}

/** What `loadArticle` promises to the screen. */
export type ArticlePage = NonNullable<Awaited<ReturnType<typeof loadArticle>>>;

type Acting = Pick<AppContext, "db" | "vault" | "clock"> & {
  readonly queue: Pick<AppContext["queue"], "enqueue">;
  readonly shopify: Pick<AppContext["shopify"], "graphql">;
};

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
    const { intent: _, ...wanted } = request;
    const placed = await placeHold(deps, shop, {
      ...wanted,
      sku: pool.sku,
      poolLocation: pool.poolLocationId ?? undefined,
      // Who asks others leaves the decision to them; who asks nobody decides later.
      autoConfirm: wanted.participants.length > 0,
    });
    return outcomeOf(placed, wanted.participants.length);
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

function outcomeOf(placed: Placed, asked: number): ActionOutcome {
  if (placed.outcome === "held")
    return { ok: true, toast: asked === 0 ? "Units held" : "Units held until all have agreed" };
  if (placed.outcome === "wrong" && placed.field.startsWith("participants"))
    return { ok: false, errors: [{ field: "participants", message: placed.message }] };
  const message =
    placed.outcome === "not_enough"
      ? `Only ${String(Math.max(0, placed.free))} are free: hold as many or fewer.`
      : "This store has no such article any more.";
  return { ok: false, errors: [{ field: "quantity", message }] };
}
