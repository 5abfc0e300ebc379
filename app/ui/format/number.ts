/** Writes numbers as the screens show them. No `Intl`: server and browser must agree to the letter. */

/** A whole number with thousands separators, and a minus that is one: -1204 -> "−1,204". */
export function formatCount(count: number): string {
  return withMinus(
    Math.round(count)
      .toString()
      .replace(/\B(?=(\d{3})+(?!\d))/g, ","),
  );
}

/** A hyphen is half as wide as a digit, and lost in a column of them. */
function withMinus(text: string): string {
  return text.replace(/^-/, "−");
}

/** A count that was cut off at a cap says so: "10,000+". */
export function formatCappedCount(count: number, capped: boolean): string {
  return capped ? `${formatCount(count)}+` : formatCount(count);
}

/** Counts that may differ, as one: "5", or "0–5". */
export function formatSpan(counts: readonly number[]): string {
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return least === most ? formatCount(least) : `${formatCount(least)}–${formatCount(most)}`;
}

const steps = [
  { from: 1e9, letter: "B" },
  { from: 1e6, letter: "M" },
  { from: 1e3, letter: "k" },
] as const;

/** An axis label: at most three digits, one decimal, one letter: 1234 -> "1.2k". */
export function formatCompact(value: number): string {
  for (const { from, letter } of steps) {
    // What would round up to 1000 of the smaller unit is 1 of this one.
    if (Math.abs(value) >= from * 0.9995) return `${trimmed(value / from)}${letter}`;
  }
  return trimmed(value);
}

/** A share in percent, 0 to 100: never "100 %" or "0 %" unless it is exactly that. */
export function formatPercent(percent: number): string {
  if (percent > 99.9 && percent < 100) return "> 99.9 %";
  if (percent > 0 && percent < 0.1) return "< 0.1 %";
  return `${trimmed(percent)} %`;
}

/** A number with its noun, singular or plural: "1 event", "14 events". */
export function countOf(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatCount(count)} ${count === 1 ? singular : plural}`;
}

function trimmed(value: number): string {
  const rounded = Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(1);
  return withMinus(rounded.replace(/\.0$/, ""));
}
