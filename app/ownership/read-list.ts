import type { RuleError } from "./types.ts";

/** A rule as somebody sent it. */
export type SentRule = Readonly<Record<string, unknown>>;

/** What one rule of a list is, or what is wrong with which of its fields. */
export type ReadRule<Rule> = { readonly rule: Rule } | { readonly faults: readonly Fault[] };

/** A field, and what is wrong with it; null: nothing. */
export type Fault = readonly [field: string, message: string | null];

/**
 * Reads a list of rules one by one; every wrong field is named by its place (`items[2].owner`). Not
 * one of them is taken while another is wrong. Pure.
 */
export function readList<Rule>(
  items: unknown,
  read: (sent: SentRule, seen: ReadonlySet<unknown>) => ReadRule<Rule>,
): { ok: true; rules: Rule[] } | { ok: false; errors: RuleError[] } {
  if (!Array.isArray(items))
    return { ok: false, errors: [{ field: "items", message: "Send a list of rules as items." }] };
  const errors: RuleError[] = [];
  const rules: Rule[] = [];
  const seen = new Set<unknown>();
  for (const [index, item] of items.entries()) {
    const at = `items[${String(index)}]`;
    if (typeof item !== "object" || item === null || Array.isArray(item)) {
      const message = "A rule is an object with domain, owner and onForeignWrite.";
      errors.push({ field: at, message });
      continue;
    }
    const sent = item as SentRule;
    const one = read(sent, seen);
    seen.add(sent["domain"]);
    if ("rule" in one) rules.push(one.rule);
    else
      for (const [field, message] of one.faults)
        if (message !== null) errors.push({ field: `${at}.${field}`, message });
  }
  return errors.length > 0 ? { ok: false, errors } : { ok: true, rules };
}

/** The rule, if none of its fields is at fault. Pure. */
export function unlessAtFault<Rule>(faults: readonly Fault[], rule: () => Rule): ReadRule<Rule> {
  return faults.some(([, message]) => message !== null) ? { faults } : { rule: rule() };
}
