import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "./observability/index.server.ts";

/** Work of one process that comes again and again until it is stopped. */
export interface Loops {
  /** Aborted as soon as the loops are to stop: long work looks at it between two steps. */
  readonly stopping: AbortSignal;
  /** Does the work, rests `everyMs`, and so on. Work that fails is told of and tried again after the rest. */
  every(everyMs: number, what: string, work: () => Promise<unknown>): void;
  /**
   * Begins nothing more and waits up to `graceMs` for what is in hand, `others` included; what takes
   * longer is taken up elsewhere.
   */
  stop(graceMs: number, others?: Iterable<Promise<unknown>>): Promise<void>;
}

/** @see Loops */
export function createLoops(log: Logger): Loops {
  const stop = new AbortController();
  const { signal } = stop;
  const loops: Promise<void>[] = [];

  async function repeat(everyMs: number, what: string, work: () => Promise<unknown>) {
    while (!signal.aborted) {
      await work().catch((error: unknown) => {
        log.error({ err: error }, `${what} failed; the next time tries again`);
      });
      await sleep(everyMs, undefined, { signal }).catch(() => undefined);
    }
  }
  return {
    stopping: signal,
    every(everyMs, what, work) {
      loops.push(repeat(everyMs, what, work));
    },
    async stop(graceMs, others = []) {
      stop.abort();
      const grace = sleep(graceMs, undefined, { ref: false });
      await Promise.race([Promise.allSettled([...loops, ...others]), grace]);
    },
  };
}
