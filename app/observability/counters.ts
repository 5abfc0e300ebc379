import { addCounters, type CounterDelta } from "./counter-store.ts";
import type { Queryable } from "#app/db.server.ts";
import type { Logger } from "./logger.ts";

/** The labels of a counter. Values come from closed lists: never a shop, an id or a URL. */
export type Labels = Readonly<Record<string, string>>;

/** Counts in memory, and hands what it counted to Postgres now and then. */
export interface Counters {
  add(name: string, labels: Labels, by?: number): void;
  /** Writes what was counted since the last flush; on failure it is kept for the next one. */
  flush(db: Queryable): Promise<void>;
}

/** Counters of one process. Memory is bounded by the number of distinct label sets. */
export function createCounters(): Counters {
  let deltas = new Map<string, CounterDelta>();
  const add = (name: string, labels: Labels, by = 1) => {
    const text = JSON.stringify(
      Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))),
    );
    const key = `${name} ${text}`;
    deltas.set(key, { name, labels: text, value: by + (deltas.get(key)?.value ?? 0) });
  };
  return {
    add,
    async flush(db) {
      const pending = deltas;
      if (pending.size === 0) return;
      deltas = new Map();
      try {
        await addCounters(db, [...pending.values()]);
      } catch (error) {
        for (const { name, labels, value } of pending.values())
          add(name, JSON.parse(labels) as Labels, value);
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
