import type { Transaction } from "#app/db.server.ts";
import { recordAudit } from "#app/observability/index.server.ts";
import type { ChangedRule } from "./group-rule-store.ts";

/**
 * Notes in the log of each store that a rule it follows became another one by somebody else's doing;
 * `but`: the store where it was done, whose log has it already. The log names no other store: that one
 * may have to be forgotten.
 */
export async function tellFollowers(
  tx: Transaction,
  changed: readonly ChangedRule[],
  but: string,
): Promise<void> {
  for (const { groupId, domain, followedBy } of changed)
    for (const shop of followedBy)
      if (shop !== but)
        await recordAudit(tx, {
          shop,
          actor: "another store",
          action: "store-group.rule-changed",
          subject: groupId,
          detail: { domain },
        });
}
