import type { FormError } from "#app/ui/kit/toast.ts";

/** `acknowledge`: somebody looks after it; `ignore`: nobody needs to. */
export type IssueDecision = "acknowledge" | "ignore";

/** What a person asked to do with dead letters. */
export type DeadLetterRequest =
  | { readonly intent: "replay"; readonly ids: readonly string[] }
  | { readonly intent: "replay-all"; readonly systemId: string | null }
  | { readonly intent: "issue"; readonly decision: IssueDecision; readonly issueId: string }
  | { readonly intent: "discard"; readonly ids: readonly string[]; readonly reason: string };

/** Dead letters read at a time. */
export const rowsPerPage = 50;

/** The longest reason that is kept. */
export const longestReason = 200;

/** Reads the form, or says what is missing. Pure. */
export function readRequest(
  form: FormData,
): { ok: true; request: DeadLetterRequest } | { ok: false; errors: FormError[] } {
  const intent = form.get("intent");
  const ids = form.getAll("id").filter((id) => typeof id === "string");
  if (intent === "replay-all") {
    const system = form.get("system");
    const systemId = typeof system === "string" && system !== "" ? system : null;
    return { ok: true, request: { intent, systemId } };
  }
  if (intent === "issue") {
    const issueId = form.get("issue");
    const decision = form.get("decision");
    if (typeof issueId !== "string") return refuse("", "Choose an issue.");
    if (decision !== "acknowledge" && decision !== "ignore")
      return refuse("", "Say what to do with the issue: acknowledge or ignore.");
    return { ok: true, request: { intent, decision, issueId } };
  }
  if (intent !== "replay" && intent !== "discard") {
    return refuse("", "Converge does not know this action. Reload the page and try again.");
  }
  if (ids.length === 0) return refuse("", "Choose at least one dead letter.");
  if (intent === "replay") return { ok: true, request: { intent, ids } };
  const reason = form.get("reason");
  const text = typeof reason === "string" ? reason.trim() : "";
  if (text === "") return refuse("reason", "Say why, so that others understand it later.");
  if (text.length > longestReason)
    return refuse("reason", `Use at most ${String(longestReason)} characters.`);
  return { ok: true, request: { intent, ids, reason: text } };
}

function refuse(field: string, message: string): { ok: false; errors: FormError[] } {
  return { ok: false, errors: [{ field, message }] };
}
