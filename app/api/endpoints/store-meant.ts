import { groupOf } from "#app/coordination/index.server.ts";
import type { Queryable } from "#app/db.server.ts";
import { readRules } from "#app/ownership/index.server.ts";
import type { OwnershipRule } from "#app/ownership/types.ts";
import { readChange } from "#app/write-back/index.server.ts";
import type { IntentView } from "#app/write-back/types.ts";
import { invalid, Problem } from "../problem.ts";

/** A system, and the store it is connected to. */
interface CallingSystem {
  readonly shop: string;
  readonly systemId: string;
}

/**
 * The store a change is about: that of the system, or another one of its group. Whether the system
 * owns anything there is asked afterwards. @throws Problem 422
 */
export async function storeMeant(
  db: Queryable,
  { shop }: CallingSystem,
  named: string | undefined,
): Promise<string> {
  if (named === undefined || named === shop) return shop;
  const group = await groupOf(db, shop);
  if (group?.shops.includes(named) === true) return named;
  const others = group === null ? "" : " and the other stores of its group";
  throw invalid([{ field: "shop", message: `This key is for ${shop}${others} only.` }]);
}

/**
 * Refuses a system that does not own what it wants to change, and says by whose rule.
 * @throws Problem 409
 */
export async function refuseUnlessOwner(
  db: Queryable,
  { shop, systemId }: CallingSystem,
  store: string,
  domain: OwnershipRule["domain"],
): Promise<void> {
  const rule = (await readRules(db, store)).find((one) => one.domain === domain);
  if (rule?.owner === systemId) return;
  const where = store === shop ? "this store" : store;
  const owner = rule?.owner === "shopify" ? "Shopify does" : "another system does";
  const group = rule?.source === "group" ? await groupOf(db, store) : null;
  const by = group === null ? owner : `by the rule of its store group "${group.name}", ${owner}`;
  const place = group === null ? "under Ownership" : "under Ownership or with the store group";
  throw new Problem(
    409,
    `Your system does not own ${domain} in ${where}: ${by}. Nothing was written. The merchant can change that ${place}.`,
  );
}

/**
 * What became of a system's change in another store of its group: of one it wrote, or of one that
 * waits while the system owns data there. Null: there is no such change.
 */
export async function findElsewhere(
  db: Queryable,
  { shop, systemId }: CallingSystem,
  id: string,
): Promise<IntentView | null> {
  for (const store of (await groupOf(db, shop))?.shops ?? []) {
    const change = store === shop ? null : await readChange(db, store, id);
    if (change === null) continue;
    if (change.systemId === systemId) return change;
    const owns = (await readRules(db, store)).some((rule) => rule.owner === systemId);
    return change.systemId === null && owns ? change : null;
  }
  return null;
}
