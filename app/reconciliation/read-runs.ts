import { validate as isUuid } from "uuid";
import type { DataDomain } from "#app/data-domains.ts";
import type { Queryable } from "#app/db.server.ts";
import type { Vault } from "#app/vault/index.server.ts";
import {
  countAlike,
  countFindings,
  findingPurpose,
  type FindingRow,
  selectFindings,
} from "./finding-store.ts";
import { findPatterns } from "./find-patterns.ts";
import { findRun, selectRuns } from "./run-store.ts";
import { toRunView } from "./run-view.ts";
import type { FindingView, RunPattern, RunView, SideFields } from "./types.ts";

/** One comparison of a shop, or null. */
export async function getRun(db: Queryable, shop: string, id: string): Promise<RunView | null> {
  const row = isUuid(id) ? await findRun(db, shop, id) : null;
  return row && toRunView(row);
}

/** A page of a shop's comparisons, newest first; an unknown cursor starts anew. */
export async function listRuns(
  db: Queryable,
  shop: string,
  filter: { readonly domain?: DataDomain; readonly system?: string },
  page: { readonly limit: number; readonly after?: string | undefined },
): Promise<{ readonly items: RunView[]; readonly next: string | null }> {
  const after = page.after !== undefined && isUuid(page.after) ? page.after : null;
  const rows = await selectRuns(db, shop, filter, page.limit + 1, after);
  const items = rows.slice(0, page.limit).map(toRunView);
  return { items, next: rows.length > page.limit ? (items.at(-1)?.id ?? null) : null };
}

/** What differs most, over some comparisons of a shop, by the hours of its time zone. */
export async function readPatterns(
  db: Queryable,
  runs: readonly RunView[],
  timeZone: string | null,
): Promise<RunPattern[]> {
  const ids = runs.map((run) => run.id);
  return findPatterns(await countAlike(db, ids), timeZone);
}

/** Differences by what they are and what became of them. */
export type FindingCounts = Awaited<ReturnType<typeof countFindings>>;

/** A page of the differences of a comparison that belongs to the shop, and how many there are of each kind. */
export async function listFindings(
  deps: { readonly db: Queryable; readonly vault: Vault },
  runId: string,
  page: { readonly limit: number; readonly after: string | null; readonly counted?: boolean },
): Promise<{ items: FindingView[]; next: string | null; counts: FindingCounts }> {
  const rows = await selectFindings(deps.db, runId, {
    ...page,
    limit: page.limit + 1,
    after: readCursor(page.after),
  });
  const items = rows.slice(0, page.limit).map((row) => toView(deps.vault, runId, row));
  const last = rows.at(page.limit - 1);
  const more = rows.length > page.limit && last !== undefined;
  return {
    items,
    next: more ? JSON.stringify([last.side, last.key]) : null,
    counts: await countFindings(deps.db, runId),
  };
}

function readCursor(text: string | null): { side: string; key: string } | null {
  try {
    const [side, key] = JSON.parse(text ?? "null") as [unknown, unknown];
    return typeof side === "string" && typeof key === "string" ? { side, key } : null;
  } catch {
    return null;
  }
}

interface Detail {
  readonly shopify: SideFields;
  readonly other: SideFields;
  readonly owner: string | null;
  readonly cause: string;
}

function toView(vault: Vault, runId: string, row: FindingRow): FindingView {
  const { detail, settledAt, ...rest } = row;
  const purpose = findingPurpose(runId, row.side, row.key);
  const opened =
    detail === null
      ? { shopify: null, other: null, owner: null, cause: "" }
      : (JSON.parse(vault.open(detail, purpose).toString("utf8")) as Detail);
  return {
    ...rest,
    shopifyValue: opened.shopify,
    otherValue: opened.other,
    owner: opened.owner,
    cause: opened.cause,
    settledAt: settledAt?.toISOString() ?? null,
  };
}
