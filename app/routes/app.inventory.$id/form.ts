import type { FormError } from "#app/ui/kit/toast.ts";

/** What a person does about the holds of an article. */
export type HoldRequest =
  | {
      readonly intent: "hold";
      readonly quantity: number;
      readonly reference: string;
      readonly ttlSeconds: number;
      /** Ids of systems that have to agree first; none: nobody is asked. */
      readonly participants: readonly string[];
    }
  | { readonly intent: "release" | "confirm"; readonly id: string };

/** For how long a person may hold units, in minutes, as the form offers it. */
export const holdMinutes = [15, 60, 240, 1_440] as const;

/** Systems that can have to agree, at most: as the API has it. */
const mostAsked = 20;

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
  const asked = text("participants").split(",");
  const participants = [...new Set(asked)].filter((id) => id !== "");
  const errors: FormError[] = [];
  if (!Number.isSafeInteger(quantity) || quantity < 1 || quantity > 1_000_000_000)
    errors.push({ field: "quantity", message: "Enter a whole number from 1 up." });
  if (reference === "" || reference.length > 200)
    errors.push({ field: "reference", message: "Say what it is for, in at most 200 characters." });
  if (!holdMinutes.some((offered) => offered === minutes))
    errors.push({ field: "minutes", message: "Choose how long." });
  if (participants.length > mostAsked)
    errors.push({ field: "participants", message: `Ask at most ${String(mostAsked)} systems.` });
  if (errors.length > 0) return { ok: false, errors };
  const ttlSeconds = minutes * 60;
  return { ok: true, request: { intent, quantity, reference, ttlSeconds, participants } };
}
