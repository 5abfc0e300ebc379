import { formatAgo } from "../format/duration.ts";
import { formatExact, formatMoment } from "../format/time.ts";
import { useLoadedMs, useNow, useTimeZone } from "./clock.tsx";

/** "3 min ago", kept up to date, with the exact time in the shop's zone on hover. */
export function RelativeTime(props: { readonly at: string }) {
  const nowMs = useNow(5_000);
  const timeZone = useTimeZone();
  const seconds = (nowMs - Date.parse(props.at)) / 1000;
  // A step of the clock may lie up to 5 s before the event: that is "just now", not the future.
  const shown = seconds < 0 && seconds > -5 ? 0 : seconds;
  return (
    <time dateTime={props.at} title={`${formatExact(props.at, timeZone)} (${timeZone})`}>
      {formatAgo(shown)}
    </time>
  );
}

/** "10 Apr, 2:05 pm" in the shop's zone. */
export function Moment(props: { readonly at: string }) {
  const timeZone = useTimeZone();
  const loadedMs = useLoadedMs();
  return (
    <time dateTime={props.at} title={`${formatExact(props.at, timeZone)} (${timeZone})`}>
      {formatMoment(props.at, timeZone, loadedMs)}
    </time>
  );
}

/** "10 Apr 2026, 2:05:09.123 pm" in the shop's zone, for pages about one event. */
export function ExactTime(props: { readonly at: string }) {
  const timeZone = useTimeZone();
  return (
    <time dateTime={props.at} title={timeZone}>
      {formatExact(props.at, timeZone)}
    </time>
  );
}
