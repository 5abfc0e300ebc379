import { type DataDomain, dataDomains } from "#app/data-domains.ts";
import { bufferModes, type BufferMode } from "#app/coordination/types.ts";
import type { FormError } from "#app/ui/kit/toast.ts";

/** A buffer rule as the form holds it: all text. */
export interface BufferDraft {
  /** Empty: all articles. */
  readonly sku: string;
  readonly mode: BufferMode;
  readonly value: string;
  /** RFC 3339, as they came: the form keeps what it does not show. */
  readonly peakWindows: readonly {
    readonly from: string;
    readonly to: string;
    readonly factor: number;
  }[];
}

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
  | { readonly intent: "preview" | "save"; readonly drafts: readonly BufferDraft[] };

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
    case "preview":
    case "save":
      return { ok: true, request: { intent, drafts: readList<BufferDraft>(text("drafts")) } };
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

/** Drafts as rules are sent: a number that is none stays one, so that it is refused by its name. Pure. */
export function asItems(drafts: readonly BufferDraft[], groupId: string): unknown[] {
  return drafts.map(({ sku, mode, value, peakWindows }) => ({
    groupId,
    sku: sku.trim() === "" ? null : sku.trim(),
    mode,
    value: value.trim() === "" ? NaN : Number(value),
    peakWindows,
  }));
}

export const modeOptions = bufferModes.map((mode) => ({
  value: mode,
  label: { fixed: "Units", percent: "Percent of the pool", auto: "Automatic" }[mode],
}));
