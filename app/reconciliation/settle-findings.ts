import type { Transaction } from "#app/db.server.ts";
import { ownersWrite, recordDiscrepancy } from "#app/discrepancies/index.server.ts";
import { comparedDomain } from "./compared-domains.ts";
import { finishRun } from "./finish-run.ts";
import {
  type FindingRow,
  findingPurpose,
  nextSuspicions,
  settleFindings,
} from "./finding-store.ts";
import type { RunDeps } from "./run-deps.ts";
import { moveRun, type RunRow } from "./run-store.ts";
import { settleMirror } from "./settle-mirror.ts";
import { repairId, traceparentOfRun } from "./repair-names.ts";
import type { SettledSystem } from "./settled.ts";
import { settleSystem } from "./settle-system.ts";
import type { Step } from "./step.ts";
import { waitForNews } from "./wait-for-learning.ts";

/** Suspicions that need a read by id are looked at so many at a time: one request for stock levels. */
const readAtOnce = 50;
/** Records Converge never knew need none. */
const newAtOnce = 500;
/** News of the mirror takes a moment to be processed before its state can be sent. */
const afterNewsSeconds = 5;

/**
 * The last phase: each suspicion is looked at again, and what is confirmed is put right or noted.
 * Whatever follows commits with the verdict; done twice, the news is the same and counts once.
 */
export async function settleSuspicions(deps: RunDeps, run: RunRow): Promise<Step> {
  const batch = batchOf(await nextSuspicions(deps.db, run.id, newAtOnce));
  const [first] = batch;
  if (first === undefined) return finishRun(deps, run);
  const wait = first.side === "system" ? await waitForNews(deps, run) : null;
  if (wait !== null) return wait;
  const looked =
    first.side === "mirror"
      ? await settleMirror(deps, run, batch)
      : { run, settled: await settleSystem(deps, run, batch) };
  const settled = looked.settled.map((one) => ({ tell: [], write: null, ...one }));
  return deps.db.transaction(async (tx) => ({
    run: await carryOut(deps, tx, looked.run, settled),
  }));
}

/** As many of one side as one look takes. */
function batchOf(waiting: readonly FindingRow[]): readonly FindingRow[] {
  const [first] = waiting;
  const isNew = (one: FindingRow) => one.kind === "missing_in_mirror";
  const alike = waiting.filter(
    (one) => one.side === first?.side && first !== undefined && isNew(one) === isNew(first),
  );
  return alike.slice(0, first !== undefined && isNew(first) ? newAtOnce : readAtOnce);
}

async function carryOut(
  deps: RunDeps,
  tx: Transaction,
  run: RunRow,
  settled: readonly SettledSystem[],
): Promise<RunRow> {
  const nowMs = deps.clock.now();
  // In one order, since others may find fault with the same records.
  const ordered = [...settled].sort((a, b) => (a.finding.key < b.finding.key ? -1 : 1));
  for (const { discrepancy } of ordered)
    if (discrepancy) await recordDiscrepancy(deps, tx, discrepancy);
  await deps.enqueue(
    tx,
    "tell-system",
    ordered.flatMap((one) => one.tell.map((id) => telling(run, one, id))),
  );
  await deps.enqueue(
    tx,
    "write-back",
    ordered.flatMap((one) => (one.write && one.discrepancy ? [writing(run, one)] : [])),
  );
  await settleFindings(
    tx,
    run.id,
    ordered.map((one) => verdictOf(deps, run, one)),
    nowMs,
  );
  const count = (...states: readonly string[]) =>
    ordered.filter((one) => states.includes(one.state)).length;
  return moveRun(
    tx,
    run,
    {
      found: count("repaired", "open"),
      repaired: count("repaired"),
      inFlight: count("in_flight"),
    },
    nowMs,
  );
}

function telling(run: RunRow, one: SettledSystem, id: string) {
  return {
    group: run.shop,
    startAfterSeconds: one.cause.startsWith("Missed webhook") ? afterNewsSeconds : 0,
    payload: {
      shop: run.shop,
      systemId: run.system,
      domain: run.domain,
      resource: { type: comparedDomain(run.domain).type, id },
      key: `${run.id}:${id}`,
      correlationId: `reconciliation:${run.id}`,
      traceparent: traceparentOfRun(run, id),
    },
  };
}

function writing(run: RunRow, { discrepancy, write, finding }: SettledSystem) {
  if (!discrepancy || !write) throw new Error("there is nothing to write");
  return ownersWrite({ ...discrepancy, eventId: repairId(run, finding.key) }, write);
}

function verdictOf(deps: RunDeps, run: RunRow, one: SettledSystem) {
  const { finding, state, field, shopify, other, cause, changedAt, discrepancy } = one;
  // Without a dispute the mirror is put right after Shopify; what does not count is nobody's.
  const ownerless = finding.side === "mirror" && state === "repaired" ? "shopify" : null;
  const detail = { shopify, other, cause, owner: discrepancy?.owner ?? ownerless };
  const purpose = findingPurpose(run.id, finding.side, finding.key);
  return {
    key: finding.key,
    side: finding.side,
    state,
    field,
    changedAt,
    detail: state === "gone" ? null : deps.vault.seal(JSON.stringify(detail), purpose),
  };
}
