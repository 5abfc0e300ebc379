import type { ActionOutcome } from "#app/ui/kit/toast.ts";

/** What a person asked to do about subscriptions. */
export type SubscriptionRequest =
  | { readonly intent: "check" }
  | { readonly intent: "repair"; readonly topic: string };

/** Reads the form, or says what is wrong with it. Pure. */
export function readSubscriptionRequest(
  form: FormData,
):
  | { readonly ok: true; readonly request: SubscriptionRequest }
  | Extract<ActionOutcome, { ok: false }> {
  const intent = form.get("intent");
  const topic = form.get("topic");
  if (intent === "check") return { ok: true, request: { intent } };
  if (intent === "repair" && typeof topic === "string" && topic !== "")
    return { ok: true, request: { intent, topic } };
  const message = "Converge does not know this action. Reload the page and try again.";
  return { ok: false, errors: [{ field: "", message }] };
}
