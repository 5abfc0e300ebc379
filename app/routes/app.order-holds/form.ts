import {
  orderConditionKinds,
  type OrderHoldRule,
  type SilencePolicy,
} from "#app/coordination/types.ts";
import type { FormError } from "#app/ui/kit/toast.ts";

type Kind = (typeof orderConditionKinds)[number];

/** A rule as the form holds it: all text. */
export interface OrderRuleDraft {
  readonly name: string;
  readonly kind: Kind;
  readonly amount: string;
  readonly currency: string;
  /** SKUs or tags, a comma between. */
  readonly list: string;
  /** Ids of systems. */
  readonly participants: readonly string[];
  readonly minutes: string;
  readonly onSilence: SilencePolicy;
}

/** What a person asks for on the screen of held orders. */
export type OrderHoldRequest =
  | { readonly intent: "save"; readonly drafts: readonly OrderRuleDraft[] }
  | { readonly intent: "release"; readonly id: string };

/** Reads the form, or says what is wrong. Pure. */
export function readOrderHoldRequest(
  form: FormData,
): { ok: true; request: OrderHoldRequest } | { ok: false; errors: FormError[] } {
  const text = (name: string) => {
    const value = form.get(name);
    return typeof value === "string" ? value.trim() : "";
  };
  const intent = text("intent");
  if (intent === "release") return { ok: true, request: { intent, id: text("id") } };
  const drafts = intent === "save" ? readDrafts(text("drafts")) : null;
  if (drafts !== null) return { ok: true, request: { intent: "save", drafts } };
  const message = "Converge does not know this action. Reload the page and try again.";
  return { ok: false, errors: [{ field: "", message }] };
}

/** The list as the screen sent it; what is wrong in it is the room's to say. Null: it is no list. */
function readDrafts(json: string): OrderRuleDraft[] | null {
  try {
    const list: unknown = JSON.parse(json);
    return Array.isArray(list) ? (list as OrderRuleDraft[]) : null;
  } catch {
    return null;
  }
}

/** Drafts as rules are sent: a number that is none stays one, so that it is refused by its name. Pure. */
export function asOrderRules(drafts: readonly OrderRuleDraft[]): unknown[] {
  return drafts.map(({ name, participants, minutes, onSilence, ...draft }) => ({
    name: name.trim(),
    when: conditionOf(draft),
    participants,
    ttlSeconds: minutes.trim() === "" ? NaN : Math.round(Number(minutes) * 60),
    onSilence,
  }));
}

function conditionOf(
  draft: Pick<OrderRuleDraft, "kind" | "amount" | "currency" | "list">,
): OrderHoldRule["when"] {
  if (draft.kind === "total")
    return {
      kind: "total",
      atLeast: draft.amount.trim(),
      currency: draft.currency.trim().toUpperCase(),
    };
  const named = draft.list
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");
  return draft.kind === "sku" ? { kind: "sku", skus: named } : { kind: "tag", tags: named };
}

/** A rule as the form holds it. `currency`: the store's. Pure. */
export function asDraft(
  { name, when, participants, ttlSeconds, onSilence }: OrderHoldRule,
  currency: string,
): OrderRuleDraft {
  return {
    name,
    kind: when.kind,
    amount: when.kind === "total" ? when.atLeast : "",
    currency: when.kind === "total" ? when.currency : currency,
    list:
      when.kind === "sku" ? when.skus.join(", ") : when.kind === "tag" ? when.tags.join(", ") : "",
    participants,
    minutes: String(ttlSeconds / 60),
    onSilence,
  };
}

export const kindOptions = orderConditionKinds.map((value) => ({
  value,
  label: { total: "Its total is at least", sku: "It contains", tag: "It is tagged" }[value],
}));
