import { type DataDomain, dataDomains } from "#app/data-domains.ts";
import { discrepancyStatuses, type DiscrepancyStatus } from "#app/discrepancies/types.ts";
import type { FormError } from "#app/ui/kit/toast.ts";

/** What a list of discrepancies is narrowed to; null: all. */
export interface DiscrepancyScope {
  readonly domain: DataDomain | null;
  readonly system: string | null;
}

/** A decision about some discrepancies: those named, or all open ones of a scope. */
export interface Decision {
  readonly about: { readonly ids: readonly string[] } | { readonly scope: DiscrepancyScope };
  readonly with: "owner" | "ignore";
  readonly reason: string;
}

/** Discrepancies read at a time. */
export const rowsPerPage = 50;

/** The longest reason that is kept. */
export const longestReason = 200;

/** Reads the form, or says what is missing. Pure. */
export function readDecision(
  form: FormData,
): { ok: true; decision: Decision } | { ok: false; errors: FormError[] } {
  const ids = form.getAll("id").filter((id) => typeof id === "string");
  const how = form.get("with");
  const reason = form.get("reason");
  const text = typeof reason === "string" ? reason.trim() : "";
  const refuse = (field: string, message: string) => ({
    ok: false as const,
    errors: [{ field, message }],
  });
  const all = form.get("all") === "true";
  if ((ids.length === 0 && !all) || (how !== "owner" && how !== "ignore"))
    return refuse("", "Converge does not know this action. Reload the page and try again.");
  if (text === "") return refuse("reason", "Say why, so that others understand it later.");
  if (text.length > longestReason)
    return refuse("reason", `Use at most ${String(longestReason)} characters.`);
  const about = all ? { scope: readScope((name) => form.get(name)) } : { ids };
  return { ok: true, decision: { about, with: how, reason: text } };
}

/** A decision as it is posted. */
export function toDecisionForm({ about, with: how, reason }: Decision): FormData {
  const form = new FormData();
  form.set("with", how);
  form.set("reason", reason);
  if ("ids" in about) for (const id of about.ids) form.append("id", id);
  else {
    form.set("all", "true");
    form.set("domain", about.scope.domain ?? "");
    form.set("system", about.scope.system ?? "");
  }
  return form;
}

/** The scope a URL or a form asks for. */
export function readScope(get: (name: string) => unknown): DiscrepancyScope {
  const system = get("system");
  return {
    domain: dataDomains.find((domain) => domain === get("domain")) ?? null,
    system: typeof system === "string" && system !== "" ? system : null,
  };
}

/** The list's address with everything it is narrowed to. */
export function discrepanciesHref(wanted: {
  readonly status: DiscrepancyStatus;
  readonly scope: DiscrepancyScope;
  readonly after?: string | null;
}): string {
  const { status, scope, after = null } = wanted;
  const params = new URLSearchParams({ status });
  if (scope.domain !== null) params.set("domain", scope.domain);
  if (scope.system !== null) params.set("system", scope.system);
  if (after !== null) params.set("after", after);
  return `/app/discrepancies?${params.toString()}`;
}

/** The status a URL asks for; open when it asks for none. */
export function readStatus(text: string | null): DiscrepancyStatus {
  return discrepancyStatuses.find((status) => status === text) ?? "open";
}
