import { compares, evaluateSearch, parseSearch, type SearchTerm } from "../search/query-syntax.ts";
import type { RestObject, RestValue } from "./rest-json.ts";

/**
 * Whether a subscription's filter lets a body through. A field that is not in the body matches
 * nothing, as in Shopify: such a subscription is accepted and then silent.
 */
export function bodyMatches(filter: string | null, body: RestObject): boolean {
  if (filter === null || filter.trim() === "") return true;
  return evaluateSearch(parseSearch(filter), (term) => termMatches(term, body));
}

function termMatches(term: SearchTerm, body: RestObject): boolean {
  if (term.field === null) return false;
  return valuesAt(body, term.field.split(".")).some((value) => valueMatches(term, value));
}

function valuesAt(value: RestValue, path: string[]): RestValue[] {
  if (Array.isArray(value)) return value.flatMap((each) => valuesAt(each, path));
  const [key, ...rest] = path;
  if (key === undefined) return [value];
  if (value === null || typeof value !== "object") return [];
  const inner = value[key];
  return inner === undefined ? [] : valuesAt(inner, rest);
}

function valueMatches({ value, comparator, prefix }: SearchTerm, actual: RestValue): boolean {
  if (actual === null || typeof actual === "object") return false;
  const text = String(actual);
  if (value === "*") return true;
  if (prefix) return text.toLowerCase().startsWith(value.toLowerCase());
  const left = Number(text);
  const right = Number(value);
  if (text !== "" && !Number.isNaN(left) && !Number.isNaN(right)) {
    return compares(left, comparator, right);
  }
  return compares(text.toLowerCase(), comparator, value.toLowerCase());
}
