import type { Queryable } from "#app/db.server.ts";
import { readRules } from "#app/ownership/index.server.ts";
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

async function ownsInventory(db: Queryable, shop: string, systemId: string): Promise<boolean> {
  const rules = await readRules(db, shop);
  return rules.find((rule) => rule.domain === "inventory")?.owner === systemId;
}
