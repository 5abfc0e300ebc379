import type { DataDomain } from "#app/data-domains.ts";
import type { FreshnessExclusion } from "#app/freshness/types.ts";
import { placeWords } from "#app/ui/sla-words.ts";

/** A time that is to be left out, as typed. */
export interface ExclusionDraft {
  readonly kind: FreshnessExclusion["kind"];
  /** here: this kind of data in this place; everywhere: all data. */
  readonly scope: "here" | "everywhere";
  readonly fromTime: string;
  readonly toTime: string;
  /** "1" (Monday) to "7". */
  readonly weekdays: readonly string[];
  /** "2026-11-26T22:00", by the clocks of the store. */
  readonly from: string;
  readonly to: string;
  readonly note: string;
}

/** What a person wants left out, before it is known when that is. */
export type WantedExclusion =
  | { readonly what: "add"; readonly draft: ExclusionDraft }
  | { readonly what: "remove"; readonly rule: string };

/** The days of a week, as they are chosen and told. */
export const dayWords = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] as const;

/** What the form starts with. */
export const emptyExclusion: ExclusionDraft = {
  kind: "quiet_hours",
  scope: "here",
  fromTime: "22:00",
  toTime: "06:00",
  weekdays: dayWords.map((_, day) => String(day + 1)),
  from: "",
  to: "",
  note: "",
};

/** The form as it is posted. Pure. */
export function postOf(draft: ExclusionDraft): Record<string, string> {
  return { ...draft, weekdays: draft.weekdays.join(","), intent: "add-exclusion" };
}

/** What was posted about a time to be left out; null: it was about something else. Pure. */
export function readExclusionForm(form: FormData): WantedExclusion | null {
  const text = (name: string) => {
    const value = form.get(name);
    return typeof value === "string" ? value.trim() : "";
  };
  if (text("intent") === "remove-exclusion") return { what: "remove", rule: text("rule") };
  if (text("intent") !== "add-exclusion") return null;
  return {
    what: "add",
    draft: {
      kind: text("kind") === "maintenance" ? "maintenance" : "quiet_hours",
      scope: text("scope") === "everywhere" ? "everywhere" : "here",
      fromTime: text("fromTime"),
      toTime: text("toTime"),
      weekdays: text("weekdays").split(",").filter(Boolean),
      from: text("from"),
      to: text("to"),
      note: text("note"),
    },
  };
}

/**
 * The rule a draft stands for, for the room to check. `momentOf`: when the clocks of the store show a
 * time; what is no time stays as it was typed. Pure.
 */
export function ruleOfDraft(
  draft: ExclusionDraft,
  place: { readonly domain: DataDomain; readonly system: string | null },
  momentOf: (time: string) => number | null,
): FreshnessExclusion {
  const { system } = place;
  const scope =
    draft.scope === "everywhere"
      ? {}
      : { domain: place.domain, ...(system === null ? {} : { system }) };
  const rest = { ...scope, ...(draft.note === "" ? {} : { note: draft.note.slice(0, 200) }) };
  if (draft.kind === "quiet_hours") {
    const { fromTime, toTime, weekdays } = draft;
    const every = weekdays.length === dayWords.length;
    const days = every ? {} : { weekdays: weekdays.map(Number).toSorted((a, b) => a - b) };
    return { kind: "quiet_hours", fromTime, toTime, ...days, ...rest };
  }
  const moment = (time: string) => {
    const ms = momentOf(time);
    return ms === null ? time : new Date(ms).toISOString();
  };
  return { kind: "maintenance", from: moment(draft.from), to: moment(draft.to), ...rest };
}

/** Whether a rule leaves something out of what is promised in a place. Pure. */
export function concerns(
  rule: FreshnessExclusion,
  place: { readonly domain: DataDomain; readonly system: string | null },
): boolean {
  return (
    (rule.domain ?? place.domain) === place.domain &&
    (rule.system === undefined || rule.system === place.system)
  );
}

/** "Every day" or "Sat, Sun". Pure. */
export function daysWords(weekdays: readonly number[] | undefined): string {
  if (weekdays === undefined || weekdays.length === dayWords.length) return "Every day";
  return weekdays.map((day) => dayWords[day - 1] ?? "").join(", ");
}

/** For what a rule holds, as it is told in a place. Pure. */
export function scopeWords(
  rule: Pick<FreshnessExclusion, "domain" | "system">,
  place: Parameters<typeof placeWords>[0],
): string {
  if (rule.domain === undefined) return rule.system === undefined ? "All data" : "All data there";
  return rule.system === undefined
    ? placeWords(place).replace(/ in .*$/s, " everywhere")
    : placeWords(place);
}
