import { GraphQLError } from "graphql";
import { boolArg, intArg, textArg } from "./arguments.ts";
import type { Args } from "./context.ts";

/** What rows are ordered by; ties are broken by id. */
export type SortValue = string | number;

export type ConnectionSpec<Row> = {
  rows: readonly Row[];
  idOf: (row: Row) => string;
  /** Unset: by id. */
  sortBy?: { name: string; valueOf: (row: Row) => SortValue };
};

export type Connection<Row> = {
  nodes: Row[];
  edges: { node: Row; cursor: string }[];
  pageInfo: {
    hasNextPage: boolean;
    hasPreviousPage: boolean;
    startCursor: string | null;
    endCursor: string | null;
  };
};

const MAX_PAGE_SIZE = 250;
/** Paging ends after so many objects, however many there are: narrow the filter to see the rest. */
export const PAGING_WINDOW = 25_000;

type Position = { id: string; value: SortValue | null };

/** Arguments of fields that are read to the end, page sizes and cursors being of no meaning. */
const unpaged = new WeakSet<Args>();

/** The same arguments, with which a connection gives all its rows at once. */
export function withoutPaging(args: Args): Args {
  const copy = { ...args };
  unpaged.add(copy);
  return copy;
}

/**
 * One page, as Shopify cuts it: first/after or last/before, 250 at most, cursors that name a
 * position (not an offset), so that rows added meanwhile neither repeat nor hide others.
 * @throws GraphQLError in Shopify's words for impossible arguments and foreign cursors.
 */
export function connection<Row>(spec: ConnectionSpec<Row>, args: Args): Connection<Row> {
  const sorted = sortRows(spec, boolArg(args, "reverse"));
  if (unpaged.has(args)) return { nodes: sorted, edges: [], pageInfo: NO_PAGES };
  const size = pageSize(args);
  const reachable = sorted.slice(0, PAGING_WINDOW);
  const { from, to } = bounds(spec, args, reachable);
  const window = reachable.slice(from, to);
  const backwards = intArg(args, "last") !== undefined;
  const nodes = backwards ? window.slice(Math.max(0, window.length - size)) : window.slice(0, size);
  const skipped = window.length - nodes.length;
  const edges = nodes.map((node) => ({ node, cursor: writeCursor(spec, positionOf(spec, node)) }));
  return {
    nodes,
    edges,
    pageInfo: {
      hasNextPage: (!backwards && skipped > 0) || to < reachable.length,
      hasPreviousPage: (backwards && skipped > 0) || from > 0,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

const NO_PAGES = {
  hasNextPage: false,
  hasPreviousPage: false,
  startCursor: null,
  endCursor: null,
};

function positionOf<Row>(spec: ConnectionSpec<Row>, row: Row): Position {
  return { id: numericId(spec.idOf(row)), value: spec.sortBy?.valueOf(row) ?? null };
}

/** Tables grow by ascending ids, so most of the time there is nothing to sort. */
function sortRows<Row>(spec: ConnectionSpec<Row>, reverse: boolean): Row[] {
  const placed = spec.rows.map((row) => ({ row, at: positionOf(spec, row) }));
  const isSorted = placed.every(({ at }, index) => {
    const previous = placed[index - 1];
    return previous === undefined || compare(previous.at, at) <= 0;
  });
  if (!isSorted) placed.sort((a, b) => compare(a.at, b.at));
  const rows = placed.map(({ row }) => row);
  return reverse ? rows.reverse() : rows;
}

/** Where `after` and `before` cut the sorted rows. */
function bounds<Row>(
  spec: ConnectionSpec<Row>,
  args: Args,
  sorted: Row[],
): { from: number; to: number } {
  const sign = boolArg(args, "reverse") ? -1 : 1;
  const after = readCursor(spec, textArg(args, "after"));
  const before = readCursor(spec, textArg(args, "before"));
  const firstAt = (cursor: Position, least: 0 | 1) =>
    firstIndex(sorted, (row) => sign * compare(positionOf(spec, row), cursor) >= least);
  return {
    from: after ? firstAt(after, 1) : 0,
    to: before ? firstAt(before, 0) : sorted.length,
  };
}

/** The first row that fits, by halving: rows that fit come after those that do not. */
function firstIndex<Row>(rows: Row[], fits: (row: Row) => boolean): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const row = rows[middle];
    if (row !== undefined && fits(row)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** One page of rows that have no ids of their own: they keep the order they come in. */
export function plainConnection<Row>(rows: readonly Row[], args: Args): Connection<Row> {
  const indexed = rows.map((row, index) => ({ row, index }));
  const page = connection({ rows: indexed, idOf: ({ index }) => String(index + 1) }, args);
  return {
    nodes: page.nodes.map(({ row }) => row),
    edges: page.edges.map(({ node, cursor }) => ({ node: node.row, cursor })),
    pageInfo: page.pageInfo,
  };
}

function pageSize(args: Args): number {
  const first = intArg(args, "first");
  const last = intArg(args, "last");
  if (first === undefined && last === undefined) {
    throw badRequest("you must provide one of first or last");
  }
  if (first !== undefined && last !== undefined) {
    throw badRequest("providing both first and last is not supported");
  }
  const size = first ?? last ?? 0;
  const name = first === undefined ? "last" : "first";
  if (size < 0) throw badRequest(`${name} must be a non-negative number`);
  if (size > MAX_PAGE_SIZE) throw badRequest(`${name} cannot exceed ${MAX_PAGE_SIZE}`);
  return size;
}

function badRequest(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: "BAD_REQUEST" } });
}

function compare(a: Position, b: Position): number {
  if (a.value !== null && b.value !== null && a.value !== b.value) {
    return a.value < b.value ? -1 : 1;
  }
  if (a.id === b.id) return 0;
  // Decimal strings: the longer one is the larger number.
  if (a.id.length !== b.id.length) return a.id.length - b.id.length;
  return a.id < b.id ? -1 : 1;
}

function writeCursor<Row>(spec: ConnectionSpec<Row>, { id, value }: Position): string {
  const by = spec.sortBy?.name ?? "ID";
  return Buffer.from(JSON.stringify({ last_id: id, last_value: value, by })).toString("base64");
}

function readCursor<Row>(spec: ConnectionSpec<Row>, cursor: string | undefined): Position | null {
  if (cursor === undefined) return null;
  try {
    const parsed = JSON.parse(Buffer.from(cursor, "base64").toString("utf8")) as {
      last_id: string;
      last_value: SortValue | null;
      by: string;
    };
    if (parsed.by !== (spec.sortBy?.name ?? "ID")) throw new Error("another order");
    return { id: String(BigInt(parsed.last_id)), value: parsed.last_value };
  } catch {
    // Made up, damaged, or of a query with another sort key: Shopify says the same to all of them.
    throw badRequest("Invalid cursor for current pagination sort.");
  }
}

function numericId(id: string): string {
  return /^\d+$/.test(id) ? id : "0";
}
