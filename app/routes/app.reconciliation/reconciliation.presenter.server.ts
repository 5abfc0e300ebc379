import type { AppContext } from "#app/context.server.ts";
import { dataDomains } from "#app/data-domains.ts";
import {
  cancelRun,
  getRun,
  isComparable,
  listFindings,
  listRuns,
  startRun,
} from "#app/reconciliation/index.server.ts";
import { getShop } from "#app/shops/index.server.ts";
import { listSystems } from "#app/systems/index.server.ts";
import type { ActionOutcome } from "#app/ui/kit/toast.ts";

/** Differences read at a time. */
const differencesPerPage = 50;

/** The comparisons of a shop, and one of them with what it found. */
export async function loadReconciliation(
  { db, vault, clock }: Pick<AppContext, "db" | "vault" | "clock">,
  shop: string,
  wanted: { readonly run: string | null; readonly after: string | null },
) {
  const [view, systems, runs] = await Promise.all([
    getShop(db, shop),
    listSystems(db, shop),
    listRuns(db, shop, {}, { limit: 30 }),
  ]);
  const chosen = wanted.run === null ? runs.items[0] : await getRun(db, shop, wanted.run);
  const page = { limit: differencesPerPage, after: wanted.after, counted: true };
  return {
    loadedMs: clock.now(),
    timeZone: view?.timeZone ?? null,
    names: {
      shopify: "Shopify",
      ...Object.fromEntries(systems.map((system) => [system.id, system.name])),
    } as Readonly<Record<string, string>>,
    domains: dataDomains.filter(isComparable),
    runs: runs.items,
    chosen: chosen ?? null,
    differences: chosen ? await listFindings({ db, vault }, chosen.id, page) : null,
  };
}

/** Begins or ends a comparison, as the form says. */
export async function actOnRuns(
  { db, clock, queue }: Pick<AppContext, "db" | "clock" | "queue">,
  shop: string,
  actor: string,
  form: FormData,
): Promise<ActionOutcome> {
  const deps = { db, clock, enqueue: queue.enqueue };
  const cancel = form.get("cancel");
  if (typeof cancel === "string") {
    if (await cancelRun(deps, shop, actor, cancel)) return { ok: true, toast: "Run cancelled" };
    return { ok: false, errors: [{ field: "", message: "This run is over already." }] };
  }
  const domain = dataDomains.find((item) => item === form.get("domain"));
  const system = form.get("system");
  if (domain === undefined || typeof system !== "string")
    return { ok: false, errors: [{ field: "domain", message: "Choose what to compare." }] };
  const mode = form.get("mode") === "report" ? "report" : "repair";
  const started = await startRun(deps, shop, { domain, system, mode, trigger: "manual", actor });
  if (started.ok) return { ok: true, toast: "Run started" };
  return { ok: false, errors: [{ field: started.field, message: started.message }] };
}
