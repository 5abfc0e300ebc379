import type { FormError } from "#app/ui/kit/toast.ts";

/** What a person does about the holds of an article. */
export type HoldRequest =
  | {
      readonly intent: "hold";
      readonly quantity: number;
      readonly reference: string;
      readonly ttlSeconds: number;
    }
  | { readonly intent: "release" | "confirm"; readonly id: string };

/** For how long a person may hold units, in minutes, as the form offers it. */
export const holdMinutes = [15, 60, 240, 1_440] as const;

/** Reads the form, or says what is wrong. Pure. */
export function readHoldRequest(
  form: FormData,
): { ok: true; request: HoldRequest } | { ok: false; errors: FormError[] } {
  const text = (name: string) => {
    const value = form.get(name);
    return typeof value === "string" ? value.trim() : "";
  };
  const intent = text("intent");
  if (intent === "release" || intent === "confirm")
    return { ok: true, request: { intent, id: text("id") } };
  if (intent !== "hold") {
    const message = "Converge does not know this action. Reload the page and try again.";
    return { ok: false, errors: [{ field: "", message }] };
  }
  const quantity = Number(text("quantity"));
  const reference = text("reference");
  const minutes = Number(text("minutes"));
  const errors: FormError[] = [];
  if (!Number.isSafeInteger(quantity) || quantity < 1 || quantity > 1_000_000_000)
    errors.push({ field: "quantity", message: "Enter a whole number from 1 up." });
  if (reference === "" || reference.length > 200)
    errors.push({ field: "reference", message: "Say what it is for, in at most 200 characters." });
  if (!holdMinutes.some((offered) => offered === minutes))
    errors.push({ field: "minutes", message: "Choose how long." });
  if (errors.length > 0) return { ok: false, errors };
  return { ok: true, request: { intent, quantity, reference, ttlSeconds: minutes * 60 } };
}
