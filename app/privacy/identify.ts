import type { Database } from "#app/db.server.ts";
import { parseLossless } from "#app/events/index.server.ts";
import { idsAfter, sealedStates, statePurpose } from "#app/mirror/index.server.ts";
import type { Vault } from "#app/vault/index.server.ts";
import { numbersOf, type PrivacyOrder } from "./read-order.ts";
import type { RequestSubject } from "./request-store.ts";

/** What finding a person takes. */
export interface IdentifyDeps {
  readonly db: Database;
  readonly vault: Vault;
}

const recordsAtOnce = 500;

/**
 * Whom an order is about that names no customer's number: the customer and the orders here that have
 * its e-mail address. What is at rest is sealed, so each is opened and looked at. Erasing empties
 * what they were found by, hence `before`: what an earlier pass wrote down.
 */
export async function identify(
  deps: IdentifyDeps,
  shop: string,
  order: PrivacyOrder,
  before: RequestSubject | null,
): Promise<PrivacyOrder> {
  if (order.customerId !== null || order.email === null) return order;
  const email = order.email.toLowerCase();
  const [customerId = before?.customerId ?? null] = await idsWith(deps, shop, "Customer", email);
  const orders = await idsWith(deps, shop, "Order", email);
  const orderIds = [...new Set([...order.orderIds, ...(before?.orderIds ?? []), ...orders])];
  const numbers = numbersOf([...(customerId === null ? [] : [customerId]), ...orderIds]);
  return { ...order, customerId, orderIds, words: [...new Set([...order.words, ...numbers])] };
}

async function idsWith(
  { db, vault }: IdentifyDeps,
  shop: string,
  type: string,
  email: string,
): Promise<string[]> {
  const found: string[] = [];
  for (let after = ""; ; ) {
    const page = (await idsAfter(db, shop, type, after, recordsAtOnce)).map(({ id }) => id);
    const last = page.at(-1);
    if (last === undefined) return found;
    for (const { id, state } of await sealedStates(db, shop, page)) {
      const text = vault.open(state, statePurpose(shop, type, id)).toString("utf8");
      const { email: own } = parseLossless(text) as { readonly email?: unknown };
      if (typeof own === "string" && own.toLowerCase() === email) found.push(id);
    }
    after = last;
  }
}
