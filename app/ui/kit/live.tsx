import { useRevalidator } from "@remix-run/react";
import { useEffect, useRef, useState } from "react";
import { formatAgo } from "../format/duration.ts";
import { Button } from "./button.tsx";
import { useLoadedMs, useNow } from "./clock.tsx";

const refreshEveryMs = 5_000;

/** Whether the server can answer now. Asked first, since a screen whose data fails to load is replaced by an error. */
async function serverAnswers(): Promise<boolean> {
  try {
    const response = await fetch("/readyz", { cache: "no-store" });
    return response.ok;
  } catch {
    // No answer at all is the answer.
    return false;
  }
}

/** Calls `tick` every `everyMs` while the page can be seen, and at once when it comes back into view. */
export function useWhileVisible(tick: () => void, everyMs: number, enabled: boolean): void {
  const latest = useRef(tick);
  useEffect(() => {
    latest.current = tick;
  }, [tick]);
  useEffect(() => {
    if (!enabled) return;
    const run = () => {
      if (document.visibilityState === "visible") latest.current();
    };
    const timer = setInterval(run, everyMs);
    document.addEventListener("visibilitychange", run);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", run);
    };
  }, [everyMs, enabled]);
}

/** Whether the server answers, and a way to read the data again now. */
export interface LiveRefresh {
  readonly reachable: boolean;
  readonly refresh: () => void;
}

/** Reads the screen's data again and again; false while the server does not answer (the data stays). */
export function useLiveRefresh(enabled = true): LiveRefresh {
  const revalidator = useRevalidator();
  const [reachable, setReachable] = useState(true);
  const busy = useRef(false);
  const refresh = async () => {
    if (busy.current || revalidator.state !== "idle") return;
    busy.current = true;
    try {
      const answers = await serverAnswers();
      setReachable(answers);
      if (answers) revalidator.revalidate();
    } finally {
      busy.current = false;
    }
  };
  useWhileVisible(() => void refresh(), refreshEveryMs, enabled);
  return { reachable, refresh: () => void refresh() };
}

/** "Updated 12s ago" with a button to read again; says so when the server does not answer. */
export function UpdatedNote(props: {
  readonly reachable: boolean;
  readonly onRefresh: () => void;
}) {
  const loadedMs = useLoadedMs();
  const nowMs = useNow(1_000);
  const ago = formatAgo(Math.max(0, (nowMs - loadedMs) / 1000));
  return (
    <div className="cv-updated">
      <span className={props.reachable ? "cv-subdued" : "cv-critical"}>
        {props.reachable
          ? `Updated ${ago}`
          : `Converge is not answering. What you see was read ${ago}; trying again.`}
      </span>
      <Button variant="plain" onClick={props.onRefresh}>
        Refresh
      </Button>
    </div>
  );
}
