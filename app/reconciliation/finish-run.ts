import { closeAgreed, listDiscrepancies } from "#app/discrepancies/index.server.ts";
import type { DiscrepancyView } from "#app/discrepancies/types.ts";
import type { Queryable } from "#app/db.server.ts";
import { differingRecords } from "./finding-store.ts";
import type { RunDeps } from "./run-deps.ts";
import { dropRows } from "./row-store.ts";
import { moveRun, type RunRow } from "./run-store.ts";
import type { Step } from "./step.ts";

/** Discrepancies looked through at a time. */
const pageSize = 200;
/** What a comparison of two full states can find, and so can find to be gone. */
const comparedKinds: ReadonlySet<string> = new Set([
  "value",
  "missing_in_system",
  "missing_in_shopify",
]);

/**
 * The end: what was open about the system before and was not met again agrees by now. Nothing is
 * concluded from part of the data, or from a full state with lines nobody could read.
 */
export async function finishRun(deps: RunDeps, run: RunRow): Promise<Step> {
  const { work } = run;
  const whole = work.partial !== true && work.snapshotGaps !== true;
  if (run.system !== "shopify" && whole) await closeWhatAgrees(deps, run);
  const moved = await moveRun(
    deps.db,
    run,
    { status: "completed", note: closingNote(run) },
    deps.clock.now(),
  );
  await dropRows(deps.db, run.id);
  return { run: moved };
}

function closingNote({ note, work }: RunRow): string | null {
  const notes = [
    work.partial === true ? note : null,
    work.snapshotGaps === true
      ? "Lines of the system's list could not be read, so nothing was reported as missing there."
      : null,
    (work.ambiguous ?? 0) > 0
      ? `${String(work.ambiguous)} rows share a SKU with another article and could not be compared.`
      : null,
  ];
  return notes.filter((one) => one !== null).join(" ") || null;
}

async function closeWhatAgrees(deps: RunDeps, run: RunRow): Promise<void> {
  for (let after: string | undefined; ; ) {
    const page = await listDiscrepancies(
      deps,
      run.shop,
      { status: "open", domain: run.domain, system: run.system },
      { limit: pageSize, after },
    );
    const before = page.items.filter(
      (item) =>
        comparedKinds.has(item.kind) && Date.parse(item.lastSeenAt) < run.started_at.getTime(),
    );
    const agreed = await agreedAmong(deps.db, run.id, before);
    await deps.db.transaction((tx) =>
      closeAgreed(tx, run.shop, agreed, "Both sides agree again.", deps.clock.now()),
    );
    if (page.next === null) return;
    after = page.next;
  }
}

async function agreedAmong(
  db: Queryable,
  runId: string,
  items: readonly DiscrepancyView[],
): Promise<string[]> {
  const met = await differingRecords(
    db,
    runId,
    items.map((item) => item.resource.id),
    items.flatMap((item) => item.resource.sku ?? []),
  );
  return items
    .filter(({ resource }) => !met.has(resource.id) && !met.has(`sku ${resource.sku ?? ""}`))
    .map((item) => item.id);
}
