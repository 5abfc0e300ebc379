import type { Queryable } from "#app/db.server.ts";
import type { Vault } from "#app/vault/index.server.ts";
import {
  countFound,
  countOpen,
  findDiscrepancy,
  selectDiscrepancies,
  valuesPurpose,
  type DiscrepancyRow,
} from "./discrepancy-store.ts";
import type { DiscrepancyFilter, DiscrepancyView, SideValue } from "./types.ts";

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether a text can be the id of a discrepancy at all. */
export function isDiscrepancyId(text: string): boolean {
  return uuid.test(text);
}

/** A page of a shop's discrepancies, newest first; an unknown cursor starts anew. */
export async function listDiscrepancies(
  deps: { readonly db: Queryable; readonly vault: Vault },
  shop: string,
  filter: DiscrepancyFilter,
  page: { readonly limit: number; readonly after?: string | undefined },
): Promise<{ readonly items: DiscrepancyView[]; readonly next: string | null }> {
  const after = page.after && isDiscrepancyId(page.after) ? page.after : undefined;
  const rows = await selectDiscrepancies(deps.db, shop, filter, page.limit + 1, after);
  const items = rows.slice(0, page.limit).map((row) => toView(deps.vault, row));
  return { items, next: rows.length > page.limit ? (items.at(-1)?.id ?? null) : null };
}

const openCap = 1_000;

/** How many discrepancies of a shop are open (counts 1,000 at most), and since when the newest is. */
export async function countOpenDiscrepancies(
  db: Queryable,
  shop: string,
  filter: Pick<DiscrepancyFilter, "domain" | "system"> = {},
): Promise<{ count: number; capped: boolean; newestAt: string | null }> {
  const open = await countOpen(db, shop, openCap, filter);
  return { ...open, capped: open.count === openCap };
}

/** How many discrepancies were found in each of some equal spans of time (counts 10,000 at most). */
export async function foundSeries(
  db: Queryable,
  shop: string,
  fromMs: number,
  toMs: number,
  points: number,
): Promise<number[]> {
  return countFound(db, shop, { fromMs, toMs, points }, 10_000);
}

/** One discrepancy of a shop, or null. */
export async function getDiscrepancy(
  deps: { readonly db: Queryable; readonly vault: Vault },
  shop: string,
  id: string,
): Promise<DiscrepancyView | null> {
  const row = isDiscrepancyId(id) ? await findDiscrepancy(deps.db, shop, id) : null;
  return row && toView(deps.vault, row);
}

/** A stored discrepancy with its values opened. */
export function toView(vault: Vault, row: DiscrepancyRow): DiscrepancyView {
  const sides = JSON.parse(
    vault.open(row.values, valuesPurpose(row.shop, row.resource_id)).toString("utf8"),
  ) as { shopifyValue: SideValue; systemValue: SideValue };
  return {
    id: row.id,
    domain: row.domain,
    kind: row.kind,
    system: row.system_id === "" ? null : row.system_id,
    resource: {
      type: row.resource_type,
      id: row.resource_id,
      locationId: row.location_id === "" ? null : row.location_id,
      sku: row.sku,
    },
    ...sides,
    owner: row.owner,
    cause: row.cause,
    status: row.status,
    times: row.times,
    firstSeenAt: row.first_seen_at.toISOString(),
    lastSeenAt: row.last_seen_at.toISOString(),
    resolvedAt: row.resolved_at?.toISOString() ?? null,
    resolution: row.resolution,
    eventId: row.event_id,
    correlationId: row.correlation_id,
  };
}
