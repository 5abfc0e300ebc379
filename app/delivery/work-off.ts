import { loadChanges, type StoredChange } from "#app/mirror/index.server.ts";
import type { Destination } from "#app/systems/index.server.ts";
import { type ClaimedDelivery, claimDue, discardErased, handBack } from "./claim-store.ts";
import { deliverChange, type Attempted } from "./deliver-change.ts";
import type { LaneDeps } from "./lane.ts";
import { recordBatch } from "./record-batch.ts";

/** What a lane hears while it works. */
export interface LaneSignals {
  /** True once the lane must begin nothing new: its worker stops, or its lock is lost. */
  stopped(): boolean;
  /** Whether something may have become due since the last call. */
  woken(): boolean;
  /** Resolves when the lane is woken or told to stop, at the latest after `ms`. */
  nextSignal(ms: number): Promise<void>;
}

/** Deliveries claimed at once; the results of what finished together are written together. */
const claimLimit = 64;
/** A pause, an uninstall or a new policy takes effect within this time. */
const destinationFreshMs = 1_000;
/** Retries that fall due while others are in flight are found within this time. */
const lookAgainMs = 1_000;

interface Work {
  readonly delivery: ClaimedDelivery;
  readonly change: StoredChange;
}

/**
 * Delivers what is due for one system until nothing is and nothing is in flight. A slow answer holds
 * up only its own resource: the other places go on, and take what comes meanwhile. Ends early, with
 * what was not begun handed back, when `reload` finds the system unusable or the lane is stopped.
 */
export async function workOff(
  deps: LaneDeps,
  first: Destination,
  reload: () => Promise<Destination | null>,
  signals: LaneSignals,
): Promise<"done" | "unusable" | "stopped"> {
  const current = keepFresh(deps, first, reload);
  let mayHaveMore = true;
  const waiting: Work[] = [];
  const sending = createSending(deps);
  try {
    for (;;) {
      const { destination, usable } = await current.look();
      if (signals.woken()) mayHaveMore = true;
      if (!usable || signals.stopped()) {
        const notBegun = waiting.splice(0).map((work) => work.delivery);
        await handBack(deps.db, notBegun);
        if (sending.isIdle()) return usable ? "stopped" : "unusable";
      } else {
        if (mayHaveMore && waiting.length < claimLimit / 2) {
          const claim = await claimWork(deps, destination);
          mayHaveMore = claim.mayHaveMore;
          waiting.push(...claim.work);
        }
        sending.begin(destination, waiting);
        if (sending.isIdle() && !mayHaveMore) return "done";
      }
      const finished = await sending.nextFinished(signals);
      if (finished.length > 0) await recordBatch(deps, destination, finished);
      // A finished version may have been in the way of the next one of its resource.
      mayHaveMore ||= finished.length > 0;
      if (finished.some((item) => item.verdict.next === "dead" && item.verdict.disable))
        current.expire();
    }
  } finally {
    await sending.settled();
  }
}

/** The destination as it is now, asked for anew every second; once unusable it stays so. */
function keepFresh(deps: LaneDeps, first: Destination, reload: () => Promise<Destination | null>) {
  let state = { destination: first, usable: true };
  let freshUntilMs = deps.clock.now() + destinationFreshMs;
  return {
    async look(): Promise<{ readonly destination: Destination; readonly usable: boolean }> {
      if (state.usable && deps.clock.now() >= freshUntilMs) {
        const fresh = await reload();
        state = { destination: fresh ?? state.destination, usable: fresh !== null };
        freshUntilMs = deps.clock.now() + destinationFreshMs;
      }
      return state;
    },
    /** The next look asks at once. */
    expire(): void {
      freshUntilMs = 0;
    },
  };
}

async function claimWork(
  deps: LaneDeps,
  destination: Destination,
): Promise<{ work: Work[]; mayHaveMore: boolean }> {
  const nowMs = deps.clock.now();
  const { deliveries, mayHaveMore } = await claimDue(deps.db, destination.id, claimLimit, nowMs);
  const changeIds = deliveries.map((delivery) => delivery.changeId);
  const changes = await loadChanges(deps.db, destination.shop, changeIds);
  const byId = new Map(changes.map((change) => [change.id, change]));
  const work: Work[] = [];
  const erased: string[] = [];
  for (const delivery of deliveries) {
    const change = byId.get(delivery.changeId);
    if (change) work.push({ delivery, change });
    else erased.push(delivery.id);
  }
  await discardErased(deps.db, erased, nowMs);
  return { work, mayHaveMore: mayHaveMore || erased.length > 0 };
}

/** The requests of one lane that are under way. */
function createSending(deps: LaneDeps) {
  const inFlight = new Set<Promise<void>>();
  let finished: Attempted[] = [];
  let signal: Promise<void> | null = null;
  return {
    /** Nothing under way, and nothing finished that was not taken up yet. */
    isIdle: () => inFlight.size === 0 && finished.length === 0,
    /** Begins as many as the system may be sent at once, taking them from `waiting`. */
    begin(destination: Destination, waiting: Work[]): void {
      const free = Math.max(0, destination.policy.concurrency - inFlight.size);
      for (const { delivery, change } of waiting.splice(0, free)) {
        const one = deliverChange(deps, destination, delivery, change).then((attempted) => {
          inFlight.delete(one);
          finished.push(attempted);
        });
        inFlight.add(one);
      }
    },
    /** Waits for the next to finish, or for a signal; returns all that finished since the last call. */
    async nextFinished(signals: LaneSignals): Promise<Attempted[]> {
      if (finished.length === 0 && inFlight.size > 0) {
        signal ??= signals.nextSignal(lookAgainMs).then(() => {
          signal = null;
        });
        await Promise.race([...inFlight, signal]);
      }
      const batch = finished;
      finished = [];
      return batch;
    },
    /** Nothing may be on the wire once the lane's lock is let go. */
    async settled(): Promise<void> {
      await Promise.all(inFlight);
    },
  };
}
