import type { z } from "zod";

/** What is wrong with one field, and how to mend it. */
export interface FieldError {
  /** As a path: `items.0.owner`. Empty: the whole of it. */
  readonly field: string;
  readonly message: string;
}

/** What somebody sent, checked: every wrong field is named, in words of the schema or else in plain ones. Pure. */
export function readFields<Value>(
  schema: z.ZodType<Value>,
  sent: unknown,
): { ok: true; value: Value } | { ok: false; errors: FieldError[] } {
  const parsed = schema.safeParse(sent, { error: wordsOf });
  if (parsed.success) return { ok: true, value: parsed.data };
  return { ok: false, errors: parsed.error.issues.flatMap(errorsOf) };
}

/** One item of a list as somebody sent it. */
export type SentItem = Readonly<Record<string, unknown>>;

/** A field, and what is wrong with it; null: nothing. */
export type Fault = readonly [field: string, message: string | null];

/** An item that was looked at: what is wrong with it, and what it is if nothing is. */
export interface ReadItem<Item> {
  readonly faults: readonly Fault[];
  readonly item: () => Item;
}

/**
 * A list somebody sent, checked item by item by rules that a schema cannot say; every wrong field is
 * named by its place (`items[2].owner`), and none is taken while another is wrong. `words`: what to say
 * to somebody who sends no list, or an item that is no object. Pure.
 */
export function readList<Item>(
  items: unknown,
  words: { readonly list: string; readonly item: string },
  read: (sent: SentItem) => ReadItem<Item>,
): { ok: true; items: Item[] } | { ok: false; errors: FieldError[] } {
  if (!Array.isArray(items))
    return { ok: false, errors: [{ field: "items", message: words.list }] };
  const errors: FieldError[] = [];
  const taken: Item[] = [];
  for (const [index, sent] of (items as unknown[]).entries()) {
    const at = `items[${String(index)}]`;
    if (typeof sent !== "object" || sent === null || Array.isArray(sent)) {
      errors.push({ field: at, message: words.item });
      continue;
    }
    const { faults, item } = read(sent as SentItem);
    const wrong = faults.flatMap(([field, message]) =>
      message === null ? [] : [{ field: `${at}.${field}`, message }],
    );
    errors.push(...wrong);
    if (wrong.length === 0) taken.push(item());
  }
  return errors.length > 0 ? { ok: false, errors } : { ok: true, items: taken };
}

function errorsOf(issue: z.core.$ZodIssue): FieldError[] {
  const field = issue.path.join(".");
  if (issue.code !== "unrecognized_keys") return [{ field, message: issue.message }];
  return issue.keys.map((key) => ({
    field: field === "" ? key : `${field}.${key}`,
    message: "There is no such field.",
  }));
}

type Issue = z.core.$ZodRawIssue;

/** Where a schema has no words of its own. https://zod.dev/error-customization */
function wordsOf(issue: Issue): string | undefined {
  if (issue.code === "invalid_type")
    return `${issue.input === undefined ? "It is missing: send" : "Send"} ${nounOf(issue.expected)}.`;
  if (issue.code === "invalid_value")
    return `Choose one of: ${issue.values.map(String).join(", ")}.`;
  if (issue.code === "too_small")
    return `Use ${issue.inclusive === false ? "more than" : "at least"} ${amount(issue.minimum, issue.origin)}.`;
  if (issue.code === "too_big")
    return `Use ${issue.inclusive === false ? "less than" : "at most"} ${amount(issue.maximum, issue.origin)}.`;
  return undefined;
}

const nouns: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a JSON object",
  record: "a JSON object",
};

function nounOf(expected: string): string {
  return nouns[expected] ?? expected;
}

const units: Readonly<Record<string, string>> = { string: " characters", array: " items" };

function amount(bound: number | bigint, origin: string): string {
  return `${bound.toLocaleString("en")}${units[origin] ?? ""}`;
}
