import { activeSystems } from "#app/systems/index.server.ts";
import { systemsWithWork } from "./claim-store.ts";
import { createCourtesy } from "./courtesy.ts";
import { createLaneSession } from "./lane-session.ts";
import { runLane, type LaneDeps } from "./lane.ts";
import type { LaneSignals } from "./work-off.ts";

/**
 * One lane per system over all workers. Who may run a lane is decided by a session lock in
 * Postgres: it is gone the moment its process is, so another worker takes over within a second,
 * and two never deliver to one system at once.
 */

/** The lanes of one worker. */
export interface Lanes {
  /** Takes nothing new, waits up to `graceMs` for what is in flight, lets the locks go. */
  stop(graceMs: number): Promise<void>;
}

/** The net under the wakes: what is due is found at the latest after this time. */
const sweepEveryMs = 1_000;
/** A lane that rests looks up at least this often. */
const longestRestMs = 60_000;

/** Starts looking after systems. The session behind the locks is reconnected by itself. */
export function createLanes(deps: LaneDeps): Lanes {
  const crew = createCrew(deps);
  async function sweep(): Promise<void> {
    await crew.session.ensureConnected();
    const systems = (await activeSystems(deps.db)).map((system) => system.id);
    const idle = systems.filter((id) => !crew.isBusy(id));
    for (const id of await systemsWithWork(deps.db, idle, deps.clock.now())) crew.wake(id);
  }
  let sweeping: Promise<void> = Promise.resolve();
  const startSweep = () => {
    sweeping = sweeping.then(sweep).catch((error: unknown) => {
      deps.log.error({ err: error }, "sweep failed; the next one tries again");
    });
  };
  startSweep();
  const sweeper = setInterval(startSweep, sweepEveryMs);
  return {
    async stop(graceMs) {
      clearInterval(sweeper);
      const grace = new Promise((resolve) => setTimeout(resolve, graceMs).unref());
      await Promise.race([Promise.allSettled([crew.stop(), sweeping]), grace]);
      await crew.session.close();
    },
  };
}

interface Lane {
  running: Promise<void> | null;
  /** Something came while the lane was running: look once more before it rests. */
  again: boolean;
  timer: NodeJS.Timeout | null;
  /** Interrupts the lane's waiting. */
  poke: () => void;
}

const nobodyWaits = () => undefined;

/** The lanes this process runs or waits to run again. */
function createCrew(deps: LaneDeps) {
  const lanes = new Map<string, Lane>();
  const courtesy = createCourtesy();
  const session = createLaneSession({ url: deps.db.url, log: deps.log, onWake: wake });
  let stopping = false;

  function wake(systemId: string): void {
    if (stopping) return;
    const lane = lanes.get(systemId) ?? {
      running: null,
      again: false,
      timer: null,
      poke: nobodyWaits,
    };
    lanes.set(systemId, lane);
    if (lane.timer) clearTimeout(lane.timer);
    lane.timer = null;
    if (lane.running) {
      lane.again = true;
      lane.poke();
      return;
    }
    lane.running = run(systemId, lane).finally(() => {
      lane.running = null;
      if (lane.again) wake(systemId);
    });
  }

  async function run(systemId: string, lane: Lane): Promise<void> {
    try {
      do {
        lane.again = false;
        const dueMs = await runLocked(systemId, lane);
        if (dueMs === null) continue;
        const waitMs = dueMs - deps.clock.now();
        if (waitMs <= 0) lane.again = true;
        else
          lane.timer = setTimeout(
            () => {
              wake(systemId);
            },
            Math.min(waitMs, longestRestMs),
          );
      } while (lane.again && !stopping);
    } catch (error) {
      deps.log.error({ err: error, systemId }, "lane stopped; the next sweep starts it again");
    }
  }

  /** Null when there is nothing to wait for, or when another worker has the lane: it looks again after letting go. */
  async function runLocked(systemId: string, lane: Lane): Promise<number | null> {
    const lock = await session.tryLock(systemId);
    if (!lock) return null;
    try {
      return await runLane(
        { ...deps, courtesy },
        systemId,
        signalsOf(lane, () => stopping || lock.lost()),
      );
    } finally {
      await lock.release();
    }
  }

  return {
    session,
    wake,
    isBusy: (systemId: string) => Boolean(lanes.get(systemId)?.running),
    async stop(): Promise<void> {
      stopping = true;
      for (const lane of lanes.values()) {
        if (lane.timer) clearTimeout(lane.timer);
        lane.poke();
      }
      await Promise.allSettled([...lanes.values()].flatMap((lane) => lane.running ?? []));
    },
  };
}

/** What a lane hears of the world outside while it works. */
function signalsOf(lane: Lane, stopped: () => boolean): LaneSignals {
  return {
    stopped,
    woken: () => {
      const was = lane.again;
      lane.again = false;
      return was;
    },
    nextSignal: (ms) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, ms);
        lane.poke = () => {
          clearTimeout(timer);
          lane.poke = nobodyWaits;
          resolve();
        };
        if (lane.again) lane.poke();
      }),
  };
}
