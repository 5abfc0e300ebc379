import { GraphQLError, type GraphQLResolveInfo } from "graphql";
import {
  compares,
  evaluateSearch,
  parseSearch,
  type SearchNode,
  type SearchTerm,
  searchTerms,
} from "../search/query-syntax.ts";
import { toSecond } from "../state/clock.ts";
import { textArg } from "./arguments.ts";
import type { Args, GraphContext, SearchNotice } from "./context.ts";

/** Says whether a row fits a term; undefined: the value cannot be understood. */
export type FieldFilter<Row> = (row: Row, term: SearchTerm, nowMs: number) => boolean | undefined;

export type SearchSpec<Row> = {
  fields: Record<string, FieldFilter<Row>>;
  /** What words without a field are looked for in. */
  words?: (row: Row) => string;
  /** Times the search index has to catch up with; unset: it never lags. */
  indexed?: { createdAt: (row: Row) => number; changedAt: (row: Row) => number };
};

/** `indexed` of rows that carry their times. */
export const STAMPS = {
  createdAt: (row: { createdAt: number }) => row.createdAt,
  changedAt: (row: { updatedAt: number }) => row.updatedAt,
};

/**
 * Rows that fit the `query` argument. A term with an unknown field does not narrow the result: it
 * only shows up as a warning in `extensions.search`, as in Shopify.
 * @throws GraphQLError for a filter Shopify has and the twin has not.
 */
export function search<Row>(
  rows: Iterable<Row>,
  spec: SearchSpec<Row>,
  args: Args,
  context: GraphContext,
  info: GraphQLResolveInfo,
): Row[] {
  const query = textArg(args, "query");
  const tree = query === undefined ? null : parseSearch(query);
  if (query === undefined || tree === null) return [...rows];
  const ignored = checkTerms(query, tree, spec, context, info);
  const indexedUntil = context.searchLagMs > 0 ? context.nowMs - context.searchLagMs : Infinity;
  const found: Row[] = [];
  const hasWindow = query.includes("updated_at:");
  const leaks = () => hasWindow && context.random.chance(context.faults.filterLeak);
  for (const row of rows) {
    const createdAt = spec.indexed?.createdAt(row) ?? 0;
    if (createdAt > indexedUntil) continue;
    const lags = (spec.indexed?.changedAt(row) ?? 0) > indexedUntil;
    const fits = evaluateSearch(tree, (term) => {
      if (ignored.has(term)) return true;
      if (term.field === null) return hasWord(spec, row, term);
      if (lags && term.field === "updated_at") return fitsBefore(term, createdAt, context.nowMs);
      return spec.fields[term.field]?.(row, term, context.nowMs) ?? true;
    });
    if (fits || leaks()) found.push(row);
  }
  return found;
}

/**
 * A row whose change the index does not know yet is found by the stamp it had before. The twin only
 * remembers its creation: an old stamp either way, which is the trap.
 */
function fitsBefore(term: SearchTerm, stamp: number, nowMs: number): boolean {
  const wanted = parseTime(term.value, nowMs);
  return wanted === undefined || compares(toSecond(stamp), term.comparator, wanted);
}

/** Collects the terms that do nothing, and warns about them. */
function checkTerms<Row>(
  query: string,
  tree: SearchNode,
  spec: SearchSpec<Row>,
  context: GraphContext,
  info: GraphQLResolveInfo,
): Set<SearchTerm> {
  const ignored = new Set<SearchTerm>();
  const warnings: SearchNotice["warnings"] = [];
  for (const term of searchTerms(tree)) {
    if (term.field === null) {
      if (!spec.words) ignored.add(term);
      continue;
    }
    const filter = spec.fields[term.field];
    if (filter) {
      if (isTimeFilter(filter) && parseTime(term.value, context.nowMs) === undefined) {
        ignored.add(term);
        const message = `Input \`${term.value}\` is not an accepted date.`;
        warnings.push({ field: term.field, message, code: "invalid_value" });
      }
      continue;
    }
    if (documentedFilters(info).has(term.field)) {
      const name = `${info.parentType.name}.${info.fieldName}`;
      throw new GraphQLError(`The twin does not know the filter "${term.field}" of ${name}.`);
    }
    ignored.add(term);
    const message = "Invalid search field for this query.";
    warnings.push({ field: term.field, message, code: "invalid_field" });
  }
  if (warnings.length > 0) {
    context.searchNotices.push({ path: pathOf(info), query, parsed: describe(tree), warnings });
  }
  return ignored;
}

/** The filters Shopify documents for the field, from the table in its argument's description. */
function documentedFilters(info: GraphQLResolveInfo): Set<string> {
  const field = info.parentType.getFields()[info.fieldName];
  const text = field?.args.find((arg) => arg.name === "query")?.description ?? "";
  return new Set(
    [...text.matchAll(/^\| ([a-z_0-9]+) \| [a-z]+ \|/gm)].map((match) => match[1] ?? ""),
  );
}

function describe(node: SearchNode): unknown {
  if (node.type === "not") return { not: describe(node.part) };
  if (node.type !== "term") return { [node.type]: node.parts.map(describe) };
  const { field, value, comparator } = node;
  if (comparator === "=") return { field: field ?? "default", match_all: value };
  const names = { ">": "gt", ">=": "gte", "<": "lt", "<=": "lte" } as const;
  return { field, range: { [names[comparator]]: value } };
}

function pathOf(info: GraphQLResolveInfo): (string | number)[] {
  const path: (string | number)[] = [];
  for (let at: typeof info.path | undefined = info.path; at; at = at.prev) path.unshift(at.key);
  return path;
}

function hasWord<Row>(spec: SearchSpec<Row>, row: Row, { value }: SearchTerm): boolean {
  return (spec.words?.(row) ?? "").toLowerCase().includes(value.toLowerCase());
}

const timeFilters = new WeakSet<object>();

function isTimeFilter(filter: object): boolean {
  return timeFilters.has(filter);
}

/** Compares whole seconds, as they are shown. */
export function byTime<Row>(valueOf: (row: Row) => number | null): FieldFilter<Row> {
  const filter: FieldFilter<Row> = (row, { value, comparator }, nowMs) => {
    const wanted = parseTime(value, nowMs);
    const actual = valueOf(row);
    if (wanted === undefined) return undefined;
    return actual !== null && compares(toSecond(actual), comparator, wanted);
  };
  timeFilters.add(filter);
  return filter;
}

function parseTime(text: string, nowMs: number): number | undefined {
  if (text === "now") return nowMs;
  const ms = Date.parse(/^\d{4}$/.test(text) ? `${text}-01-01` : text);
  return Number.isNaN(ms) ? undefined : ms;
}

export function byId<Row>(valueOf: (row: Row) => string): FieldFilter<Row> {
  return (row, { value, comparator }) => {
    const plain = /(\d+)(?:\?.*)?$/.exec(value)?.[1];
    return plain === undefined ? false : compares(BigInt(valueOf(row)), comparator, BigInt(plain));
  };
}

export function byText<Row>(valueOf: (row: Row) => string | null): FieldFilter<Row> {
  return (row, { value, prefix }) => {
    const text = (valueOf(row) ?? "").toLowerCase();
    const wanted = value.toLowerCase();
    if (wanted === "*") return text !== "";
    if (prefix) return text.startsWith(wanted);
    return wanted.split(",").includes(text) || text === wanted;
  };
}

/** Matches words inside a longer text. */
export function byWords<Row>(valueOf: (row: Row) => string): FieldFilter<Row> {
  return (row, { value, prefix }) => {
    const text = valueOf(row).toLowerCase();
    const wanted = value.toLowerCase();
    return prefix ? text.startsWith(wanted) : text.includes(wanted);
  };
}

export function byNumber<Row>(valueOf: (row: Row) => number): FieldFilter<Row> {
  return (row, { value, comparator }) => {
    const wanted = Number(value);
    return Number.isNaN(wanted) ? undefined : compares(valueOf(row), comparator, wanted);
  };
}

export function byTag<Row>(valueOf: (row: Row) => string[], wanted: boolean): FieldFilter<Row> {
  return (row, { value }) =>
    valueOf(row).some((tag) => tag.toLowerCase() === value.toLowerCase()) === wanted;
}
