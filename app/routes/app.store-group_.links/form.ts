import { type LinkState, linkStates } from "#app/coordination/types.ts";
import type { FormError } from "#app/ui/kit/toast.ts";

/** What a person asks for about one article of the group. */
export type LinkRequest =
  | { readonly intent: "find"; readonly poolId: string; readonly text: string }
  | { readonly intent: "tie"; readonly poolId: string; readonly itemId: string }
  | { readonly intent: "apart" | "rule"; readonly poolId: string };

/** Reads the form, or says what is wrong. Pure. */
export function readLinkRequest(
  form: FormData,
): { ok: true; request: LinkRequest } | { ok: false; errors: FormError[] } {
  const text = (name: string) => {
    const value = form.get(name);
    return typeof value === "string" ? value.trim() : "";
  };
  const intent = text("intent");
  const poolId = text("poolId");
  if (intent === "find" && text("text") === "")
    return {
      ok: false,
      errors: [{ field: "text", message: "Enter the SKU or the barcode of your article." }],
    };
  if (intent === "find") return { ok: true, request: { intent, poolId, text: text("text") } };
  if (intent === "tie") return { ok: true, request: { intent, poolId, itemId: text("itemId") } };
  if (intent === "apart" || intent === "rule") return { ok: true, request: { intent, poolId } };
  const message = "Converge does not know this action. Reload the page and try again.";
  return { ok: false, errors: [{ field: "", message }] };
}

/** The state a URL asks for; what has to be reviewed when it asks for none. */
export function readLinkState(text: string | null): LinkState {
  return linkStates.find((state) => state === text) ?? "doubt";
}

/** The list's address with everything it is narrowed to. */
export function linksHref(wanted: {
  readonly state: LinkState;
  readonly search?: string;
  readonly after?: string | null;
}): string {
  const { state, search = "", after = null } = wanted;
  const params = new URLSearchParams({ state });
  if (search !== "") params.set("sku", search);
  if (after !== null) params.set("after", after);
  return `/app/store-group/links?${params.toString()}`;
}
