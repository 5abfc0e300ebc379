import { validate as isUuid } from "uuid";
import type { Clock, Database, Queryable } from "#app/db.server.ts";
import { recordAudit } from "#app/observability/index.server.ts";
import { type IssueCursor, issueOf, issuesOf, setIssueState } from "./issue-store.ts";
import type { DeliveryIssue, DeliveryIssueState } from "./types.ts";

/**
 * A page of a shop's failures grouped by cause, the most recently seen first; unless told, those that
 * need a person. What is no cursor begins anew.
 */
export async function listIssues(
  db: Queryable,
  shop: string,
  options: {
    readonly states?: readonly DeliveryIssueState[];
    readonly systemId?: string | undefined;
    readonly limit?: number;
    readonly after?: string | undefined;
  } = {},
): Promise<{ readonly items: DeliveryIssue[]; readonly next: string | null }> {
  const { states = ["open", "acknowledged"], systemId, limit = 50, after } = options;
  const cursor = after === undefined ? null : readCursor(after);
  const rows = await issuesOf(db, shop, { states, systemId, cursor, limit: limit + 1 });
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const next = last ? `${String(Date.parse(last.lastSeenAt))}.${last.id}` : null;
  return { items, next: rows.length > limit ? next : null };
}

function readCursor(text: string): IssueCursor | null {
  const [, ms, id = ""] = /^(\d{1,15})\.(.*)$/.exec(text) ?? [];
  return isUuid(id) ? { lastSeenMs: Number(ms), id } : null;
}

/**
 * Somebody looks after it. Null when the shop has no such issue; one that is not open stays as it is,
 * which its state tells.
 */
export async function acknowledgeIssue(
  deps: IssueDeps,
  shop: string,
  actor: string,
  id: string,
): Promise<DeliveryIssue | null> {
  return decide(deps, shop, actor, id, { from: ["open"], to: "acknowledged" });
}

/** Nobody needs to: further failures of this cause only count. Null when the shop has no such issue. */
export async function ignoreIssue(
  deps: IssueDeps,
  shop: string,
  actor: string,
  id: string,
): Promise<DeliveryIssue | null> {
  const from = ["open", "acknowledged", "resolved"] as const;
  return decide(deps, shop, actor, id, { from, to: "ignored" });
}

/** Somebody has to look after it after all. Null when the shop has no such issue. */
export async function reopenIssue(
  deps: IssueDeps,
  shop: string,
  actor: string,
  id: string,
): Promise<DeliveryIssue | null> {
  const from = ["acknowledged", "resolved", "ignored"] as const;
  return decide(deps, shop, actor, id, { from, to: "open" });
}

interface IssueDeps {
  readonly db: Database;
  readonly clock: Clock;
}

const pastOf = { acknowledged: "acknowledged", ignored: "ignored", open: "reopened" } as const;

async function decide(
  deps: IssueDeps,
  shop: string,
  actor: string,
  id: string,
  change: { readonly from: readonly DeliveryIssueState[]; readonly to: keyof typeof pastOf },
): Promise<DeliveryIssue | null> {
  if (!isUuid(id)) return null;
  return deps.db.transaction(async (tx) => {
    const issue = await setIssueState(tx, shop, id, change, deps.clock.now());
    if (!issue) return issueOf(tx, shop, id);
    await recordAudit(tx, {
      shop,
      actor,
      action: `delivery-issue.${pastOf[change.to]}`,
      subject: id,
      detail: { systemId: issue.systemId, cause: issue.cause },
    });
    return issue;
  });
}
