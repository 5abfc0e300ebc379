import { createContext, useContext, useEffect, useState, useSyncExternalStore } from "react";
import type { ReactNode } from "react";
import { knownTimeZone } from "../format/time.ts";

/**
 * The time of a screen: the server's clock, carried on by the browser's stopwatch, in the shop's
 * time zone. Server and browser draw the same first picture, and a computer with a wrong clock
 * still says "12s ago" correctly.
 */
interface ScreenTime {
  /** The server's clock when the data was read, in milliseconds. */
  readonly loadedMs: number;
  readonly timeZone: string;
  readonly stopwatch: Stopwatch;
}

interface Stopwatch {
  /** Starts anew from a reading of the server's clock. */
  sync(loadedMs: number): void;
  nowMs(): number;
}

function startStopwatch(loadedMs: number): Stopwatch {
  let base = loadedMs;
  let startedMs = performance.now();
  return {
    sync(next) {
      if (next === base) return;
      base = next;
      startedMs = performance.now();
    },
    nowMs: () => base + (performance.now() - startedMs),
  };
}

const ScreenTimeContext = createContext<ScreenTime | null>(null);

/** Gives everything below the time at which the data was read, and the zone to show times in. */
export function ScreenClock(props: {
  readonly loadedMs: number;
  readonly timeZone: string | null;
  readonly children: ReactNode;
}) {
  const [stopwatch] = useState(() => startStopwatch(props.loadedMs));
  useEffect(() => {
    stopwatch.sync(props.loadedMs);
  }, [stopwatch, props.loadedMs]);
  const value = {
    loadedMs: props.loadedMs,
    timeZone: knownTimeZone(props.timeZone),
    stopwatch,
  };
  return <ScreenTimeContext.Provider value={value}>{props.children}</ScreenTimeContext.Provider>;
}

/** When the data on the screen was read, in milliseconds. */
export function useLoadedMs(): number {
  return useScreenTime().loadedMs;
}

/** The zone in which the screen shows times. */
export function useTimeZone(): string {
  return useScreenTime().timeZone;
}

/** The time now, in steps of `stepMs`; the component is drawn again when the step changes. */
export function useNow(stepMs: number): number {
  const { loadedMs, stopwatch } = useScreenTime();
  return useSyncExternalStore(
    (changed) => {
      const timer = setInterval(changed, stepMs);
      return () => {
        clearInterval(timer);
      };
    },
    () => inSteps(stopwatch.nowMs(), stepMs),
    () => inSteps(loadedMs, stepMs),
  );
}

function inSteps(ms: number, stepMs: number): number {
  return Math.floor(ms / stepMs) * stepMs;
}

function useScreenTime(): ScreenTime {
  const time = useContext(ScreenTimeContext);
  if (!time) throw new Error("Put the screen inside <Page>: it brings the clock.");
  return time;
}
