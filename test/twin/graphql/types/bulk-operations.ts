import { resultUrl } from "../../bulk/result-files.ts";
import { utcTime } from "../../state/clock.ts";
import { gid } from "../../state/ids.ts";
import type { BulkOperationRow } from "../../state/model.ts";
import { textArg } from "../arguments.ts";
import { connection, type SortValue } from "../connections.ts";
import { type Args, defineType, type FieldFn, type GraphContext } from "../context.ts";
import { byId, byText, byTime, search, type SearchSpec } from "../search.ts";
import { sortFrom } from "./products.ts";
import { timeOrNull } from "./shared-fields.ts";

/** Filters of `bulkOperations`. */
function operationSearch(context: GraphContext): SearchSpec<BulkOperationRow> {
  return {
    fields: {
      created_at: byTime((row) => row.createdAt),
      id: byId((row) => row.id),
      operation_type: byText(() => "query"),
      status: byText((row) => statusOf(row, context)),
    },
  };
}

const sortKeys: Record<string, (row: BulkOperationRow) => SortValue> = {
  COMPLETED_AT: (row) => row.completedAt ?? 0,
  CREATED_AT: (row) => row.createdAt,
};

/** `bulkOperations`: unlike all other lists, the newest come first. */
export const bulkOperations: FieldFn<unknown> = (_source, args, context, info) => {
  const all = context.store.bulkOperations.values();
  const rows = search(all, operationSearch(context), args, context, info);
  const order: Args = { ...args, reverse: args["reverse"] !== true };
  return connection({ rows, idOf: (row) => row.id, ...sortFrom(sortKeys, args) }, order);
};

/** `currentBulkOperation`: the newest; the twin has queries only. */
export const currentBulkOperation: FieldFn<unknown> = (_source, args, { store }) =>
  textArg(args, "type") === "MUTATION" ? null : ([...store.bulkOperations.values()].at(-1) ?? null);

/** A result that can no longer be fetched makes its operation EXPIRED. */
function statusOf(row: BulkOperationRow, context: GraphContext): string {
  return row.status === "COMPLETED" && isExpired(row, context) ? "EXPIRED" : row.status;
}

function isExpired(row: BulkOperationRow, { nowMs, faults }: GraphContext): boolean {
  return row.expiresAt !== null && (faults.bulkExpired || row.expiresAt <= nowMs);
}

function urlOf(row: BulkOperationRow, context: GraphContext): string | null {
  if (isExpired(row, context)) return null;
  return resultUrl(context.store.shop, row, context.config.apiSecret);
}

export const bulkOperationTypes = [
  defineType<BulkOperationRow>("BulkOperation", {
    completedAt: (row) => timeOrNull(row.completedAt),
    createdAt: (row) => utcTime(row.createdAt),
    fileSize: (row) => (row.status === "COMPLETED" ? textOrNull(row.fileSize) : null),
    id: (row) => gid(row.kind, row.id),
    objectCount: (row) => String(row.objectCount),
    partialDataUrl: (row, _args, context) => (row.status === "FAILED" ? urlOf(row, context) : null),
    rootObjectCount: (row) => String(row.rootObjectCount),
    status: (row, _args, context) => statusOf(row, context),
    type: () => "QUERY",
    url: (row, _args, context) => (row.status === "COMPLETED" ? urlOf(row, context) : null),
  }),
];

function textOrNull(value: number | null): string | null {
  return value === null ? null : String(value);
}
