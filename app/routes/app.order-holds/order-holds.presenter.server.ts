import type { AppContext } from "#app/context.server.ts";
import {
  listOrderHolds,
  readOrderRules,
  releaseOrderHold,
  replaceOrderRules,
  systemsToAsk,
} from "#app/coordination/index.server.ts";
import { getShop } from "#app/shops/index.server.ts";
import { isGranted } from "#app/shops/types.ts";
import type { ActionOutcome } from "#app/ui/kit/toast.ts";
import { asDraft, asOrderRules, type OrderHoldRequest } from "./form.ts";

/** Orders read at a time. */
const rowsShown = 50;

/** Without these Shopify does not let Converge see or hold what waits to be shipped. */
const neededScopes = [
  "read_merchant_managed_fulfillment_orders",
  "write_merchant_managed_fulfillment_orders",
];

/** The orders a store holds or held, and its rules. */
export async function loadOrderHolds(
  { db, vault, clock }: Pick<AppContext, "db" | "vault" | "clock">,
  shop: string,
  after: string | null,
) {
  const [view, rules, systems, holds] = await Promise.all([
    getShop(db, shop),
    readOrderRules(db, shop),
    systemsToAsk(db, shop),
    listOrderHolds({ db, vault }, shop, { limit: rowsShown, after }),
  ]);
  const currency = view?.currency ?? "";
  const granted = view?.scopes ?? [];
  return {
    loadedMs: clock.now(),
    timeZone: view?.timeZone ?? null,
    currency,
    missingScopes: neededScopes.filter((scope) => !isGranted(granted, scope)),
    systems: systems.map(({ id, name }) => ({ id, name })),
    rules: rules.map((rule) => asDraft(rule, currency)),
    holds: holds.items,
    next: holds.next,
  };
}

/** What `loadOrderHolds` promises to the screen. */
export type OrderHoldsPage = Awaited<ReturnType<typeof loadOrderHolds>>;

type Acting = Pick<AppContext, "db" | "vault" | "clock" | "queue">;

/** Does what a person asked for. */
export async function actOnOrderHolds(
  { queue, ...context }: Acting,
  caller: { readonly shop: string; readonly actor: string },
  request: OrderHoldRequest,
): Promise<ActionOutcome> {
  if (request.intent === "save") {
    const saved = await replaceOrderRules(context, caller, asOrderRules(request.drafts));
    return saved.ok ? { ok: true, toast: "Rules saved" } : { ok: false, errors: saved.errors };
  }
  const deps = { ...context, enqueue: queue.enqueue };
  const released = await releaseOrderHold(deps, caller, request.id);
  if (released?.outcome === "ok") return { ok: true, toast: "Order released" };
  const message = released?.why ?? "There is no such order on hold any more. Reload the page.";
  return { ok: false, errors: [{ field: "", message }] };
}
