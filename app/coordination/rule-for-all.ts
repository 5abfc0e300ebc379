import type { Clock, Database, Queryable, Transaction } from "#app/db.server.ts";
import { readGroupRules, replaceGroupRulesIn } from "#app/ownership/index.server.ts";
import type { GroupRuleView, RuleError } from "#app/ownership/types.ts";
import { listSystemsOf } from "#app/systems/index.server.ts";
import { groupOf, lockGroup } from "./group-store.ts";
import type { StoreGroupView } from "./types.ts";

/** What became of rules for all stores of a group. */
export type RuledForAll =
  | { readonly outcome: "ruled"; readonly rules: readonly GroupRuleView[] }
  | { readonly outcome: "refused"; readonly errors: readonly RuleError[] }
  | { readonly outcome: "no_such_group" };

/**
 * Says who owns which data in the stores of a group. Any of its stores may; it holds in those that
 * follow it, which is theirs alone to say. A store that leaves meanwhile is not ruled for any more,
 * nor may its systems own.
 */
export async function ruleForAll(
  deps: { readonly db: Database; readonly clock: Clock },
  caller: { readonly shop: string; readonly actor: string },
  groupId: string,
  items: unknown,
): Promise<RuledForAll> {
  return deps.db.transaction(async (tx): Promise<RuledForAll> => {
    const group = await heldGroup(tx, caller.shop, groupId);
    if (group === null) return { outcome: "no_such_group" };
    const ruling = { clock: deps.clock, systemsOf: listSystemsOf };
    const ruled = await replaceGroupRulesIn(tx, ruling, caller, group, items);
    return ruled.ok
      ? { outcome: "ruled", rules: ruled.rules }
      : { outcome: "refused", errors: ruled.errors };
  });
}

/** The group with its stores as they are until the transaction ends. Null: the store is not in it. */
async function heldGroup(
  tx: Transaction,
  shop: string,
  groupId: string,
): Promise<StoreGroupView | null> {
  if ((await groupOf(tx, shop))?.id !== groupId || !(await lockGroup(tx, groupId))) return null;
  // It may have left while somebody else had the group.
  const group = await groupOf(tx, shop);
  return group?.id === groupId ? group : null;
}

/** The rules of a group for one of its stores. Null: the store is not in it. */
export async function rulesForAll(
  db: Queryable,
  shop: string,
  groupId: string,
): Promise<GroupRuleView[] | null> {
  return (await groupOf(db, shop))?.id === groupId ? readGroupRules(db, groupId) : null;
}
