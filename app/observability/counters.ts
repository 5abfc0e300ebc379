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

/** Counters of one process. Memory is bounded by the number of distinct label sets. */
export function createCounters(): Counters {
  const totals = new Map<string, CounterDelta>();
  let deltas = new Map<string, CounterDelta>();
  const grow = (counts: Map<string, CounterDelta>, { name, labels, value }: CounterDelta) => {
    const key = `${name} ${labels}`;
    counts.set(key, { name, labels, value: value + (counts.get(key)?.value ?? 0) });
  };
  const count = (name: string, labels: Labels, by: number) => {
    const delta = { name, labels: keyOf(labels), value: by };
    grow(deltas, delta);
    grow(totals, delta);
  };
  return {
    add: (name, labels, by = 1) => {
      count(name, labels, by);
    },
    observe: (name, labels, seconds) => {
      count(`${name}_bucket`, { ...labels, le: bucketLabel(name, seconds) }, 1);
      // A clock that was put back must not make a sum go down.
      count(`${name}_sum`, labels, Math.round(Math.max(0, seconds) * 1_000_000));
      count(`${name}_count`, labels, 1);
    },
    totals: () =>
      [...totals.values()].map((item) => ({ ...item, labels: JSON.parse(item.labels) as Labels })),
    async flush(db) {
      const pending = deltas;
      if (pending.size === 0) return;
      deltas = new Map();
      try {
        await addCounters(db, [...pending.values()]);
      } catch (error) {
        for (const delta of pending.values()) grow(deltas, delta);
        throw error;
      }
    },
  };
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
