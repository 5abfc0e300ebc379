import type { Clock, Transaction } from "#app/db.server.ts";
import { recordAudit } from "#app/observability/index.server.ts";
import { readGroupRules, writeGroupRules } from "./group-rule-store.ts";
import { parseGroupRules } from "./parse-group-rules.ts";
import { lockRules } from "./rule-store.ts";
import { tellFollowers } from "./tell-followers.ts";
import type { GroupRuleView, RuleError } from "./types.ts";

/** What replacing the rules of a group takes. */
export interface GroupRuleDeps {
  readonly clock: Clock;
  /** The systems connected to some shops, read in the transaction that writes the rules. */
  readonly systemsOf: (
    tx: Transaction,
    shops: readonly string[],
  ) => Promise<readonly { readonly id: string; readonly shop: string }[]>;
}

/**
 * Replaces the rules of a group, all at once or not at all, in the transaction of the caller, who holds
 * the group. A system that is being disconnected meanwhile is either refused here, or gives its
 * domains back after this, and so is a store that begins to follow: the rules of all stores are held.
 */
export async function replaceGroupRulesIn(
  tx: Transaction,
  deps: GroupRuleDeps,
  caller: { readonly shop: string; readonly actor: string },
  group: { readonly id: string; readonly shops: readonly string[] },
  items: unknown,
): Promise<{ ok: true; rules: GroupRuleView[] } | { ok: false; errors: RuleError[] }> {
  await lockRules(tx, ...group.shops);
  const systems = await deps.systemsOf(tx, group.shops);
  const parsed = parseGroupRules(items, new Map(systems.map(({ id, shop }) => [id, shop])));
  if (!parsed.ok) return parsed;
  const before = await readGroupRules(tx, group.id);
  await writeGroupRules(tx, group.id, parsed.rules, deps.clock.now());
  const rules = await readGroupRules(tx, group.id);
  const changed = before.filter((was) => !rules.some((rule) => saysTheSame(was, rule)));
  await tellFollowers(
    tx,
    changed.map((was) => ({ ...was, groupId: group.id })),
    caller.shop,
  );
  const said = rules.map(({ followedBy: _followedBy, ...rule }) => rule);
  await recordAudit(tx, {
    ...caller,
    action: "store-group.rules-replaced",
    subject: group.id,
    detail: { rules: said },
  });
  return { ok: true, rules };
}

function saysTheSame(one: GroupRuleView, other: GroupRuleView): boolean {
  return (
    one.domain === other.domain &&
    one.owner === other.owner &&
    one.onForeignWrite === other.onForeignWrite
  );
}
