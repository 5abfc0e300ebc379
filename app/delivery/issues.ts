import { validate as isUuid } from "uuid";
import type { Clock, Database, Queryable } from "#app/db.server.ts";
import { recordAudit } from "#app/observability/index.server.ts";
import { issuesOf, setIssueState } from "./issue-store.ts";
import type { DeliveryIssue, DeliveryIssueState } from "./types.ts";

/** Failures of a shop grouped by cause, the most recently seen first; unless told, those that need a person. */
export async function listIssues(
  db: Queryable,
  shop: string,
  options: {
    readonly states?: readonly DeliveryIssueState[];
    readonly limit?: number;
  } = {},
): Promise<DeliveryIssue[]> {
  const { states = ["open", "acknowledged"], limit = 50 } = options;
  return issuesOf(db, shop, { states, limit });
}

/** Somebody looks after it. Null when the shop has no such open issue. */
export async function acknowledgeIssue(
  deps: IssueDeps,
  shop: string,
  actor: string,
  id: string,
): Promise<DeliveryIssue | null> {
  return decide(deps, shop, actor, id, { from: ["open"], to: "acknowledged" });
}

/** Nobody needs to: further failures of this cause only count. Null when there is no such issue to ignore. */
export async function ignoreIssue(
  deps: IssueDeps,
  shop: string,
  actor: string,
  id: string,
): Promise<DeliveryIssue | null> {
  const from = ["open", "acknowledged", "resolved"] as const;
  return decide(deps, shop, actor, id, { from, to: "ignored" });
}

interface IssueDeps {
  readonly db: Database;
  readonly clock: Clock;
}

async function decide(
  deps: IssueDeps,
  shop: string,
  actor: string,
  id: string,
  change: { readonly from: readonly DeliveryIssueState[]; readonly to: "acknowledged" | "ignored" },
): Promise<DeliveryIssue | null> {
  if (!isUuid(id)) return null;
  return deps.db.transaction(async (tx) => {
    const issue = await setIssueState(tx, shop, id, change, deps.clock.now());
    if (issue)
      await recordAudit(tx, {
        shop,
        actor,
        action: `delivery-issue.${change.to}`,
        subject: id,
        detail: { systemId: issue.systemId, cause: issue.cause },
      });
    return issue;
  });
}
