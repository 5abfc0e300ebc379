/**
 * Group commit: whatever gathered while the last commit was under way goes into the next one. Idle,
 * a request is committed at once; under load, batches form by themselves, and those that are small
 * follow each other at a distance.
 */

/** Too much is waiting already; the caller should say so and come back later. */
export class OverloadedError extends Error {
  override readonly name = "OverloadedError";
}

/** What was not committed in time may still be committed later. */
export class OverdueError extends Error {
  override readonly name = "OverdueError";
}

/** How a group commit behaves. */
export interface GroupCommitOptions<Item, Result> {
  /** Commits all items in one transaction; results in the items' order. */
  readonly commit: (items: readonly Item[]) => Promise<readonly Result[]>;
  /** Whether an error is one row's own fault, so that the others deserve a try without it. */
  readonly isItemFault: (error: unknown) => boolean;
  readonly sizeOf: (item: Item) => number;
  readonly maxBatchItems: number;
  readonly maxBatchBytes: number;
  readonly maxWaitingBytes: number;
  readonly maxCommitsInFlight: number;
  /**
   * So long after the last one the next commit begins: one item costs both processors nearly what
   * twenty cost, and what many small commits take is what everybody waits for.
   */
  readonly gapMs: number;
  /**
   * So many items wait neither for that nor for the commit under way; fewer would cost more beside it
   * than waiting costs them.
   */
  readonly fullFromItems: number;
  /** So long a submitter waits. */
  readonly patienceMs: number;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly bytes: number;
  readonly sinceMs: number;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** Takes items one by one, commits them in groups. */
export interface GroupCommit<Item, Result> {
  /** Resolves after the commit that holds the item. @throws OverloadedError, OverdueError, whatever the commit throws */
  submit(item: Item): Promise<Result>;
  /** Resolves when nothing waits and nothing is in flight. */
  idle(): Promise<void>;
}

/** @see GroupCommitOptions */
export function createGroupCommit<Item, Result>(
  options: GroupCommitOptions<Item, Result>,
): GroupCommit<Item, Result> {
  const queue: Waiting<Item, Result>[] = [];
  const idleWaiters: (() => void)[] = [];
  const distance = keepDistance(options.gapMs, pump);
  const underWay: Waiting<Item, Result>[][] = [];
  const patience = keepPatience(options.patienceMs, () => [...underWay, queue].flat());
  let waitingBytes = 0;
  let soon: NodeJS.Immediate | null = null;

  function takeBatch(): Waiting<Item, Result>[] {
    let bytes = 0;
    let count = 0;
    for (const entry of queue) {
      const full = count >= options.maxBatchItems || bytes + entry.bytes > options.maxBatchBytes;
      if (count > 0 && full) break;
      bytes += entry.bytes;
      count += 1;
    }
    waitingBytes -= bytes;
    return queue.splice(0, count);
  }

  function mayBegin(): boolean {
    if (queue.length === 0 || underWay.length >= options.maxCommitsInFlight) return false;
    if (queue.length >= options.fullFromItems) return true;
    return underWay.length === 0 && distance.isKept();
  }

  function pump(): void {
    while (mayBegin()) {
      distance.begin();
      const batch = takeBatch();
      underWay.push(batch);
      void commitBatch(options, batch).finally(() => {
        underWay.splice(underWay.indexOf(batch), 1);
        pump();
      });
    }
    if (isIdle()) for (const wake of idleWaiters.splice(0)) wake();
  }

  function isIdle(): boolean {
    return queue.length === 0 && underWay.length === 0;
  }

  /** Items that come in the same turn of the event loop share a batch. */
  function pumpSoon(): void {
    soon ??= setImmediate(() => {
      soon = null;
      pump();
    });
  }

  return {
    submit(item) {
      const bytes = options.sizeOf(item);
      if (waitingBytes + bytes > options.maxWaitingBytes)
        return Promise.reject(
          new OverloadedError("Too many webhooks are waiting for the database."),
        );
      return new Promise<Result>((resolve, reject) => {
        waitingBytes += bytes;
        queue.push({ item, bytes, sinceMs: performance.now(), resolve, reject });
        patience.begin();
        pumpSoon();
      });
    },
    idle: () =>
      isIdle() ? Promise.resolve() : new Promise((resolve) => idleWaiters.push(resolve)),
  };
}

/**
 * Rejects what waits for longer than `ms`, with one timer for all of it, which keeps no process alive. What
 * is rejected may be looked at again: it stays rejected.
 */
function keepPatience<Item, Result>(ms: number, waiting: () => Waiting<Item, Result>[]) {
  let alarm: NodeJS.Timeout | null = null;

  function ring(): void {
    alarm = null;
    const overdueMs = performance.now() - ms;
    const entries = waiting();
    for (const { sinceMs, reject } of entries)
      if (sinceMs <= overdueMs) reject(new OverdueError(`Not committed within ${String(ms)} ms.`));
    const next = entries.find(({ sinceMs }) => sinceMs > overdueMs);
    if (next) wait(next.sinceMs - overdueMs);
  }

  function wait(forMs: number): void {
    alarm = setTimeout(ring, Math.ceil(forMs)).unref();
  }

  return {
    begin(): void {
      if (alarm === null) wait(ms);
    },
  };
}

/** Whether `gapMs` have passed since the last beginning; who asks too early is called back when they have. */
function keepDistance(gapMs: number, callBack: () => void) {
  let begunAtMs = -Infinity;
  let alarm: NodeJS.Timeout | null = null;
  return {
    begin(): void {
      begunAtMs = performance.now();
    },
    isKept(): boolean {
      const leftMs = begunAtMs + gapMs - performance.now();
      if (leftMs <= 0) return true;
      alarm ??= setTimeout(() => {
        alarm = null;
        callBack();
      }, leftMs);
      return false;
    },
  };
}

async function commitBatch<Item, Result>(
  options: GroupCommitOptions<Item, Result>,
  batch: readonly Waiting<Item, Result>[],
): Promise<void> {
  try {
    const results = await options.commit(batch.map((entry) => entry.item));
    batch.forEach((entry, index) => {
      entry.resolve(results[index] as Result);
    });
  } catch (error) {
    if (batch.length > 1 && options.isItemFault(error)) await commitOneByOne(options, batch);
    else for (const entry of batch) entry.reject(error);
  }
}

async function commitOneByOne<Item, Result>(
  options: GroupCommitOptions<Item, Result>,
  batch: readonly Waiting<Item, Result>[],
): Promise<void> {
  for (const entry of batch) {
    try {
      const [result] = await options.commit([entry.item]);
      entry.resolve(result as Result);
    } catch (error) {
      entry.reject(error);
    }
  }
}
