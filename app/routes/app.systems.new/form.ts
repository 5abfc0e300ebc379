import type { SystemView } from "#app/systems/types.ts";
import { formatMs } from "#app/ui/format/duration.ts";
import { comparisonForm, readComparison } from "./comparison-form.ts";

/** The form for a system, as typed: all text, so that half a number is no trouble. */
export interface SystemForm {
  readonly name: string;
  readonly kind: string;
  readonly url: string;
  readonly snapshotUrl: string;
  readonly domains: readonly string[];
  readonly mode: string;
  readonly maxAttempts: string;
  readonly firstWaitSeconds: string;
  readonly longestWaitMinutes: string;
  readonly answerWithinSeconds: string;
  readonly perSecond: string;
  readonly atOnce: string;
  /** What its silence about a hold means. */
  readonly onSilence: string;
  /** Units of stock, and of money, by which the two may differ. */
  readonly stockWithin: string;
  readonly priceWithin: string;
  /** What the system calls fields: `inventory.available=qty_on_hand`. */
  readonly names: readonly string[];
  /** `true`: a new system also gets the present state. */
  readonly backfill: string;
}

/** What the form holds before anybody typed. */
export const emptyForm: SystemForm = {
  name: "",
  kind: "wms",
  url: "",
  snapshotUrl: "",
  domains: ["inventory", "orders", "products"],
  mode: "latest",
  maxAttempts: "10",
  firstWaitSeconds: "2",
  longestWaitMinutes: "60",
  answerWithinSeconds: "10",
  perSecond: "",
  atOnce: "8",
  onSilence: "refuse",
  stockWithin: "",
  priceWithin: "",
  names: [],
  backfill: "",
};

/** The form as a system is set up now. Pure. */
export function formOf(system: SystemView): SystemForm {
  const policy = system.deliveryPolicy;
  return {
    name: system.name,
    kind: system.kind,
    url: system.url,
    snapshotUrl: system.snapshotUrl ?? "",
    domains: system.domains,
    mode: policy.mode,
    maxAttempts: String(policy.maxAttempts),
    firstWaitSeconds: String(policy.baseDelayMs / 1_000),
    longestWaitMinutes: String(policy.maxDelayMs / 60_000),
    answerWithinSeconds: String(policy.timeoutMs / 1_000),
    perSecond: policy.ratePerSecond === undefined ? "" : String(policy.ratePerSecond),
    atOnce: String(policy.concurrency),
    onSilence: policy.onSilence ?? "refuse",
    ...comparisonForm(system.comparison),
    backfill: "",
  };
}

/** The fields that stand under "Advanced", by the names under which errors come back. */
export const advancedFields = {
  maxAttempts: "deliveryPolicy.maxAttempts",
  firstWaitSeconds: "deliveryPolicy.baseDelayMs",
  longestWaitMinutes: "deliveryPolicy.maxDelayMs",
  answerWithinSeconds: "deliveryPolicy.timeoutMs",
  perSecond: "deliveryPolicy.ratePerSecond",
  atOnce: "deliveryPolicy.concurrency",
} as const satisfies Partial<Record<keyof SystemForm, string>>;

/** Turns what was posted into what `parseNewSystem` checks; units become milliseconds here. Pure. */
export function readSystemForm(form: FormData): Record<string, unknown> {
  const text = (name: keyof SystemForm) => {
    const value = form.get(name);
    return typeof value === "string" ? value.trim() : "";
  };
  const policy: Record<string, unknown> = { mode: text("mode") };
  const put = (name: string, field: keyof SystemForm, factor: number) => {
    const value = text(field);
    if (value !== "") policy[name] = Math.round(Number(value) * factor);
  };
  put("maxAttempts", "maxAttempts", 1);
  put("baseDelayMs", "firstWaitSeconds", 1_000);
  put("maxDelayMs", "longestWaitMinutes", 60_000);
  put("timeoutMs", "answerWithinSeconds", 1_000);
  put("concurrency", "atOnce", 1);
  // It is what no word means.
  if (text("onSilence") !== "refuse" && text("onSilence") !== "")
    policy["onSilence"] = text("onSilence");
  if (text("perSecond") !== "") policy["ratePerSecond"] = Number(text("perSecond"));
  return {
    name: text("name"),
    kind: text("kind"),
    url: text("url"),
    snapshotUrl: text("snapshotUrl") === "" ? null : text("snapshotUrl"),
    domains: form.getAll("domains"),
    deliveryPolicy: policy,
    comparison: readComparison(form),
  };
}

/** The form as it is posted. */
export function toFormData(form: SystemForm): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(form) as [keyof SystemForm, string | string[]][]) {
    if (typeof value === "string") data.set(name, value);
    else for (const item of value) data.append(name, item);
  }
  return data;
}

/**
 * When a change that keeps failing is tried again, and when it is given up, on average: waits are
 * drawn at random between nothing and base x 2^n, capped. Empty when a number is missing.
 */
export function describeRetries(form: SystemForm): string {
  const attempts = Number(form.maxAttempts);
  const firstMs = Number(form.firstWaitSeconds) * 1_000;
  const longestMs = Number(form.longestWaitMinutes) * 60_000;
  if (!(attempts >= 1 && attempts <= 50 && firstMs > 0 && longestMs > 0)) return "";
  if (attempts === 1) return "Tried once; not again.";
  const waits = Array.from({ length: attempts - 1 }, (_, n) =>
    Math.min(longestMs, firstMs * 2 ** n),
  );
  const shown = waits.slice(0, 4).map((wait) => formatMs(wait));
  const more = waits.length > 4 ? " …" : "";
  const totalMs = waits.reduce((sum, wait) => sum + wait, 0);
  return `Waits of up to ${shown.join(", ")}${more}; given up after ${formatMs(totalMs)} at the latest.`;
}
