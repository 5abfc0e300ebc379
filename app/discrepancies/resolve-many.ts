import { recordAudit } from "#app/observability/index.server.ts";
import { type ChosenDiscrepancies, closeDiscrepancies, lockChosen } from "./discrepancy-store.ts";
import { isDiscrepancyId, toView } from "./read-discrepancies.ts";
import { jobsFor, remedyOf, type ResolveDeps } from "./resolve-discrepancy.ts";

/** Decided in one transaction. */
const atOnce = 200;
/** Decided by one call; whoever has more calls again. */
const most = 10_000;

/**
 * A person's decision about many discrepancies: those named, or all that are open and that a filter
 * leaves, as they stand when it begins. What was decided in the meantime is left alone. Interrupted,
 * what was decided so far stays decided. Returns how many there were.
 */
export async function resolveMany(
  deps: ResolveDeps,
  shop: string,
  actor: string,
  chosen: ChosenDiscrepancies,
  decision: { readonly with: "owner" | "ignore"; readonly reason: string },
): Promise<number> {
  const ids = chosen.ids?.filter(isDiscrepancyId);
  const wanted = { ...chosen, ...(ids && { ids }) };
  const untilMs = deps.clock.now() + 1;
  for (let total = 0; ; ) {
    const done = await decideSome(deps, shop, actor, { wanted, untilMs }, decision);
    total += done;
    if (done < atOnce || total >= most) return total;
  }
}

async function decideSome(
  deps: ResolveDeps,
  shop: string,
  actor: string,
  { wanted, untilMs }: { readonly wanted: ChosenDiscrepancies; readonly untilMs: number },
  decision: { readonly with: "owner" | "ignore"; readonly reason: string },
): Promise<number> {
  return deps.db.transaction(async (tx) => {
    const rows = await lockChosen(tx, shop, wanted, untilMs, atOnce);
    if (rows.length === 0) return 0;
    const status = decision.with === "owner" ? "resolved" : "ignored";
    const ids = rows.map((row) => row.id);
    await closeDiscrepancies(tx, ids, status, decision.reason, deps.clock.now());
    const found = (decision.with === "owner" ? rows : []).map((row) => ({
      view: toView(deps.vault, row),
      traceparent: row.traceparent,
    }));
    const resources = found.map(({ view }) => view.resource);
    const gone = await deps.goneAmong(tx, shop, resources);
    const jobs = found.map(({ view, traceparent }) =>
      jobsFor(remedyOf(view, gone), view, traceparent, shop),
    );
    const writes = jobs.flatMap((one) => one.writes);
    const tellings = jobs.flatMap((one) => one.tellings);
    await deps.enqueue(tx, "write-back", writes);
    await deps.enqueue(tx, "tell-system", tellings);
    await recordAudit(tx, {
      shop,
      actor,
      action: `discrepancies.${status}`,
      subject: ids[0] ?? "",
      detail: {
        reason: decision.reason,
        count: rows.length,
        writes: writes.length,
        sent: tellings.length,
      },
    });
    return rows.length;
  });
}
