/**
 * What the lanes of one worker leave each other. They share its processor and its connections, so that
 * a lane with a backlog, going as fast as its system takes it, delays the fresh changes of all others;
 * minutes late already, it can wait a little longer, and they cannot.
 */

/** What waited longer than this before it was taken is late. */
const lateAfterMs = 2_000;
/** Lanes that were on time within this time are left room for. */
const rememberedMs = 10_000;
/** Nobody leaves room for longer than this on end: what comes faster than it goes would wait for ever. */
const longestMs = 600_000;

/** How fast a lane goes that leaves room, in deliveries a second. */
export const roomyRate = 100;

/** The lanes of a worker as they know of each other. */
export interface Courtesy {
  /**
   * Notes that a lane took work, the oldest of it since `oldestMs` (epoch ms) on its way. Whether it
   * leaves room: it is late and another one is not, and has not been for ten minutes.
   */
  took(systemId: string, oldestMs: number, nowMs: number): boolean;
}

interface OnTime {
  readonly systemId: string;
  readonly atMs: number;
}

/** Lanes that know nothing of each other yet. */
export function createCourtesy(): Courtesy {
  // The last lane that was on time, and the last other one: one of them is not the lane that asks.
  let last: OnTime | null = null;
  let lastOther: OnTime | null = null;
  const roomSinceMs = new Map<string, number>();
  const isLateBeside = (systemId: string, nowMs: number) => {
    const other = last?.systemId === systemId ? lastOther : last;
    return other !== null && nowMs - other.atMs <= rememberedMs;
  };
  return {
    took(systemId, oldestMs, nowMs) {
      const isOnTime = nowMs - oldestMs <= lateAfterMs;
      if (isOnTime) {
        if (last?.systemId !== systemId) lastOther = last;
        last = { systemId, atMs: nowMs };
      }
      if (isOnTime || !isLateBeside(systemId, nowMs)) {
        roomSinceMs.delete(systemId);
        return false;
      }
      const sinceMs = roomSinceMs.get(systemId) ?? nowMs;
      roomSinceMs.set(systemId, sinceMs);
      return nowMs - sinceMs < longestMs;
    },
  };
}
