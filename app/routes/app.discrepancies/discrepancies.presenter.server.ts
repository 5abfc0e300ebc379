import type { AppContext } from "#app/context.server.ts";
import {
  remedyOf,
  listDiscrepancies,
  resolveDiscrepancy,
} from "#app/discrepancies/index.server.ts";
import { type DiscrepancyStatus, discrepancyStatuses } from "#app/discrepancies/types.ts";
import { getShop } from "#app/shops/index.server.ts";
import { listSystems } from "#app/systems/index.server.ts";
import type { ActionOutcome } from "#app/ui/kit/toast.ts";
import { type Decision, rowsPerPage } from "./form.ts";

const tabWords = { open: "Open", resolved: "Settled", ignored: "Ignored" } as const;

/** One page of discrepancies of one status. */
export async function loadDiscrepancies(
  { db, vault, clock }: Pick<AppContext, "db" | "vault" | "clock">,
  shop: string,
  wanted: { readonly status: DiscrepancyStatus; readonly after: string | null },
) {
  const { status, after } = wanted;
  const paging = { limit: rowsPerPage, ...(after === null ? {} : { after }) };
  const [view, systems, page] = await Promise.all([
    getShop(db, shop),
    listSystems(db, shop),
    listDiscrepancies({ db, vault }, shop, { status }, paging),
  ]);
  return {
    loadedMs: clock.now(),
    timeZone: view?.timeZone ?? null,
    status,
    names: {
      shopify: "Shopify",
      ...Object.fromEntries(systems.map((system) => [system.id, system.name])),
    } as Readonly<Record<string, string>>,
    rows: page.items.map((item) => ({ ...item, remedy: remedyOf(item) })),
    next: page.next,
    views: discrepancyStatuses.map((item) => ({
      label: tabWords[item],
      to: `/app/discrepancies?status=${item}`,
      current: item === status,
    })),
  };
}

/** Does what a person decided; what was decided in the meantime is left alone. */
export async function decide(
  { db, vault, clock, queue }: Pick<AppContext, "db" | "vault" | "clock" | "queue">,
  shop: string,
  actor: string,
  { id, ...decision }: Decision,
): Promise<ActionOutcome> {
  const deps = { db, vault, clock, enqueue: queue.enqueue };
  const done = await resolveDiscrepancy(deps, shop, actor, id, decision);
  if (done?.outcome !== "done") {
    const message = "Somebody decided about this already.";
    return { ok: false, errors: [{ field: "", message }] };
  }
  if (decision.with === "ignore") return { ok: true, toast: "Discrepancy ignored" };
  return { ok: true, toast: toasts[remedyOf(done.discrepancy)] };
}

const toasts = {
  write: "Owner's value queued",
  tell: "Change queued",
  none: "Marked as settled",
} as const;
