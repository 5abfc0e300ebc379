import type { Change } from "../commerce/change.ts";
import type { Store } from "../state/model.ts";
import type { Random } from "../state/random.ts";
import type { FaultSettings } from "../faults/fault-table.ts";
import type { BucketLimits } from "../state/plans.ts";
import type { Ledger } from "../webhooks/ledger.ts";

/** What operations work with. */
export type OperationsContext = {
  stores: Map<string, Store>;
  random: Random;
  now: () => number;
  faults: FaultSettings;
  /** By store: how much later its webhooks leave. */
  lateByMs: Map<string, number>;
  /** Called when they changed. */
  faultsChanged: () => void;
  /** Called when something was changed outside `perform`. */
  touched: () => void;
  limitsOf: (store: Store) => BucketLimits;
  ledger: Ledger;
  /** Runs a change and sends its webhooks. */
  perform: <T>(store: Store, act: (change: Change) => T) => T;
  revokeTokens: (shop: string, keep?: "refresh tokens") => number;
};

/**
 * The store with this domain.
 * @throws OperationError that names the stores there are.
 */
export type StoreOf = (shop: string) => Store;

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** Leaves out what was not given, so that it does not overwrite anything. */
export function withoutUndefined<T extends object>(input: T): Defined<T> {
  const entries = Object.entries(input).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Defined<T>;
}
