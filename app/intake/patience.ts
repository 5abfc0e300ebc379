/** Tells of whatever takes too long. */
export interface Patience<Thing> {
  begin(thing: Thing): void;
  /** In time, or told of already: then nothing happens. */
  end(thing: Thing): void;
}

/**
 * Calls back once for whatever has not ended `ms` after it began, with one timer for all of it: what
 * began first is due first. The timer keeps no process alive.
 */
export function createPatience<Thing>(
  ms: number,
  onOverdue: (thing: Thing) => void,
): Patience<Thing> {
  const dueMsOf = new Map<Thing, number>();
  let timer: NodeJS.Timeout | undefined;

  function ring(): void {
    timer = undefined;
    const nowMs = performance.now();
    for (const [thing, dueMs] of dueMsOf) {
      if (dueMs > nowMs) {
        wait(dueMs - nowMs);
        return;
      }
      dueMsOf.delete(thing);
      onOverdue(thing);
    }
  }

  function wait(forMs: number): void {
    timer = setTimeout(ring, Math.ceil(forMs)).unref();
  }

  return {
    begin(thing) {
      dueMsOf.set(thing, performance.now() + ms);
      if (timer === undefined) wait(ms);
    },
    end: (thing) => void dueMsOf.delete(thing),
  };
}
