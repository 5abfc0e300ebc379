import { setTimeout as sleep } from "node:timers/promises";
import type { Destination } from "#app/systems/index.server.ts";
import { handBack } from "./claim-store.ts";
import { claimWork, type Work } from "./claim-work.ts";
import { deliverChange, type Attempted } from "./deliver-change.ts";
import type { Gate } from "./gate.ts";
import type { LaneDeps } from "./lane.ts";
import { takeToken, waitForTokenMs } from "./pace.ts";
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
/**
 * What finishes within this time of another is written down with it: writing costs six statements,
 * however many deliveries those are. The places that fall free are taken at once.
 */
const gatherMs = 25;
/** Retries that fall due while others are in flight are found within this time. */
const lookAgainMs = 1_000;

/** With a rate limit a lane claims about a second's worth: what is claimed cannot be superseded. */
function claimLimitOf({ policy }: Destination): number {
  return Math.min(claimLimit, Math.max(1, Math.ceil(policy.ratePerSecond ?? claimLimit)));
}

/**
 * Delivers what is due for one system until nothing is and nothing is in flight. A slow answer holds
 * up only its own resource: the other places go on, and take what comes meanwhile. Ends early, with
 * what was not begun handed back, when `reload` finds the system unusable, when its circuit opens, or
 * when the lane is stopped.
 */
export async function workOff(
  deps: LaneDeps,
  first: Destination,
  gate: Gate,
  reload: () => Promise<Destination | null>,
  signals: LaneSignals,
): Promise<Halt | "done"> {
  const current = keepFresh(deps, first, reload);
  let mayHaveMore = true;
  const waiting: Work[] = [];
  const sending = createSending(deps, gate);
  try {
    for (;;) {
      const { destination, usable } = await current.look();
      if (signals.woken()) mayHaveMore = true;
      const halt = haltOf(usable, gate, signals);
      if (halt !== null) {
        await handBack(
          deps.db,
          waiting.splice(0).map((work) => work.delivery),
        );
        if (sending.isIdle()) return halt;
      } else {
        const limit = claimLimitOf(destination);
        if (mayHaveMore && waiting.length < limit / 2) {
          const claim = await claimWork(deps, destination, limit);
          mayHaveMore = claim.mayHaveMore;
          waiting.push(...claim.work);
        }
        sending.begin(destination, waiting);
        if (sending.isIdle() && waiting.length === 0 && !mayHaveMore) return "done";
      }
      const tokenInMs = waiting.length > 0 ? sending.nextTokenMs(destination) : null;
      const finished = await sending.nextFinished(signals, tokenInMs, () => {
        if (halt === null) sending.begin(destination, waiting);
      });
      if (finished.length > 0) await recordBatch(deps, destination, gate, finished);
      // A finished version may have been in the way of the next one of its resource, and a retry may
      // have fallen due while nothing finished.
      mayHaveMore ||= finished.length > 0 || tokenInMs === null;
      if (finished.some((item) => item.verdict.next === "dead" && item.verdict.disable))
        current.expire();
    }
  } finally {
    await sending.settled();
  }
}

/** Why nothing new may begin. */
type Halt = "unusable" | "open" | "stopped";

function haltOf(usable: boolean, gate: Gate, signals: LaneSignals): Halt | null {
  if (!usable) return "unusable";
  if (gate.circuit.state !== "closed") return "open";
  return signals.stopped() ? "stopped" : null;
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

/** The requests of one lane that are under way. */
function createSending(deps: LaneDeps, gate: Gate) {
  const inFlight = new Set<Promise<void>>();
  let finished: Attempted[] = [];
  let signal: Promise<void> | null = null;
  const nextTokenMs = ({ policy }: Destination) =>
    waitForTokenMs(gate.fullAtMs, policy.ratePerSecond, deps.clock.now());
  /** Waits a moment for what is about to finish too. */
  async function gather(refill: () => void): Promise<void> {
    let over = false;
    const end = sleep(gatherMs).then(() => {
      over = true;
    });
    while (!over && finished.length < claimLimit) {
      if (finished.some((item) => item.verdict.next !== "delivered")) return;
      refill();
      if (inFlight.size === 0) return;
      await Promise.race([...inFlight, end]);
    }
  }
  return {
    /** Nothing under way, and nothing finished that was not taken up yet. */
    isIdle: () => inFlight.size === 0 && finished.length === 0,
    /** Begins as many as the system may be sent at once and now, taking them from `waiting`. */
    begin(destination: Destination, waiting: Work[]): void {
      const { concurrency, ratePerSecond } = destination.policy;
      while (inFlight.size < concurrency && nextTokenMs(destination) === 0) {
        const work = waiting.shift();
        if (!work) return;
        gate.fullAtMs = takeToken(gate.fullAtMs, ratePerSecond, deps.clock.now());
        const one = deliverChange(deps, destination, work.delivery, work.change).then((done) => {
          inFlight.delete(one);
          finished.push(done);
        });
        inFlight.add(one);
      }
    },
    /** When the rate limit lets the next one go, in milliseconds; null when all places are taken. */
    nextTokenMs: (destination: Destination) =>
      inFlight.size < destination.policy.concurrency ? nextTokenMs(destination) : null,
    /**
     * Waits for the next to finish, for a signal, or for `tokenInMs`; returns all that finished since
     * the last call, and those that finish together with them. `refill` begins more meanwhile, as long
     * as nothing failed: what follows from a failure is decided first.
     */
    async nextFinished(
      signals: LaneSignals,
      tokenInMs: number | null,
      refill: () => void,
    ): Promise<Attempted[]> {
      if (finished.length === 0 && (inFlight.size > 0 || tokenInMs !== null)) {
        signal ??= signals.nextSignal(lookAgainMs).then(() => {
          signal = null;
        });
        const token = tokenInMs === null ? [] : [sleep(Math.min(tokenInMs, lookAgainMs))];
        await Promise.race([...inFlight, signal, ...token]);
      }
      if (finished.length > 0) await gather(refill);
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
