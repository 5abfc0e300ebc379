import { v7 as uuidv7 } from "uuid";
import type { DataDomain } from "#app/data-domains.ts";
import type { Clock, Database } from "#app/db.server.ts";
import { recordAudit } from "#app/observability/index.server.ts";
import { getSystem } from "#app/systems/index.server.ts";
import type { RunDeps } from "./run-deps.ts";
import { endRun, insertRun } from "./run-store.ts";
import { toRunView } from "./run-view.ts";
import { currentSnapshot } from "./snapshot-store.ts";
import { isComparable } from "./take-snapshot.ts";
import type { RunMode, RunTrigger, RunView } from "./types.ts";

/** What beginning and ending comparisons takes. */
export interface StartDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly enqueue: RunDeps["enqueue"];
}

/** What to compare. */
export interface RunRequest {
  readonly domain: DataDomain;
  /** `shopify`: the mirror only; else a system too. */
  readonly system: string;
  readonly mode: RunMode;
  readonly trigger: RunTrigger;
  readonly actor: string;
}

/** A comparison that was begun, or why not: a field that is wrong, or a state that forbids it. */
export type StartedRun =
  | { readonly ok: true; readonly run: RunView }
  | {
      readonly ok: false;
      readonly because: "field" | "state";
      readonly field: "domain" | "system";
      readonly message: string;
    };

/** Begins a comparison, unless one of the same runs already. */
export async function startRun(
  deps: StartDeps,
  shop: string,
  request: RunRequest,
): Promise<StartedRun> {
  const { domain, system, actor } = request;
  const obstacle = await obstacleTo(deps, shop, request);
  if (obstacle !== null) return obstacle;
  const nowMs = deps.clock.now();
  const id = uuidv7({ msecs: nowMs });
  return deps.db.transaction(async (tx) => {
    const row = await insertRun(tx, { id, shop, ...request }, nowMs);
    if (row === null)
      return {
        ok: false,
        because: "state",
        field: "system",
        message: `A comparison of ${domain} with this system is running. Wait for its end, or cancel it.`,
      };
    await deps.enqueue(tx, "run-reconciliation", [{ payload: { shop, runId: id }, group: shop }]);
    const detail = { domain, system, mode: request.mode };
    await recordAudit(tx, { shop, actor, action: "reconciliation.started", subject: id, detail });
    return { ok: true, run: toRunView(row) };
  });
}

async function obstacleTo(
  { db }: StartDeps,
  shop: string,
  { domain, system }: RunRequest,
): Promise<Extract<StartedRun, { ok: false }> | null> {
  const refuse = (because: "field" | "state", field: "domain" | "system", message: string) =>
    ({ ok: false, because, field, message }) as const;
  if (!isComparable(domain))
    return refuse("field", "domain", `Converge cannot compare ${domain} with Shopify.`);
  if (system === "shopify") return null;
  const known = await getSystem(db, shop, system);
  if (!known) return refuse("field", "system", "Use shopify, or the id of a connected system.");
  if (!known.domains.includes(domain))
    return refuse("field", "system", `${known.name} is not connected for ${domain}.`);
  if (known.snapshotUrl !== null || (await currentSnapshot(db, shop, system, domain))) return null;
  return refuse(
    "state",
    "system",
    `${known.name} has not told what it has yet: let it PUT /snapshots/${domain}, or give it a snapshotUrl.`,
  );
}

/** Ends a comparison that runs. Null: the shop has no such one. False: it was over already. */
export async function cancelRun(
  deps: StartDeps,
  shop: string,
  actor: string,
  id: string,
): Promise<boolean> {
  const nowMs = deps.clock.now();
  return deps.db.transaction(async (tx) => {
    const ended = await endRun(
      tx,
      shop,
      id,
      "Cancelled. What was repaired until then stays.",
      nowMs,
    );
    if (!ended) return false;
    await deps.enqueue(tx, "run-reconciliation", [{ payload: { shop, runId: id }, group: shop }]);
    await recordAudit(tx, { shop, actor, action: "reconciliation.cancelled", subject: id });
    return true;
  });
}
