import { moneyInOneForm } from "#app/ownership/index.server.ts";
import type { FieldFault, Fields } from "./types.ts";
import type { Target, Wanted, WriteDecision } from "./writer.ts";

/** Shopify's word for an unset value of a money field and the like is null; "" is the same. */
type Value = Fields[string];

/** How a field is checked and brought into one form. */
interface FieldRule {
  readonly form: "text" | "money" | "tags" | "status" | "number";
  readonly required?: boolean;
}

const text: FieldRule = { form: "text" };

/** What can be written, by type of record; the names are the Admin API's. */
const rules: Readonly<Record<string, Readonly<Record<string, FieldRule>>>> = {
  Product: {
    title: { form: "text", required: true },
    descriptionHtml: text,
    vendor: text,
    productType: text,
    status: { form: "status", required: true },
    handle: { form: "text", required: true },
    tags: { form: "tags" },
  },
  ProductVariant: { price: { form: "money", required: true }, compareAtPrice: { form: "money" } },
  Customer: {
    firstName: text,
    lastName: text,
    email: text,
    phone: text,
    note: text,
    tags: { form: "tags" },
  },
  Order: { note: text, tags: { form: "tags" }, email: text, phone: text },
  Fulfillment: { trackingNumber: text, trackingCompany: text, trackingUrl: text },
  LoyaltyPoints: { points: { form: "number", required: true } },
};

const statuses = ["active", "archived", "draft", "unlisted"];

/** What is wrong with a set of fields of a type, or null. Pure. */
export function checkFields(
  type: string,
  set: Readonly<Record<string, unknown>>,
): FieldFault | null {
  const known = rules[type] ?? {};
  const names = Object.keys(set);
  if (names.length === 0)
    return { field: "set", message: `Set at least one of: ${Object.keys(known).join(", ")}.` };
  for (const name of names) {
    const rule = Object.hasOwn(known, name) ? known[name] : undefined;
    const message = rule
      ? valueFault(rule, set[name])
      : `It can be one of: ${Object.keys(known).join(", ")}.`;
    if (message) return { field: `set.${name}`, message };
  }
  return null;
}

function valueFault({ form, required = false }: FieldRule, value: unknown): string | null {
  if (value === null || value === "") return required ? "It cannot be empty." : null;
  if (form === "number") {
    const fits = typeof value === "number" && Math.abs(value) <= Number.MAX_SAFE_INTEGER;
    return fits ? null : "Use a number, like 120.";
  }
  if (typeof value !== "string") return 'Use text, "12.90" for money and "a, b" for tags.';
  if (form === "money" && !/^\d{1,12}(\.\d{1,4})?$/.test(value))
    return 'Use an amount without a sign or a currency, like "12.90".';
  if (form === "status" && !statuses.includes(value.toLowerCase()))
    return `Use one of: ${statuses.join(", ")}.`;
  return null;
}

/** Fields in the one form in which they are compared: what is empty is null, tags are sorted. Pure. */
export function inOneForm(type: string, fields: Fields): Fields {
  const known = rules[type] ?? {};
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, formOf(known[name]?.form, value)]),
  );
}

function formOf(form: FieldRule["form"] | undefined, value: Value): Value {
  if (value === "" || value === null) return null;
  if (typeof value !== "string") return value;
  switch (form) {
    case "money":
      return moneyInOneForm(value);
    case "status":
      return value.toLowerCase();
    case "tags":
      return tagsOf(value).sort().join(", ") || null;
    default:
      return value;
  }
}

/** Tags as the list Shopify's mutations take. Pure. */
export function tagsOf(value: Value): string[] {
  const each = typeof value === "string" ? value.split(",").map((tag) => tag.trim()) : [];
  return [...new Set(each.filter((tag) => tag !== ""))];
}

/**
 * Whether fields may be written, where Shopify has no compare-and-set. The owner's word holds over
 * whatever Shopify has, unless the owner named the version it was looking at and that has passed.
 * `wanted.set` is in one form. Pure.
 */
export function decideFields({ set, basedOnMs }: Wanted, target: Target | null): WriteDecision {
  if (target === null) return { kind: "impossible", why: "Shopify has no such record any more." };
  const names = Object.keys(set);
  const expected = Object.fromEntries(names.map((name) => [name, target.fields[name] ?? null]));
  if (names.every((name) => expected[name] === set[name])) return { kind: "done" };
  if (basedOnMs !== null && target.changedAtMs > basedOnMs)
    return {
      kind: "conflict",
      why: `Shopify's record changed at ${new Date(
        target.changedAtMs,
      ).toISOString()}, after the version this was based on. Nothing was written.`,
    };
  const changed = names.filter((name) => expected[name] !== set[name]);
  const changes = Object.fromEntries(changed.map((name) => [name, set[name] ?? null]));
  return { kind: "write", attempt: { expected, set: changes, echo: changes } };
}
