import type { AppContext } from "#app/context.server.ts";
import { systemsToAsk } from "#app/coordination/index.server.ts";
import { dataDomains } from "#app/data-domains.ts";
import {
  cancelRun,
  estimateRun,
  getRun,
  isComparable,
  listFindings,
  listRuns,
  readPatterns,
  startRun,
} from "#app/reconciliation/index.server.ts";
import type { RunEstimate, RunView } from "#app/reconciliation/types.ts";
import { getShop } from "#app/shops/index.server.ts";
import type { SavedFile } from "#app/ui/kit/save-file.ts";
import type { ActionOutcome } from "#app/ui/kit/toast.ts";
import { sideNames } from "#app/ui/words.ts";
import { differencesFile } from "./download.server.ts";

/** Runs listed, and drawn. */
const runsShown = 30;
/** Differences read at a time. */
const differencesPerPage = 50;

/** The comparisons of a shop, and one of them with what it found. */
export async function loadReconciliation(
  { db, vault, clock, shopify }: Pick<AppContext, "db" | "vault" | "clock" | "shopify">,
  shop: string,
  wanted: { readonly run: string | null; readonly after: string | null },
) {
  const [view, known, runs, connection] = await Promise.all([
    getShop(db, shop),
    systemsToAsk(db, shop),
    listRuns(db, shop, {}, { limit: runsShown }),
    shopify.readConnection(shop),
  ]);
  const chosen = wanted.run === null ? runs.items[0] : await getRun(db, shop, wanted.run);
  const page = { limit: differencesPerPage, after: wanted.after, counted: true };
  const { domain, system } = chosen ?? {};
  const alike =
    domain && system ? await listRuns(db, shop, { domain, system }, { limit: runsShown }) : null;
  const restoreRate = connection.budget?.restoreRate ?? null;
  const domains = dataDomains.filter(isComparable);
  const systems = known.filter((one) => one.shop === shop);
  return {
    loadedMs: clock.now(),
    timeZone: view?.timeZone ?? null,
    /** What can be compared; by a rule of its group, a system of another store may own it. */
    sides: sideNames(systems),
    names: sideNames(known),
    domains,
    estimates: estimatesOf(
      runs.items,
      domains,
      ["shopify", ...systems.map((one) => one.id)],
      restoreRate,
    ),
    /** The last runs of the chosen one's kind, newest first. */
    alike: alike?.items ?? [],
    patterns: await readPatterns(db, runs.items, view?.timeZone ?? null),
    runs: runs.items,
    chosen: chosen ?? null,
    differences: chosen ? await listFindings({ db, vault }, chosen.id, page) : null,
  };
}

/** What each comparison would take, by `domain system`. */
function estimatesOf(
  runs: readonly RunView[],
  domains: readonly string[],
  systems: readonly string[],
  restoreRate: number | null,
): Readonly<Record<string, RunEstimate>> {
  const pairs = domains.flatMap((domain) => systems.map((system) => ({ domain, system })));
  return Object.fromEntries(
    pairs.map(({ domain, system }) => {
      const last = runs.find(
        (run) => run.domain === domain && run.system === system && run.status === "completed",
      );
      return [`${domain} ${system}`, estimateRun(last, restoreRate)];
    }),
  );
}

/** What a download answers. */
export interface Downloaded {
  readonly file?: SavedFile;
}

/** Begins or ends a comparison, or tells what one found, as the form says. */
export async function actOnRuns(
  { db, vault, clock, queue }: Pick<AppContext, "db" | "vault" | "clock" | "queue">,
  shop: string,
  actor: string,
  form: FormData,
): Promise<ActionOutcome<Downloaded>> {
  const deps = { db, clock, enqueue: queue.enqueue };
  const download = form.get("download");
  if (typeof download === "string") {
    const file = await differencesFile({ db, vault }, shop, download);
    if (file !== null) return { ok: true, toast: "Differences downloaded", file };
    return { ok: false, errors: [{ field: "", message: "This run is no longer here." }] };
  }
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
