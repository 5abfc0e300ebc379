import type { Queryable } from "#app/db.server.ts";
import { readRules } from "#app/ownership/index.server.ts";
import { shopifyOwner } from "#app/ownership/types.ts";
import { membersOf, poolOwnerOf } from "./group-store.ts";

/**
 * Whether a system's word sets the pools of its store's group: it owns inventory in that store, and
 * no other system that owns it in another store of the group was first. Null: it does; else why not.
 */
export async function refusalOfOwner(
  db: Queryable,
  groupId: string,
  shop: string,
  systemId: string,
): Promise<string | null> {
  if (!(await ownsInventory(db, shop, systemId)))
    return "Your system does not own inventory in its store. Nothing was changed. The merchant can change that under Ownership.";
  const first = await poolOwnerOf(db, groupId);
  if (first === null || first === systemId) return null;
  for (const member of (await membersOf(db, [groupId])).get(groupId) ?? [])
    if (await ownsInventory(db, member.shop, first))
      return "The pools of this group are set by a system of another of its stores. Nothing was changed: one system owns them.";
  return null;
}

/** Stands for the system in a word that a merchant gave by hand. */
export const merchantsWord = "merchant";

/**
 * Whether a merchant may count by hand in a group: no system that owns inventory in one of its stores
 * says how many there are. Null: so it is; else why not.
 */
export async function refusalOfCount(db: Queryable, groupId: string): Promise<string | null> {
  for (const { shop } of (await membersOf(db, [groupId])).get(groupId) ?? [])
    if ((await ownerOfInventory(db, shop)) !== shopifyOwner)
      return `A system that owns inventory in ${shop} says how many there are. Have it send the count, or change who owns inventory under Ownership.`;
  return null;
}

async function ownerOfInventory(db: Queryable, shop: string): Promise<string | undefined> {
  const rules = await readRules(db, shop);
  return rules.find((rule) => rule.domain === "inventory")?.owner;
}

async function ownsInventory(db: Queryable, shop: string, systemId: string): Promise<boolean> {
  return (await ownerOfInventory(db, shop)) === systemId;
}
