import type { ActionOutcome } from "#app/ui/kit/toast.ts";

/** How far back a recovery can look, in hours. */
export const recoveryHours = [1, 6, 24, 72, 168] as const;

/** What a person asked to do with a system. */
export type SystemRequest =
  | { readonly intent: "pause" | "resume" | "test" | "rotate" | "delete" }
  | { readonly intent: "recover"; readonly hours: number; readonly dryRun: boolean };

/** Reads the form, or says what is wrong with it. Pure. */
export function readSystemRequest(
  form: FormData,
): { ok: true; request: SystemRequest } | Extract<ActionOutcome, { ok: false }> {
  const intent = form.get("intent");
  switch (intent) {
    case "pause":
    case "resume":
    case "test":
    case "rotate":
    case "delete":
      return { ok: true, request: { intent } };
    case "recover": {
      const hours = recoveryHours.find((item) => String(item) === form.get("hours"));
      if (hours === undefined) return refuse("hours", "Choose one of the times in the list.");
      return { ok: true, request: { intent, hours, dryRun: form.get("dryRun") === "true" } };
    }
    default:
      return refuse("", "Converge does not know this action. Reload the page and try again.");
  }
}

function refuse(field: string, message: string): Extract<ActionOutcome, { ok: false }> {
  return { ok: false, errors: [{ field, message }] };
}
