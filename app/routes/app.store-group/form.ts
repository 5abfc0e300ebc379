import { type DataDomain, dataDomains } from "#app/data-domains.ts";
import type { FormError } from "#app/ui/kit/toast.ts";
import type { BufferDraft } from "./buffer-draft.ts";

/** Where a pool location is to be shown. @see PoolLocationView */
export interface WantedPlace {
  readonly poolLocation: string;
  readonly shownAt: string | null;
}

/** What a person asks for about pool locations. */
export type PlaceRequest =
  | { readonly intent: "places"; readonly items: readonly WantedPlace[] }
  | { readonly intent: "place-add"; readonly name: string }
  | { readonly intent: "place-rename"; readonly id: string; readonly name: string }
  | { readonly intent: "place-remove"; readonly id: string };

/** Tells them from the others. */
export function isAboutPlaces(request: GroupRequest): request is PlaceRequest {
  return request.intent.startsWith("place");
}

/** What a person asks for on the screen of the store group. */
export type GroupRequest =
  | { readonly intent: "create"; readonly name: string }
  | { readonly intent: "join"; readonly code: string }
  | { readonly intent: "code" }
  | PlaceRequest
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
  if (intent.startsWith("place")) return readPlaceRequest(text);
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
      return { ok: true, request: { intent, items: readList<unknown>(text("items")) } };
    case "preview":
    case "save":
      return {
        ok: true,
        request: {
          intent,
          drafts: readList<BufferDraft>(text("drafts")),
          edition: text("edition"),
        },
      };
    default:
      return refuse("", "Converge does not know this action. Reload the page and try again.");
  }
}

function readPlaceRequest(
  text: (name: string) => string,
): { ok: true; request: PlaceRequest } | { ok: false; errors: FormError[] } {
  const [intent, id, name] = [text("intent"), text("id"), text("name")];
  if (intent === "place-remove") return { ok: true, request: { intent, id } };
  if (intent !== "place-add" && intent !== "place-rename") {
    const items = readList<WantedPlace>(text("items"));
    return { ok: true, request: { intent: "places", items } };
  }
  if (name === "" || name.length > 80) {
    const message = "Give the pool location a name of at most 80 characters.";
    return { ok: false, errors: [{ field: "name", message }] };
  }
  return {
    ok: true,
    request: intent === "place-add" ? { intent, name } : { intent, id, name },
  };
}

/** The list as the screen sent it; what is wrong in it is the room's to say. */
function readList<Item>(json: string): Item[] {
  try {
    const list: unknown = JSON.parse(json);
    return Array.isArray(list) ? (list as Item[]) : [];
  } catch {
    return [];
  }
}
