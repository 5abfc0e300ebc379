import { type DataDomain, dataDomains } from "#app/data-domains.ts";
import type { FormError } from "#app/ui/kit/toast.ts";
import type { BufferDraft } from "./buffer-draft.ts";

/** What a person asks for on the screen of the store group. */
export type GroupRequest =
  | { readonly intent: "create"; readonly name: string }
  | { readonly intent: "join"; readonly code: string }
  | { readonly intent: "code" }
  /** Null: where there is most of an article. */
  | { readonly intent: "location"; readonly locationId: string | null }
  | { readonly intent: "share"; readonly domains: readonly DataDomain[] }
  | { readonly intent: "leave" }
  /** Checked by the room. */
  | { readonly intent: "rules"; readonly items: readonly unknown[] }
  | {
      readonly intent: "preview" | "save";
      readonly drafts: readonly BufferDraft[];
      /** Of the rules that were being edited. */
      readonly edition: string;
    };

/** Reads the form, or says what is wrong. Pure. */
export function readGroupRequest(
  form: FormData,
): { ok: true; request: GroupRequest } | { ok: false; errors: FormError[] } {
  const text = (name: string) => {
    const value = form.get(name);
    return typeof value === "string" ? value.trim() : "";
  };
  const refuse = (field: string, message: string) => ({
    ok: false as const,
    errors: [{ field, message }],
  });
  const intent = text("intent");
  switch (intent) {
    case "create": {
      const name = text("name");
      if (name === "" || name.length > 80)
        return refuse("name", "Give the group a name of at most 80 characters.");
      return { ok: true, request: { intent, name } };
    }
    case "join": {
      const code = text("code");
      if (code === "") return refuse("code", "Enter the code that the other store shows.");
      return { ok: true, request: { intent, code } };
    }
    case "code":
    case "leave":
      return { ok: true, request: { intent } };
    case "location": {
      const locationId = text("locationId");
      return { ok: true, request: { intent, locationId: locationId === "" ? null : locationId } };
    }
    case "share": {
      const names = text("domains").split(",").filter(Boolean);
      const domains = dataDomains.filter((domain) => names.includes(domain));
      if (domains.length < names.length)
        return refuse(
          "domains",
          "Converge does not know one of these kinds of data. Reload the page.",
        );
      return { ok: true, request: { intent, domains } };
    }
    case "rules":
      return { ok: true, request: { intent, items: readItems(text("items")) } };
    case "preview":
    case "save":
      return {
        ok: true,
        request: {
          intent,
          drafts: readItems(text("drafts")) as BufferDraft[],
          edition: text("edition"),
        },
      };
    default:
      return refuse("", "Converge does not know this action. Reload the page and try again.");
  }
}

/** The list as the screen sent it; what is wrong in it is the room's to say. */
function readItems(json: string): unknown[] {
  try {
    const list: unknown = JSON.parse(json);
    return Array.isArray(list) ? list : [];
  } catch {
    return [];
  }
}
