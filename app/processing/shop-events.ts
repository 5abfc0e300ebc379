import type { Transaction } from "#app/db.server.ts";
import { parseLossless, ruleOf, type EventToProcess } from "#app/events/index.server.ts";
import { uninstallShop, updateShopDetails, updateShopScopes } from "#app/shops/index.server.ts";
import type { ProcessingDeps } from "./process-events.ts";

/**
 * Acts on what Shopify says of the shop itself, and hands on what it says of a customer's rights. An uninstall takes effect in this transaction: lanes
 * and API calls ask whether the shop is installed before they send anything.
 */
export async function actOnShopEvent(
  deps: Pick<ProcessingDeps, "clock" | "forgetTokens" | "enqueue">,
  tx: Transaction,
  event: EventToProcess,
  body: () => string,
): Promise<void> {
  const rule = ruleOf(event.topic);
  if (rule.kind === "privacy" && rule.action !== "forget_shop") {
    const payload = { shop: event.shop, eventId: event.id, pass: 0 };
    await deps.enqueue(tx, "answer-privacy-request", [{ payload, group: event.shop }]);
  }
  if (rule.kind !== "shop") return;
  if (rule.action === "uninstalled") {
    const { shop, triggeredAt } = event;
    // An uninstall that arrives after the next installation changes nothing.
    if (await uninstallShop(tx, shop, triggeredAt, deps.clock.now()))
      await deps.forgetTokens(tx, shop);
    return;
  }
  const payload = parseLossless(body()) as Readonly<Record<string, unknown>>;
  if (rule.action === "scopes") {
    const current = payload["current"];
    if (Array.isArray(current)) await updateShopScopes(tx, event.shop, current.map(String));
    return;
  }
  const text = (key: string) => {
    const value = payload[key];
    return typeof value === "string" ? value : undefined;
  };
  await updateShopDetails(tx, event.shop, {
    name: text("name"),
    currency: text("currency"),
    timeZone: text("iana_timezone"),
    plan: text("plan_display_name"),
  });
}
