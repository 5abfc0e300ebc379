import { addCounters, type CounterDelta } from "./counter-store.ts";
import type { Queryable } from "#app/db.server.ts";
import type { Logger } from "./logger.ts";
import {
  bucketLabel,
  type CounterName,
  type CounterTotal,
  type HistogramName,
  keyOf,
  type Labels,
} from "./metrics.ts";

/** Counts in memory, and hands what it counted to Postgres now and then. */
export interface Counters {
  add(name: CounterName, labels: Labels, by?: number): void;
  /** Counts a time in its bucket. */
  observe(name: HistogramName, labels: Labels, seconds: number): void;
  /** Everything this process has counted since it began. */
  totals(): CounterTotal[];
  /** Writes what was counted since the last flush; on failure it is kept for the next one. */
  flush(db: Queryable): Promise<void>;
}

/** One counter with its labels: what it has come to, and how much of that is not written yet. */
interface Cell {
  readonly name: string;
  /** JSON object with sorted keys. */
  readonly labels: string;
  total: number;
  pending: number;
}

/** The cells that one observation touches. */
interface Histogram {
  readonly buckets: Map<string, Cell>;
  readonly sum: Cell;
  readonly count: Cell;
}

/**
 * Counters of one process. Memory is bounded by the number of distinct label sets. Counting stands
 * on the path of every webhook: it costs one look-up, by the labels in the order they were given.
 */
export function createCounters(): Counters {
  const cells = new Map<string, Cell>();
  const asGiven = new Map<string, Cell>();
  const histograms = new Map<string, Histogram>();

  function cellOf(name: string, labels: Labels): Cell {
    const sorted = keyOf(labels);
    const key = `${name} ${sorted}`;
    const cell = cells.get(key) ?? { name, labels: sorted, total: 0, pending: 0 };
    cells.set(key, cell);
    return cell;
  }
  return {
    add(name, labels, by = 1) {
      const cell = remembered(asGiven, givenKey(name, labels), () => cellOf(name, labels));
      grow(cell, by);
    },
    observe(name, labels, seconds) {
      const histogram = remembered(histograms, givenKey(name, labels), () => ({
        buckets: new Map<string, Cell>(),
        sum: cellOf(`${name}_sum`, labels),
        count: cellOf(`${name}_count`, labels),
      }));
      const le = bucketLabel(name, seconds);
      grow(
        remembered(histogram.buckets, le, () => cellOf(`${name}_bucket`, { ...labels, le })),
        1,
      );
      // A clock that was put back must not make a sum go down.
      grow(histogram.sum, Math.round(Math.max(0, seconds) * 1_000_000));
      grow(histogram.count, 1);
    },
    totals: () =>
      [...cells.values()].map(({ name, labels, total }) => ({
        name,
        labels: JSON.parse(labels) as Labels,
        value: total,
      })),
    async flush(db) {
      const deltas = takePending(cells.values());
      if (deltas.length === 0) return;
      try {
        await addCounters(db, deltas);
      } catch (error) {
        for (const { name, labels, value } of deltas) {
          const cell = cells.get(`${name} ${labels}`);
          if (cell) cell.pending += value;
        }
        throw error;
      }
    },
  };
}

function grow(cell: Cell, by: number): void {
  cell.total += by;
  cell.pending += by;
}

function takePending(cells: Iterable<Cell>): CounterDelta[] {
  const deltas: CounterDelta[] = [];
  for (const cell of cells) {
    if (cell.pending === 0) continue;
    deltas.push({ name: cell.name, labels: cell.labels, value: cell.pending });
    cell.pending = 0;
  }
  return deltas;
}

function remembered<Value>(known: Map<string, Value>, key: string, make: () => Value): Value {
  const value = known.get(key) ?? make();
  if (!known.has(key)) known.set(key, value);
  return value;
}

/** Labels as they were given: the same set in another order is another key of the same cell. */
function givenKey(name: string, labels: Labels): string {
  let key = name;
  for (const label in labels) key += `\n${label}\n${String(labels[label])}`;
  return key;
}

/** Flushes counters every 2 s, and a last time on stop. */
export function flushEvery(
  counters: Counters,
  db: Queryable,
  log: Logger,
): { stop(): Promise<void> } {
  const flush = () =>
    counters.flush(db).catch((error: unknown) => {
      log.warn({ err: error }, "counters not written; they are kept for the next time");
    });
  const timer = setInterval(() => void flush(), 2_000);
  return {
    stop: async () => {
      clearInterval(timer);
      await flush();
    },
  };
}
