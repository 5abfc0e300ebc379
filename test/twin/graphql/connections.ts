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

type Position = { id: bigint; value: SortValue | null };

/**
 * One page, as Shopify cuts it: first/after or last/before, 250 at most, cursors that name a
 * position (not an offset), so that rows added meanwhile neither repeat nor hide others.
 * @throws GraphQLError in Shopify's words for impossible arguments and foreign cursors.
 */
export function connection<Row>(spec: ConnectionSpec<Row>, args: Args): Connection<Row> {
  const size = pageSize(args);
  const sign = boolArg(args, "reverse") ? -1 : 1;
  const positionOf = (row: Row): Position => ({
    id: numericId(spec.idOf(row)),
    value: spec.sortBy?.valueOf(row) ?? null,
  });
  const sorted = spec.rows
    .map((row) => ({ row, at: positionOf(row) }))
    .sort((a, b) => sign * compare(a.at, b.at));
  const { from, to } = bounds(spec, args, (cursor, inclusive) =>
    sorted.findIndex(({ at }) => sign * compare(at, cursor) >= (inclusive ? 0 : 1)),
  );
  const window = sorted.slice(from, to ?? sorted.length);
  const backwards = intArg(args, "last") !== undefined;
  const cut = backwards ? window.slice(Math.max(0, window.length - size)) : window.slice(0, size);
  const skipped = window.length - cut.length;
  const edges = cut.map(({ row, at }) => ({ node: row, cursor: writeCursor(spec, at) }));
  return {
    nodes: cut.map(({ row }) => row),
    edges,
    pageInfo: {
      hasNextPage: (!backwards && skipped > 0) || (to !== undefined && to < sorted.length),
      hasPreviousPage: (backwards && skipped > 0) || from > 0,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

/** Where `after` and `before` cut; `indexFrom` finds the first row at or behind a cursor, or -1. */
function bounds<Row>(
  spec: ConnectionSpec<Row>,
  args: Args,
  indexFrom: (cursor: Position, inclusive: boolean) => number,
): { from: number; to: number | undefined } {
  const after = readCursor(spec, textArg(args, "after"));
  const before = readCursor(spec, textArg(args, "before"));
  const start = after ? indexFrom(after, false) : 0;
  const end = before ? indexFrom(before, true) : -1;
  return {
    from: start === -1 ? Number.MAX_SAFE_INTEGER : start,
    to: end === -1 ? undefined : end,
  };
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
  return a.id < b.id ? -1 : 1;
}

function writeCursor<Row>(spec: ConnectionSpec<Row>, { id, value }: Position): string {
  const by = spec.sortBy?.name ?? "ID";
  return Buffer.from(JSON.stringify({ last_id: String(id), last_value: value, by })).toString(
    "base64",
  );
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
    return { id: BigInt(parsed.last_id), value: parsed.last_value };
  } catch {
    // Made up, damaged, or of a query with another sort key: Shopify says the same to all of them.
    throw badRequest("Invalid cursor for current pagination sort.");
  }
}

function numericId(id: string): bigint {
  return /^\d+$/.test(id) ? BigInt(id) : 0n;
}
