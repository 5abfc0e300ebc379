import { comparableOf, fieldsOf } from "#app/processing/index.server.ts";
import type { FieldValue } from "./parse-snapshot-line.ts";
import type { SideFields } from "./types.ts";

type Data = Readonly<Record<string, unknown>>;
type Values = Readonly<Record<string, string | number | boolean | null>>;

/** What is known of a record, from a body in a webhook's words, as changes carry it. Pure. */
export function dataOf(type: string, body: Data): Data {
  return type === "ProductVariant"
    ? { price: body["price"] ?? null, compareAtPrice: body["compare_at_price"] ?? null }
    : body;
}

/** The fields a system may be compared in. Pure. */
export function ownFields(type: string, body: Data): Values {
  return fieldsOf(type, dataOf(type, body));
}

/** The fields in which the mirror and a read differ; empty when they agree. Pure. */
export function differsFromMirror(type: string, body: Data, state: Data): string[] {
  const now = comparableOf(type, dataOf(type, body));
  const known = comparableOf(type, state);
  return Object.keys(now).filter((name) => name in known && now[name] !== known[name]);
}

/**
 * The fields in which a system's record and Shopify differ, of those the record mentions; numbers
 * agree when they are no further apart than `within` says. Pure.
 */
export function differsFromRecord(
  shopify: Values,
  record: Readonly<Record<string, FieldValue>>,
  within: Readonly<Record<string, number>> = {},
): string[] {
  return Object.keys(record).filter((name) => {
    if (!(name in shopify)) return false;
    const [a, b] = [shopify[name] ?? null, record[name] ?? null];
    return !isSame(name, a, b) && !isNear(a, b, within[name] ?? 0);
  });
}

/** In ten-thousandths, so that 0.1 and 0.3 are 0.2 apart. */
function isNear(a: FieldValue | boolean, b: FieldValue, within: number): boolean {
  if (within === 0) return false;
  const [left, right] = [amount(a), amount(b)];
  if (left === null || right === null) return false;
  return Math.abs(left - right) <= Math.round(within * 10_000);
}

const money: ReadonlySet<string> = new Set(["price", "compareAtPrice"]);

/** "12.5" and "12.50" are one price; the order of tags, cases of a status and blanks mean nothing. */
function isSame(name: string, a: FieldValue | boolean, b: FieldValue): boolean {
  if (money.has(name)) return amount(a) === amount(b);
  return normal(name, a) === normal(name, b);
}

function amount(value: FieldValue | boolean): number | null {
  return value === null || value === "" ? null : Math.round(Number(value) * 10_000);
}

function normal(name: string, value: FieldValue | boolean): FieldValue | boolean {
  if (typeof value !== "string") return value;
  const text = value.trim();
  if (text === "") return null;
  if (name === "status") return text.toLowerCase();
  if (name !== "tags") return text;
  return [...new Set(text.split(",").map((tag) => tag.trim()))].sort().join(",");
}

/** Some of the fields, for people. Pure. */
export function only(values: Values, names: readonly string[]): SideFields {
  return Object.fromEntries(names.map((name) => [name, values[name] ?? null]));
}
