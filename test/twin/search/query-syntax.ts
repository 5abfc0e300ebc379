/**
 * Shopify's search syntax, as `query` arguments and webhook filters use it: terms joined by AND
 * (also by a blank) and OR, NOT or a minus in front, parentheses, quotes, comparators, prefixes.
 */

export type Comparator = "=" | ">" | ">=" | "<" | "<=";

export type SearchTerm = {
  type: "term";
  /** null: a word without a field, looked for in the fields searched by default. */
  field: string | null;
  comparator: Comparator;
  value: string;
  /** `abc*` */
  prefix: boolean;
};

export type SearchNode =
  | SearchTerm
  | { type: "and" | "or"; parts: SearchNode[] }
  | { type: "not"; part: SearchNode };

type Token = { kind: "open" | "close" | "and" | "or" | "not" } | { kind: "term"; term: SearchTerm };

/** The query as a tree, or null when it says nothing (then everything matches). */
export function parseSearch(text: string): SearchNode | null {
  const tokens = tokenize(text);
  let at = 0;

  const parseOr = (): SearchNode | null => {
    const parts: SearchNode[] = [];
    for (;;) {
      const part = parseAnd();
      if (part) parts.push(part);
      if (tokens[at]?.kind !== "or") break;
      at += 1;
    }
    return join("or", parts);
  };

  const parseAnd = (): SearchNode | null => {
    const parts: SearchNode[] = [];
    for (;;) {
      const token = tokens[at];
      if (!token || token.kind === "or" || token.kind === "close") break;
      if (token.kind === "and") {
        at += 1;
        continue;
      }
      const part = parseOne();
      if (part) parts.push(part);
    }
    return join("and", parts);
  };

  const parseOne = (): SearchNode | null => {
    const token = tokens[at];
    at += 1;
    if (!token) return null;
    if (token.kind === "term") return token.term;
    if (token.kind === "not") {
      const part = parseOne();
      return part ? { type: "not", part } : null;
    }
    if (token.kind !== "open") return null;
    const inside = parseOr();
    if (tokens[at]?.kind === "close") at += 1;
    return inside;
  };

  const parts: SearchNode[] = [];
  while (at < tokens.length) {
    const part = parseOr();
    if (part) parts.push(part);
    // A closing parenthesis nobody opened is skipped.
    at += 1;
  }
  return join("and", parts);
}

function join(type: "and" | "or", parts: SearchNode[]): SearchNode | null {
  if (parts.length === 0) return null;
  const [only] = parts;
  return parts.length === 1 && only ? only : { type, parts };
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  const pattern =
    /\s*(?:([()])|(AND|OR|NOT)(?=[\s(]|$)|(-)(?=\S)|((?:([\w.]+):)?(>=|<=|>|<|=)?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s()]+)))/y;
  while (pattern.lastIndex < text.length) {
    const match = pattern.exec(text);
    if (!match) break;
    const [, bracket, word, minus, , field, comparator, value] = match;
    if (bracket) tokens.push({ kind: bracket === "(" ? "open" : "close" });
    else if (word) tokens.push({ kind: word === "AND" ? "and" : word === "OR" ? "or" : "not" });
    else if (minus) tokens.push({ kind: "not" });
    else if (value !== undefined)
      tokens.push({ kind: "term", term: term(field, comparator, value) });
  }
  return tokens;
}

function term(field: string | undefined, comparator: string | undefined, raw: string): SearchTerm {
  const quoted = /^["']/.test(raw) && raw.length >= 2 && raw.at(-1) === raw[0];
  const value = quoted ? raw.slice(1, -1).replaceAll(/\\(.)/g, "$1") : raw;
  const prefix = !quoted && value.length > 1 && value.endsWith("*");
  return {
    type: "term",
    field: field ?? null,
    comparator: (comparator ?? "=") as Comparator,
    value: prefix ? value.slice(0, -1) : value,
    prefix,
  };
}

/** Whether the tree holds, given a verdict on single terms. */
export function evaluateSearch(
  node: SearchNode | null,
  verdict: (term: SearchTerm) => boolean,
): boolean {
  if (!node) return true;
  if (node.type === "term") return verdict(node);
  if (node.type === "not") return !evaluateSearch(node.part, verdict);
  return node.type === "and"
    ? node.parts.every((part) => evaluateSearch(part, verdict))
    : node.parts.some((part) => evaluateSearch(part, verdict));
}

/** Every term of the tree. */
export function searchTerms(node: SearchNode | null): SearchTerm[] {
  if (!node) return [];
  if (node.type === "term") return [node];
  return node.type === "not" ? searchTerms(node.part) : node.parts.flatMap(searchTerms);
}

/** `left comparator right` for anything ordered. */
export function compares<T extends number | string | bigint>(
  left: T,
  comparator: Comparator,
  right: T,
): boolean {
  if (comparator === ">") return left > right;
  if (comparator === ">=") return left >= right;
  if (comparator === "<") return left < right;
  if (comparator === "<=") return left <= right;
  return left === right;
}
