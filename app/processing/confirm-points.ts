import type { Transaction } from "#app/db.server.ts";
import type { EventToProcess } from "#app/events/index.server.ts";
import { loyaltyIdOf, loyaltyType } from "#app/mirror/index.server.ts";
import { shopifyOwner, type OwnershipRule } from "#app/ownership/types.ts";
import { listSystems } from "#app/systems/index.server.ts";
import { askShopify } from "./ask-shopify.ts";
import type { Plan } from "./plan.ts";
import type { ResourceChange } from "./read-changes.ts";

/**
 * The customer metafield that holds loyalty points, where anybody wants to know of them and a
 * customer changed; else null.
 */
export async function metafieldOf(
  tx: Transaction,
  shop: string,
  rule: OwnershipRule | undefined,
  changes: readonly ResourceChange[],
): Promise<string | null> {
  if (!changes.some((change) => change.resourceType === "Customer")) return null;
  const { owner = shopifyOwner, metafield = null } = rule ?? {};
  if (owner !== shopifyOwner) return metafield;
  const systems = await listSystems(tx, shop);
  return systems.some(({ domains }) => domains.includes("loyalty")) ? metafield : null;
}

/**
 * Notes that a customer's points have to be read. Webhooks do not carry metafields unless the
 * subscription names them, and one subscription in shopify.app.toml serves every merchant's choice.
 */
export function confirmPoints(
  plan: Plan,
  event: EventToProcess,
  customer: { readonly id: string; readonly versionAtMs: number },
  metafield: string,
): void {
  askShopify(plan, event, {
    resource: { type: loyaltyType, id: loyaltyIdOf(customer.id, metafield) },
    missing: { domain: "loyalty", changedAtMs: customer.versionAtMs },
    afterSeconds: 0,
  });
}
