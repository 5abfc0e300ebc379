import { setTimeout as sleep } from "node:timers/promises";
import { createLanes, type Lanes } from "#app/delivery/index.server.ts";
import type { Rig } from "#test/worker/rig.ts";
import { type ConnectedSystem, connectSystem } from "./publish.ts";
import { type Receiver, startReceiver } from "./receiver.ts";

/** A store with one connected system that a test plays. */
export interface Line extends ConnectedSystem {
  readonly receiver: Receiver;
}

/** Opens lines and closes whatever a test opened. */
export interface Bench {
  readonly rig: Rig;
  /** A new store with a system of its own. */
  openLine(options?: Parameters<typeof connectSystem>[3]): Promise<Line>;
  /** Lanes as one worker runs them. */
  startLanes(overrides?: Partial<Rig>): Lanes;
  /** Stops the lanes and receivers; call it after each test. */
  clear(): Promise<void>;
}

/** @see Bench */
export function createBench(rig: Rig): Bench {
  const receivers: Receiver[] = [];
  const running: Lanes[] = [];
  return {
    rig,
    openLine: async (options) => {
      const receiver = await startReceiver();
      receivers.push(receiver);
      const system = await connectSystem(rig, await rig.installedShop(), receiver.url, options);
      return { ...system, receiver };
    },
    startLanes: (overrides = {}) => {
      const lanes = createLanes({ ...rig, ...overrides });
      running.push(lanes);
      return lanes;
    },
    clear: async () => {
      // Receivers first: what hangs there would be waited for.
      await Promise.all(receivers.splice(0).map((receiver) => receiver.close()));
      await Promise.all(running.splice(0).map((lanes) => lanes.stop(5_000)));
      // A system of a finished test has nothing to say in the next one.
      await rig.db.query("UPDATE systems SET deleted_at = now() WHERE deleted_at IS NULL");
    },
  };
}

/** Waits until `count()` has not grown for `quietMs`, and returns it. */
export async function whenQuiet(count: () => number, quietMs: number): Promise<number> {
  for (;;) {
    const before = count();
    await sleep(quietMs);
    if (count() === before) return before;
  }
}

/** How long a test waits for what happens in milliseconds on an idle machine. */
export const soon = { timeout: 15_000, interval: 20 };
