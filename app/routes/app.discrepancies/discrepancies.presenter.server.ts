import type { AppContext } from "#app/context.server.ts";
import { systemsToAsk } from "#app/coordination/index.server.ts";
import {
  countOpenDiscrepancies,
  listDiscrepancies,
  remedyOf,
  resolveDiscrepancy,
  resolveMany,
} from "#app/discrepancies/index.server.ts";
import { type DiscrepancyStatus, discrepancyStatuses } from "#app/discrepancies/types.ts";
import { goneAmong } from "#app/mirror/index.server.ts";
import { getShop } from "#app/shops/index.server.ts";
import type { ActionOutcome } from "#app/ui/kit/toast.ts";
import { countOf } from "#app/ui/format/number.ts";
import { type Decision, discrepanciesHref, type DiscrepancyScope, rowsPerPage } from "./form.ts";
import { sideNames } from "#app/ui/words.ts";
import { placesOf } from "./places.server.ts";

const tabWords = { open: "Open", resolved: "Settled", ignored: "Ignored" } as const;

/** One page of discrepancies of one status and scope. */
export async function loadDiscrepancies(
  { db, vault, clock }: Pick<AppContext, "db" | "vault" | "clock">,
  shop: string,
  wanted: {
    readonly status: DiscrepancyStatus;
    readonly scope: DiscrepancyScope;
    readonly after: string | null;
  },
) {
  const { status, scope, after } = wanted;
  const filter = filterOf(scope);
  const paging = { limit: rowsPerPage, ...(after === null ? {} : { after }) };
  const [view, systems, page, open] = await Promise.all([
    getShop(db, shop),
    systemsToAsk(db, shop),
    listDiscrepancies({ db, vault }, shop, { status, ...filter }, paging),
    countOpenDiscrepancies(db, shop, filter),
  ]);
  const [gone, places] = await Promise.all([
    goneAmong(
      db,
      shop,
      page.items.map(({ resource }) => resource),
    ),
    placesOf({ db, vault }, shop, page.items),
  ]);
  return {
    loadedMs: clock.now(),
    timeZone: view?.timeZone ?? null,
    status,
    scope,
    open: { count: open.count, capped: open.capped },
    systems: systems.filter((one) => one.shop === shop).map(({ id, name }) => ({ id, name })),
    // By a rule of its group, a system of another store may be the owner.
    names: sideNames(systems),
    rows: page.items.map((item) => ({
      ...item,
      remedy: remedyOf(item, gone),
      place: places.get(item.id) ?? null,
    })),
    next: page.next,
    views: discrepancyStatuses.map((item) => ({
      label: tabWords[item],
      to: discrepanciesHref({ status: item, scope }),
      current: item === status,
    })),
  };
}

function filterOf({ domain, system }: DiscrepancyScope) {
  return { ...(domain !== null && { domain }), ...(system !== null && { system }) };
}

/** Does what a person decided; what was decided in the meantime is left alone. */
export async function decide(
  { db, vault, clock, queue }: Pick<AppContext, "db" | "vault" | "clock" | "queue">,
  shop: string,
  actor: string,
  { about, ...decision }: Decision,
): Promise<ActionOutcome> {
  const deps = { db, vault, clock, enqueue: queue.enqueue, goneAmong };
  const [only, ...others] = "ids" in about ? about.ids : [];
  if (only !== undefined && others.length === 0) {
    const done = await resolveDiscrepancy(deps, shop, actor, only, decision);
    if (done?.outcome !== "done") return nothingLeft;
    if (decision.with === "ignore") return { ok: true, toast: "Discrepancy ignored" };
    return { ok: true, toast: toasts[done.remedy] };
  }
  const chosen = "ids" in about ? about : { filter: filterOf(about.scope) };
  const count = await resolveMany(deps, shop, actor, chosen, decision);
  if (count === 0) return nothingLeft;
  const what = countOf(count, "discrepancy", "discrepancies");
  return { ok: true, toast: `${what} ${decision.with === "ignore" ? "ignored" : "settled"}` };
}

const nothingLeft: ActionOutcome = {
  ok: false,
  errors: [{ field: "", message: "Somebody decided about this already." }],
};

const toasts = {
  write: "Owner's value queued",
  tell: "Change queued",
  gone: "Marked as settled",
  none: "Marked as settled",
} as const;
