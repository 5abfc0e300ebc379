import { setTimeout as sleep } from "node:timers/promises";
import type { Destination } from "#app/systems/index.server.ts";
import { handBack } from "./claim-store.ts";
import { claimWork, type Work } from "./claim-work.ts";
import { roomyRate } from "./courtesy.ts";
import { deliverChange, type Attempted } from "./deliver-change.ts";
import type { Gate } from "./gate.ts";
import type { LaneDeps, RunningLaneDeps } from "./lane.ts";
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
/** The same of a lane that leaves room for others: the fewer statements the better. */
const roomyGatherMs = 400;
/** Retries that fall due while others are in flight are found within this time. */
const lookAgainMs = 1_000;

/** The system as it is sent to by a lane that leaves room for others. */
function withRoom(destination: Destination): Destination {
  const { policy } = destination;
  const ratePerSecond = Math.min(policy.ratePerSecond ?? roomyRate, roomyRate);
  return { ...destination, policy: { ...policy, ratePerSecond } };
}

/** With a rate limit a lane claims about a second's worth: what is claimed cannot be superseded. */
function claimLimitOf({ policy }: Destination): number {
  return Math.min(claimLimit, Math.max(1, Math.ceil(policy.ratePerSecond ?? claimLimit)));
}

/**
 * Delivers what is due for one system until nothing is and nothing is in flight. A slow answer holds
 * up only its own resource: the other places go on, and take what comes meanwhile. A lane that is late
 * leaves room for those that are not. Ends early, with what was not begun handed back, when `reload`
 * finds the system unusable, when its circuit opens, or when the lane is stopped.
 */
export async function workOff(
  deps: RunningLaneDeps,
  first: Destination,
  gate: Gate,
  reload: () => Promise<Destination | null>,
  signals: LaneSignals,
): Promise<Halt | "done"> {
  const current = keepFresh(deps, first, reload);
  const claims = createClaims(deps);
  const sending = createSending(deps, gate);
  try {
    for (;;) {
      const { destination: whole, usable } = await current.look();
      if (signals.woken()) claims.lookAgain();
      const halt = haltOf(usable, gate, signals);
      if (halt === null) await claims.fill(whole);
      else await claims.handBack();
      if (sending.isIdle() && halt !== null) return halt;
      const destination = claims.leavesRoom() ? withRoom(whole) : whole;
      const refill = () => sending.begin(destination, claims.waiting);
      const tokenInMs = refill();
      if (sending.isIdle() && claims.isEmpty()) return "done";
      const ms = claims.leavesRoom() ? roomyGatherMs : gatherMs;
      const finished = await sending.nextFinished(signals, tokenInMs, { ms, refill });
      if (finished.length > 0) await recordBatch(deps, destination, gate, finished);
      // A finished version may have been in the way of the next one of its resource, and a retry may
      // have fallen due while nothing finished.
      if (finished.length > 0 || tokenInMs === null) claims.lookAgain();
      if (finished.some((item) => item.verdict.next === "dead" && item.verdict.disable))
        current.expire();
    }
  } finally {
    await sending.settled();
  }
}

/** What a lane has claimed and not begun. */
function createClaims(deps: RunningLaneDeps) {
  const waiting: Work[] = [];
  let mayHaveMore = true;
  let leavesRoom = false;
  return {
    waiting,
    /** Whether the lane is late, and others are not. */
    leavesRoom: () => leavesRoom,
    /** Something may be due again. */
    lookAgain(): void {
      mayHaveMore = true;
    },
    isEmpty: () => waiting.length === 0 && !mayHaveMore,
    /** Claims more before it runs out. */
    async fill(destination: Destination): Promise<void> {
      const limit = claimLimitOf(destination);
      if (!mayHaveMore || waiting.length >= limit / 2) return;
      const claim = await claimWork(deps, destination, limit);
      mayHaveMore = claim.mayHaveMore;
      waiting.push(...claim.work);
      if (claim.work.length > 0) leavesRoom = isToLeaveRoom(deps, destination, claim.work);
    },
    /** Begins none of it. */
    handBack(): Promise<void> {
      return handBack(
        deps.db,
        waiting.splice(0).map((work) => work.delivery),
      );
    },
  };
}

/** Whether a lane that took some work is late, and others are not. */
function isToLeaveRoom(
  { courtesy, clock }: RunningLaneDeps,
  { id }: Destination,
  work: readonly Work[],
): boolean {
  const oldestMs = Math.min(...work.map(({ change }) => change.processedAt.getTime()));
  return courtesy.took(id, oldestMs, clock.now());
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

/** Resolves when the rate limit lets the next one go; nothing where it is not what is waited for. */
function untilToken(tokenInMs: number | null): Promise<void>[] {
  return tokenInMs === null ? [] : [sleep(Math.min(tokenInMs, lookAgainMs))];
}

/** How results are gathered to be written down together. */
interface Gathering {
  /** For how long, in milliseconds. */
  readonly ms: number;
  /** Begins more meanwhile; in how many milliseconds the rate limit lets the next one go, or null. */
  readonly refill: () => number | null;
}

/** The requests of one lane that are under way. */
function createSending(deps: LaneDeps, gate: Gate) {
  const inFlight = new Set<Promise<void>>();
  let finished: Attempted[] = [];
  let signal: Promise<void> | null = null;
  const nextTokenMs = ({ policy }: Destination) =>
    waitForTokenMs(gate.fullAtMs, policy.ratePerSecond, deps.clock.now());
  /** Waits a moment for what is about to finish too. */
  async function gather({ ms, refill }: Gathering): Promise<void> {
    let over = false;
    const end = sleep(ms).then(() => {
      over = true;
    });
    while (!over && finished.length < claimLimit) {
      if (finished.some((item) => item.verdict.next !== "delivered")) return;
      const tokenInMs = refill();
      if (inFlight.size === 0 && tokenInMs === null) return;
      await Promise.race([...inFlight, end, ...untilToken(tokenInMs)]);
    }
  }
  return {
    /** Nothing under way, and nothing finished that was not taken up yet. */
    isIdle: () => inFlight.size === 0 && finished.length === 0,
    /**
     * Begins as many as the system may be sent at once and now, taking them from `waiting`. Returns in
     * how many milliseconds the rate limit lets the next one go; null when it is not what is waited for.
     */
    begin(destination: Destination, waiting: Work[]): number | null {
      const { concurrency, ratePerSecond } = destination.policy;
      while (inFlight.size < concurrency && nextTokenMs(destination) === 0) {
        const work = waiting.shift();
        if (!work) return null;
        gate.fullAtMs = takeToken(gate.fullAtMs, ratePerSecond, deps.clock.now());
        const one = deliverChange(deps, destination, work.delivery, work.change).then((done) => {
          inFlight.delete(one);
          finished.push(done);
        });
        inFlight.add(one);
      }
      return waiting.length > 0 && inFlight.size < concurrency ? nextTokenMs(destination) : null;
    },
    /**
     * Waits for the next to finish, for a signal, or for `tokenInMs`; returns all that finished since
     * the last call, and those that finish together with them. More is begun meanwhile, as long as
     * nothing failed: what follows from a failure is decided first.
     */
    async nextFinished(
      signals: LaneSignals,
      tokenInMs: number | null,
      gathering: Gathering,
    ): Promise<Attempted[]> {
      if (finished.length === 0 && (inFlight.size > 0 || tokenInMs !== null)) {
        signal ??= signals.nextSignal(lookAgainMs).then(() => {
          signal = null;
        });
        await Promise.race([...inFlight, signal, ...untilToken(tokenInMs)]);
      }
      if (finished.length > 0) await gather(gathering);
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
