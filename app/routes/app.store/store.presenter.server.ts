import type { AppContext } from "#app/context.server.ts";
import { listEvents } from "#app/events/index.server.ts";
import { readRules } from "#app/ownership/index.server.ts";
import { getShop } from "#app/shops/index.server.ts";
import type { ShopView } from "#app/shops/types.ts";
import type { ConnectionState } from "#app/ui/words.ts";
import { permissionsOf } from "./permissions.ts";

/** So long after Shopify asked to slow down, a store still counts as throttled. */
const throttledForMs = 60_000;

/** How things stand between Converge and the merchant's store. */
export async function loadStore(
  { db, clock, shopify }: Pick<AppContext, "db" | "clock" | "shopify">,
  shop: string,
) {
  const [view, connection, rules, webhooks] = await Promise.all([
    getShop(db, shop),
    shopify.readConnection(shop),
    readRules(db, shop),
    listEvents(db, shop, { source: "webhook" }, { limit: 1 }),
  ]);
  const nowMs = clock.now();
  return {
    loadedMs: nowMs,
    timeZone: view?.timeZone ?? null,
    shop,
    view,
    connection,
    state: stateOf(view, connection.budget, nowMs),
    permissions: permissionsOf(view?.scopes ?? [], rules),
    lastWebhookAt: webhooks.items[0]?.receivedAt ?? null,
  };
}

function stateOf(
  view: ShopView | null,
  budget: { readonly throttledAt: string | null } | null,
  nowMs: number,
): ConnectionState {
  if (view && view.reconnectNeededAt !== null) return "reconnect";
  const throttledAt = budget?.throttledAt ?? null;
  const throttled = throttledAt !== null && nowMs - Date.parse(throttledAt) < throttledForMs;
  return throttled ? "throttled" : "connected";
}

/** Everything the screen shows. */
export type StorePage = Awaited<ReturnType<typeof loadStore>>;
