import type { ActionOutcome } from "#app/ui/kit/toast.ts";

/** Reads which request is to be answered, or says what is wrong. Pure. */
export function readExportRequest(
  form: FormData,
): { readonly ok: true; readonly id: string } | Extract<ActionOutcome, { ok: false }> {
  const id = form.get("id");
  if (form.get("intent") === "export" && typeof id === "string") return { ok: true, id };
  const message = "Converge does not know this action. Reload the page and try again.";
  return { ok: false, errors: [{ field: "", message }] };
}
