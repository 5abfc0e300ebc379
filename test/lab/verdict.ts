/** What both ends of the corridor say after a scenario. */
export interface Ledgers {
  /** Webhooks Shopify had to send. */
  readonly sent: number;
  /** What Shopify sent, newest state per resource. */
  readonly newest: ReadonlyMap<string, number>;
  /** Webhook ids Shopify got a 200 for. */
  readonly acknowledged: readonly string[];
  /** Webhook ids Converge has, by status. */
  readonly events: ReadonlyMap<string, string>;
  /** Changes made of one event, where there is more than one. */
  readonly doubledChanges: number;
  /** Webhook ids that are stored more than once. */
  readonly doubledEvents: number;
  /** What Converge itself believes each resource to be. */
  readonly mirror: ReadonlyMap<string, number>;
  readonly systems: readonly SystemLedger[];
}

/** What one system holds and counted. */
export interface SystemLedger {
  readonly name: string;
  readonly held: ReadonlyMap<string, unknown>;
  /** Changes it applied, and under how many webhook ids. */
  readonly applied: number;
  readonly distinct: number;
  /** Older versions that arrived after newer ones. */
  readonly regressions: number;
  /** Resources Converge says it could not bring, or has not brought yet. */
  readonly owed: ReadonlySet<string>;
}

/** The outcome of a scenario. `lost` and `appliedTwice` must be 0, `converged` true. */
export interface Verdict {
  readonly sent: number;
  readonly acknowledged: number;
  readonly applied: number;
  readonly superseded: number;
  readonly dead: number;
  readonly lost: number;
  readonly appliedTwice: number;
  readonly converged: boolean;
  readonly passed: boolean;
}

/**
 * Compares the ledgers. Lost: acknowledged but unknown to Converge, or a newest state that a system
 * neither has nor is owed. Applied twice: a second effect of one change, or an older version after a
 * newer one. Converged: every system holds the newest state of everything. Pure.
 */
export function judge(ledgers: Ledgers): Verdict {
  const { newest, events } = ledgers;
  const statuses = [...events.values()];
  const count = (status: string) => statuses.filter((item) => item === status).length;
  const forgotten = ledgers.acknowledged.filter((id) => !events.has(id)).length;
  const behind = (system: SystemLedger) =>
    [...newest].filter(([id, value]) => system.held.get(id) !== value).map(([id]) => id);
  const missing = ledgers.systems.flatMap((system) =>
    behind(system).filter((id) => !system.owed.has(id)),
  );
  const appliedTwice = ledgers.systems.reduce(
    (sum, system) => sum + (system.applied - system.distinct) + system.regressions,
    ledgers.doubledChanges + ledgers.doubledEvents,
  );
  const believed = [...newest].every(([id, value]) => ledgers.mirror.get(id) === value);
  const lost = forgotten + missing.length;
  const converged = believed && ledgers.systems.every((system) => behind(system).length === 0);
  return {
    sent: ledgers.sent,
    acknowledged: new Set(ledgers.acknowledged).size,
    applied: count("applied"),
    superseded: count("superseded"),
    dead: count("dead"),
    lost,
    appliedTwice,
    converged,
    passed: lost === 0 && appliedTwice === 0 && converged,
  };
}
