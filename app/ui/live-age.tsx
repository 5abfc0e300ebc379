import type { FreshnessSla } from "#app/freshness/types.ts";
import { formatAge } from "./format/duration.ts";
import { useNow } from "./kit/clock.tsx";

/** How old data is, second by second; its colour says where that stands against the SLA. */
export function LiveAge(props: {
  readonly completeUpTo: string;
  readonly sla: Pick<FreshnessSla, "warnAfterSeconds" | "breachAfterSeconds">;
}) {
  const seconds = Math.max(0, (useNow(1_000) - Date.parse(props.completeUpTo)) / 1_000);
  const { warnAfterSeconds, breachAfterSeconds } = props.sla;
  const tone =
    seconds >= breachAfterSeconds ? "critical" : seconds >= warnAfterSeconds ? "caution" : "base";
  return <span className={`cv-age cv-text--${tone}`}>{formatAge(seconds)}</span>;
}
