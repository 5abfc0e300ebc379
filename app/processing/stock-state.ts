import type { StockStates } from "#app/ownership/index.server.ts";

/** What the mirror keeps of a stock level: what systems are told, and how the stock was last counted. */
export interface StockState extends Readonly<Record<string, unknown>> {
  readonly available: number | null;
  /** Before the changes nobody has explained yet. Without it the owner was Shopify so far. */
  readonly settled?: StockStates;
}

/** A mirror state read back; what is not a number is not known. Pure. */
export function stockStateOf(state: Readonly<Record<string, unknown>>): StockState {
  const settled = state["settled"] as StockStates | undefined;
  return { available: count(state["available"]), ...(settled ? { settled } : {}) };
}

/** What to compare the next count with: the last one, or at least what was available. Pure. */
export function baselineOf(known: StockState | null): StockStates | null {
  if (known === null) return null;
  return known.settled ?? { available: known.available, onHand: null, committed: null };
}

/** The baseline after our own write moved what is available, and with it what is on hand. Pure. */
export function afterOwnWrite(
  known: StockState | null,
  available: number | null,
): StockStates | null {
  const baseline = baselineOf(known);
  if (baseline === null || known === null) return null;
  if (available === null || known.available === null) return { ...unknownStock, available };
  const by = available - known.available;
  const shifted = (value: number | null) => (value === null ? null : value + by);
  return {
    available: shifted(baseline.available),
    onHand: shifted(baseline.onHand),
    committed: baseline.committed,
  };
}

/** Whether a baseline says everything a count is compared by. Pure. */
export function isComplete(baseline: StockStates | null): boolean {
  return baseline !== null && baseline.onHand !== null && baseline.committed !== null;
}

const unknownStock: StockStates = { available: null, onHand: null, committed: null };

function count(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}
