import type { FormError } from "#app/ui/kit/toast.ts";
import { bufferModes, type BufferMode, type BufferRule } from "#app/coordination/types.ts";

/** A buffer rule as the form holds it: all text. */
export interface BufferDraft {
  readonly about: "all" | "article" | "collection";
  readonly sku: string;
  readonly collectionId: string;
  /** "": everywhere; a store; or a store and one of its locations, with a space between. */
  readonly where: string;
  readonly mode: BufferMode;
  readonly value: string;
  readonly floor: string;
  readonly priority: string;
  /** "2026-11-26T22:00", by the clocks of the store; empty: no such end. */
  readonly from: string;
  readonly until: string;
  readonly peakWindows: readonly PeakDraft[];
  readonly saved: { readonly from?: string | undefined; readonly until?: string | undefined };
}

/** A time in which more is kept back, as the form holds it: all text, times like those of the rule. */
export interface PeakDraft {
  readonly from: string;
  readonly to: string;
  readonly factor: string;
  readonly saved: { readonly from?: string | undefined; readonly to?: string | undefined };
}

/** How the clocks of a store are read, and set. */
export interface StoreClock {
  readonly wallTime: (atMs: number) => string;
  /** Null: that is no time. */
  readonly momentOf: (time: string) => number | null;
}

/** What the form begins a rule with. */
export const newRule: BufferDraft = {
  about: "all",
  sku: "",
  collectionId: "",
  where: "",
  mode: "fixed",
  value: "1",
  floor: "",
  priority: "",
  from: "",
  until: "",
  peakWindows: [],
  saved: {},
};

/** What the form begins a peak with. */
export const newPeak: PeakDraft = { from: "", to: "", factor: "2", saved: {} };

/** A rule as the form shows it. Pure. */
export function draftOf(rule: BufferRule, { wallTime }: StoreClock): BufferDraft {
  const { sku, collectionId, shop, locationId, activeFrom, activeUntil } = rule;
  const textOf = (value: number | undefined) => (value === undefined ? "" : String(value));
  const timeOf = (at: string | undefined) => (at === undefined ? "" : wallTime(Date.parse(at)));
  return {
    about: sku !== null ? "article" : collectionId === undefined ? "all" : "collection",
    sku: sku ?? "",
    collectionId: collectionId ?? "",
    where: [shop, locationId].filter(Boolean).join(" "),
    mode: rule.mode,
    value: String(rule.value),
    floor: textOf(rule.floor),
    priority: textOf(rule.priority),
    from: timeOf(activeFrom),
    until: timeOf(activeUntil),
    peakWindows: rule.peakWindows.map(({ from, to, factor }) => ({
      from: timeOf(from),
      to: timeOf(to),
      factor: String(factor),
      saved: { from, to },
    })),
    saved: { from: activeFrom, until: activeUntil },
  };
}

/**
 * Drafts as rules are sent, for the room to check: a number that is none stays one, and a time that is
 * none stays as it was typed, so that they are refused by their names. Pure.
 */
export function asItems(
  drafts: readonly BufferDraft[],
  groupId: string,
  clock: StoreClock,
): unknown[] {
  return drafts.map((draft) => {
    const [shop, locationId] = draft.where.split(" ");
    const said = {
      collectionId: draft.about === "collection" ? draft.collectionId : undefined,
      shop: shop === "" ? undefined : shop,
      locationId,
      floor: numberOr(draft.floor, undefined),
      priority: numberOr(draft.priority, undefined),
      activeFrom: momentIn(draft.from, draft.saved.from, clock),
      activeUntil: momentIn(draft.until, draft.saved.until, clock),
    };
    return {
      groupId,
      sku: draft.about === "article" ? draft.sku.trim() : null,
      mode: draft.mode,
      value: numberOr(draft.value, NaN),
      peakWindows: draft.peakWindows.map(({ from, to, factor, saved }) => ({
        from: momentIn(from, saved.from, clock),
        to: momentIn(to, saved.to, clock),
        factor: numberOr(factor, NaN),
      })),
      ...Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)),
    };
  });
}

function numberOr<Without>(text: string, without: Without): number | Without {
  return text.trim() === "" ? without : Number(text);
}

/** What was saved to the second stays so while nobody touches the minute that is shown. */
function momentIn(time: string, saved: string | undefined, clock: StoreClock): string | undefined {
  if (time === "") return undefined;
  if (saved !== undefined && clock.wallTime(Date.parse(saved)) === time) return saved;
  const ms = clock.momentOf(time);
  return ms === null ? time : new Date(ms).toISOString();
}

export const modeOptions = bufferModes.map((mode) => ({
  value: mode,
  label: { fixed: "Units", percent: "Percent of the pool", auto: "Automatic" }[mode],
}));

export const aboutOptions = [
  { value: "all", label: "All articles" },
  { value: "article", label: "One article" },
  { value: "collection", label: "A collection" },
] as const;

/** In place of the room's own words, which speak of ids and of the API's field names. */
const ownWords: readonly [field: RegExp, message: RegExp, words: string][] = [
  [/\.sku$/, /^Name an article/, "Enter the article's SKU."],
  [/\.collectionId$/, /^Use a collection's id/, "Choose a collection."],
  [/\.(?:activeFrom|activeUntil|from|to)$/, /^Use RFC 3339/, "Enter a date and a time."],
  [/\.activeUntil$/, /activeFrom/, "It has to be after the time from which it holds."],
  [/\.to$/, /^It has to be after from/, "It has to be after the time at which the peak begins."],
  [/\.factor$/, /^Use a number/, "Enter a number from 1 to 100."],
  [/\.peakWindows$/, /at most 20/, "A rule has at most 20 peaks: remove some."],
];

/** What is wrong with drafts, in the words of the form. Pure. */
export function formErrors(errors: readonly FormError[]): FormError[] {
  return errors.map((error) => {
    const own = ownWords.find(
      ([field, text]) => field.test(error.field) && text.test(error.message),
    );
    return own === undefined ? error : { ...error, message: own[2] };
  });
}
