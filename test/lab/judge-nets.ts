import type { SystemLedger, Verdict } from "./verdict.ts";

/** Something somebody did in the store. Epoch milliseconds. */
export interface Edit {
  readonly id: string;
  readonly eventId: string;
  /** What the record says afterwards. */
  readonly value: unknown;
  readonly atMs: number;
}

/** A change of which Converge says that its webhook never came, dated by Converge's clock. */
export interface FoundChange {
  readonly id: string;
  readonly atMs: number;
}

/** What was done, told, found and held. */
export interface NetLedgers {
  readonly edits: readonly Edit[];
  /**
   * `<event id> <resource>` of every webhook the app answered 200, or has: who is killed between commit and
   * answer was told, though Shopify does not know.
   */
  readonly told: ReadonlySet<string>;
  readonly found: readonly FoundChange[];
  /** What `converge_missed_webhooks_total` says, all topics together. */
  readonly counted: number;
  readonly systems: readonly SystemLedger[];
}

/** As of every scenario; besides, every planted difference has to be found and none invented. */
export interface NetVerdict extends Verdict {
  /** Records of which the last change was not told. */
  readonly planted: number;
  readonly found: number;
  /** Said to be missed, though it was told or never happened. */
  readonly invented: number;
}

/** Stamps are whole seconds, and the offset between two clocks is known to a request's time. */
const sameMomentMs = 2_500;

/**
 * Compares what was done with what came of it. Lost: a last state that a system does not have, or a
 * planted difference that is not in the ledger of missed webhooks. Pure.
 */
export function judgeNets({ edits, told, found, counted, systems }: NetLedgers): NetVerdict {
  const isTold = (edit: Edit) => told.has(`${edit.eventId} ${edit.id}`);
  const last = [...new Map(edits.map((edit) => [edit.id, edit])).values()];
  const isAt = (change: FoundChange) => (edit: Edit) =>
    edit.id === change.id && Math.abs(edit.atMs - change.atMs) < sameMomentMs;
  const untold = edits.filter((edit) => !isTold(edit));
  const planted = last.filter((edit) => !isTold(edit));
  const overlooked = planted.filter((edit) => !found.some((change) => isAt(change)(edit)));
  const invented = found.filter((change) => !untold.some(isAt(change))).length;
  const behind = systems.flatMap(({ held }) =>
    last.filter((edit) => held.get(edit.id) !== edit.value),
  );
  const appliedTwice = systems.reduce(
    (sum, system) => sum + (system.applied - system.distinct) + system.regressions,
    0,
  );
  const lost = behind.length + overlooked.length;
  const dead = systems.reduce((sum, system) => sum + system.owed.size, 0);
  const converged = behind.length === 0;
  return {
    sent: edits.length,
    acknowledged: edits.length - untold.length,
    applied: systems.reduce((sum, system) => sum + system.distinct, 0),
    superseded: 0,
    dead,
    planted: planted.length,
    found: planted.length - overlooked.length,
    invented: invented + Math.abs(counted - found.length),
    lost,
    appliedTwice,
    converged,
    passed: lost + appliedTwice + dead + invented === 0 && counted === found.length && converged,
  };
}
