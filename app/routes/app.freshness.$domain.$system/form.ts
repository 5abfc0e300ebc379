import type { FreshnessSla, SlaError } from "#app/freshness/types.ts";
import type { FormError } from "#app/ui/kit/toast.ts";

/** The form for an SLA, as typed: all text, so that half a number is no trouble. */
export interface SlaForm {
  /** `store`: what holds for the store also holds here; `own`: this system has an SLA of its own. */
  readonly scope: "store" | "own";
  readonly warnAfterSeconds: string;
  readonly breachAfterSeconds: string;
  readonly targetPercent: string;
  readonly windowDays: string;
  readonly windowKind: string;
  readonly syncMethod: string;
  readonly pollEverySeconds: string;
}

/** What a person wants to happen with what they typed. */
export type SlaIntent = "save" | "preview";

/** The form as an SLA is now. Pure. */
export function formOf(sla: Omit<FreshnessSla, "system">, own: boolean): SlaForm {
  return {
    scope: own ? "own" : "store",
    warnAfterSeconds: String(sla.warnAfterSeconds),
    breachAfterSeconds: String(sla.breachAfterSeconds),
    targetPercent: String(sla.targetPercent),
    windowDays: String(sla.windowDays),
    windowKind: sla.windowKind ?? "rolling",
    syncMethod: sla.syncMethod,
    pollEverySeconds: String(sla.pollEverySeconds),
  };
}

const numbers = [
  "warnAfterSeconds",
  "breachAfterSeconds",
  "targetPercent",
  "windowDays",
  "pollEverySeconds",
] as const;

/** What was posted, for the room to check: `sla` null gives a system's own SLA up. Pure. */
export function readSlaForm(
  form: FormData,
  place: { readonly domain: string; readonly system: string | null },
): { readonly intent: SlaIntent; readonly sla: Readonly<Record<string, unknown>> | null } {
  const text = (name: keyof SlaForm) => {
    const value = form.get(name);
    return typeof value === "string" ? value.trim() : "";
  };
  const intent = form.get("intent") === "preview" ? "preview" : "save";
  if (place.system !== null && text("scope") !== "own") return { intent, sla: null };
  return {
    intent,
    sla: {
      domain: place.domain,
      ...(place.system === null ? {} : { system: place.system }),
      windowKind: text("windowKind") || "rolling",
      syncMethod: text("syncMethod"),
      ...Object.fromEntries(numbers.map((name) => [name, numberOf(text(name))])),
    },
  };
}

/** "" is no number: without this it would be read as 0. */
function numberOf(text: string): number | string {
  return text === "" ? text : Number(text);
}

/** In place of the checker's own words, which speak of the API's field names. */
const ownWords: Readonly<Record<string, string>> = {
  "A breach comes after the warning: choose warnAfterSeconds or more.":
    "A breach comes after the warning: choose as many seconds or more.",
};

/** `items[0].windowDays` is the form's `windowDays`. Pure. */
export function formErrors(errors: readonly SlaError[]): FormError[] {
  return errors.map(({ field, message }) => ({
    field: field.split(".").at(-1) ?? "",
    message: ownWords[message] ?? message,
  }));
}
