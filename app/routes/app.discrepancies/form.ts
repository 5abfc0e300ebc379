import { discrepancyStatuses, type DiscrepancyStatus } from "#app/discrepancies/types.ts";
import type { FormError } from "#app/ui/kit/toast.ts";

/** A decision about one discrepancy. */
export interface Decision {
  readonly id: string;
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
  const id = form.get("id");
  const how = form.get("with");
  const reason = form.get("reason");
  const text = typeof reason === "string" ? reason.trim() : "";
  const refuse = (field: string, message: string) => ({
    ok: false as const,
    errors: [{ field, message }],
  });
  if (typeof id !== "string" || (how !== "owner" && how !== "ignore"))
    return refuse("", "Converge does not know this action. Reload the page and try again.");
  if (text === "") return refuse("reason", "Say why, so that others understand it later.");
  if (text.length > longestReason)
    return refuse("reason", `Use at most ${String(longestReason)} characters.`);
  return { ok: true, decision: { id, with: how, reason: text } };
}

/** The status a URL asks for; open when it asks for none. */
export function readStatus(text: string | null): DiscrepancyStatus {
  return discrepancyStatuses.find((status) => status === text) ?? "open";
}
