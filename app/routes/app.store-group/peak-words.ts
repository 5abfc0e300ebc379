import { countOf } from "#app/ui/format/number.ts";
import { formatMoment } from "#app/ui/format/time.ts";
import type { BufferDraft } from "./buffer-draft.ts";

/**
 * One line about the peak that a rule is in, or else about its next one; null: none is left. `now`: by
 * the clocks of the store, like the times of the draft ("2026-11-26T22:00"). Pure.
 */
export function peakWords(draft: BufferDraft, now: string): string | null {
  const left = peaksLeft(draft, now);
  const [current] = left.filter(({ from }) => from <= now).sort((a, b) => b.factor - a.factor);
  const ahead = left.filter(({ from }) => from > now).sort((a, b) => (a.from < b.from ? -1 : 1));
  const told = current ?? ahead.shift();
  if (told === undefined) return null;
  const begins = told === current ? "" : `from ${shown(told.from, now)} `;
  const others = countOf(ahead.length, "more peak is ahead", "more peaks are ahead");
  return `Peak ${begins}until ${shown(told.to, now)}: ${String(told.factor)} times as much is kept back.${ahead.length === 0 ? "" : ` ${others}.`}`;
}

/** The peaks of a rule that are not over, as far as they lie in the rule's own time. */
function peaksLeft({ peakWindows, from, until }: BufferDraft, now: string) {
  return peakWindows
    .map((peak) => ({
      from: peak.from > from ? peak.from : from,
      to: until !== "" && until < peak.to ? until : peak.to,
      factor: Number(peak.factor),
    }))
    .filter(
      (peak) =>
        isTime(peak.from) &&
        isTime(peak.to) &&
        peak.from < peak.to &&
        now < peak.to &&
        peak.factor > 1,
    );
}

/** Of four digits for the year, so that times are in order as text; while one is typed it may be none. */
function isTime(time: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(time) && !Number.isNaN(Date.parse(`${time}Z`));
}

/** A time by the store's clocks, in the words of the screen; the year where it is not that of `now`. */
function shown(time: string, now: string): string {
  return formatMoment(`${time}Z`, "UTC", Date.parse(`${now}Z`));
}
