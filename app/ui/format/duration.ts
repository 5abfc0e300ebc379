/** Writes spans of time as people say them. */

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** A span in seconds, two digits at least, one unit: "8 ms", "840 ms", "1.2 s", "45 s", "3.5 min", "2 h", "4 days". */
export function formatSeconds(seconds: number): string {
  const span = Math.max(0, seconds);
  if (span < 0.9995) return `${String(Math.round(span * 1000))} ms`;
  if (span < 9.95) return `${short(span)} s`;
  if (span < 1.995 * minute) return `${String(Math.round(span))} s`;
  if (span < 1.995 * hour) return `${short(span / minute)} min`;
  if (span < 1.995 * day) return `${short(span / hour)} h`;
  return `${short(span / day)} days`;
}

/** A span in milliseconds, in the same words. */
export function formatMs(ms: number): string {
  return formatSeconds(ms / 1000);
}

/** A target is a promise in whole units: 60 -> "1 min", 90 -> "90 s", 900 -> "15 min". */
export function formatTarget(seconds: number): string {
  if (seconds >= hour && seconds % hour === 0) return `${String(seconds / hour)} h`;
  if (seconds >= minute && seconds % minute === 0) return `${String(seconds / minute)} min`;
  return formatSeconds(seconds);
}

/** An age that ticks: whole seconds, two units at most, always the same shape: "45 s", "2 min 05 s", "3 h 20 min", "2 days 4 h". */
export function formatAge(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < minute) return `${String(whole)} s`;
  if (whole < hour) return `${String(Math.floor(whole / minute))} min ${two(whole % minute)} s`;
  if (whole < day)
    return `${String(Math.floor(whole / hour))} h ${two(Math.floor((whole % hour) / minute))} min`;
  const days = Math.floor(whole / day);
  return `${days === 1 ? "1 day" : `${String(days)} days`} ${String(Math.floor((whole % day) / hour))} h`;
}

/** How long ago, given in seconds: "just now", "12s ago", "3 min ago", "2 h ago", "5 days ago"; negative is the future. */
export function formatAgo(seconds: number): string {
  if (seconds < -1) return `in ${span(-seconds)}`;
  if (seconds < 2) return "just now";
  return `${span(seconds)} ago`;
}

function span(seconds: number): string {
  if (seconds < minute) return `${String(Math.floor(seconds))}s`;
  if (seconds < hour) return `${String(Math.floor(seconds / minute))} min`;
  if (seconds < day) return `${String(Math.floor(seconds / hour))} h`;
  const days = Math.floor(seconds / day);
  return days === 1 ? "1 day" : `${String(days)} days`;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}

function short(value: number): string {
  return (value < 9.95 ? value.toFixed(1) : value.toFixed(0)).replace(/\.0$/, "");
}
