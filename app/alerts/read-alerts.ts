import { validate as isUuid } from "uuid";
import type { Queryable } from "#app/db.server.ts";
import { type AlertFilter, selectAlerts } from "./alert-store.ts";
import type { AlertView } from "./types.ts";

/** A page of a shop's alerts, the newest first; what is no cursor begins anew. */
export async function listAlerts(
  db: Queryable,
  shop: string,
  filter: AlertFilter,
  page: { readonly limit: number; readonly after?: string | undefined },
): Promise<{ readonly items: AlertView[]; readonly next: string | null }> {
  const after = page.after && isUuid(page.after) ? page.after : undefined;
  const rows = await selectAlerts(db, shop, filter, page.limit + 1, after);
  const items = rows.slice(0, page.limit);
  return { items, next: rows.length > page.limit ? (items.at(-1)?.id ?? null) : null };
}
