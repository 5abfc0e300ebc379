import type { Clock, Database } from "#app/db.server.ts";
import type { JobPayload } from "#app/jobs.ts";
import type { Tracing } from "#app/observability/index.server.ts";
import type { Shopify } from "#app/shopify/index.server.ts";
import type { Vault } from "#app/vault/index.server.ts";
import { endsOf, writeStock } from "#app/write-back/index.server.ts";
import type { BegunStep } from "./begin-steps.ts";
import type { HandOver } from "./hand-over.ts";
import { moveUnits } from "./move-units.ts";

/** What a step at a stock level takes. */
export interface StepDeps {
  readonly db: Database;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly tracing: Tracing;
  readonly shopify: Pick<Shopify, "graphql">;
  readonly enqueue: HandOver;
}

/** How a write ended. */
export type StepOutcome =
  | { readonly kind: "applied" }
  /** Nothing was written: what Shopify has is not what was expected. */
  | { readonly kind: "moved_on" }
  /** Nothing was written, and never will be like this. */
  | { readonly kind: "refused"; readonly why: string }
  /** The same write has to be sent again. */
  | { readonly kind: "unknown"; readonly error: Error };

/** By level. */
export type Outcomes = ReadonlyMap<string, StepOutcome>;

/** Shopify forgets a key after 24 hours; what was sent before is then looked at afresh. */
const keyLivesMs = 23 * 3_600_000;

/**
 * Sends writes that are on record: sets through write-back, up to 250 in a call, moves one by one.
 * `causes`: what led to them, by pool.
 */
export async function sendSteps(
  deps: StepDeps,
  shop: string,
  begun: readonly BegunStep[],
  causes: ReadonlyMap<string, string | null>,
): Promise<Outcomes> {
  const outcomes = new Map<string, StepOutcome>();
  const sets = begun.filter(({ write }) => write.kind === "set");
  for (const [id, outcome] of await sendSets(deps, shop, sets, causes)) outcomes.set(id, outcome);
  for (const step of begun)
    if (step.write.kind !== "set")
      outcomes.set(step.level.levelId, await sendMove(deps, shop, step));
  return outcomes;
}

async function sendSets(
  deps: StepDeps,
  shop: string,
  sets: readonly BegunStep[],
  causes: ReadonlyMap<string, string | null>,
): Promise<Map<string, StepOutcome>> {
  const jobs = sets.map((step) => jobOf(shop, step, causes.get(step.level.poolId) ?? null));
  const errors = await writeStock(deps, jobs);
  const ends = await endsOf(
    deps.db,
    shop,
    jobs.map((job) => job.eventId),
  );
  return new Map(
    sets.map(({ level, write }, index): [string, StepOutcome] => {
      const end = ends.get(write.id);
      const error = errors[index] ?? new Error("the write has no end yet");
      if (end === undefined || end.status === "pending")
        return [level.levelId, { kind: "unknown", error }];
      if (end.status === "applied") return [level.levelId, { kind: "applied" }];
      if (end.status === "dead")
        return [level.levelId, { kind: "refused", why: end.reason ?? "Shopify refused it." }];
      return [level.levelId, { kind: "moved_on" }];
    }),
  );
}

function jobOf(
  shop: string,
  { level, write }: BegunStep,
  cause: string | null,
): JobPayload<"write-stock"> {
  const hex = write.id.replaceAll("-", "");
  return {
    shop,
    eventId: write.id,
    reason: "pool",
    systemId: null,
    domain: "inventory",
    resource: { type: "InventoryLevel", id: level.levelId, locationId: level.locationId },
    set: { available: write.to },
    expect: { available: write.from, inventoryItemId: level.itemId },
    correlationId: cause ?? `pool:${level.poolId}`,
    traceparent: `00-${hex}-${hex.slice(-16)}-01`,
  };
}

async function sendMove(
  deps: StepDeps,
  shop: string,
  { level, write }: BegunStep,
): Promise<StepOutcome> {
  const { kind, id: key, holdId, from, to } = write;
  if (kind === "set" || holdId === null) return { kind: "moved_on" };
  if (deps.clock.now() - write.atMs > keyLivesMs)
    // What is reserved does not tell whether a write-off was carried out: never twice, then.
    return kind === "write_off"
      ? { kind: "refused", why: "Shopify did not answer for a day." }
      : { kind: "moved_on" };
  const { itemId, locationId } = level;
  const move = { key, kind, holdId, units: Math.abs(to - from), itemId, locationId, from };
  try {
    const outcome = await moveUnits(deps.shopify, shop, move);
    return outcome.kind === "stale" ? { kind: "moved_on" } : outcome;
  } catch (error) {
    return { kind: "unknown", error: error instanceof Error ? error : new Error(String(error)) };
  }
}
