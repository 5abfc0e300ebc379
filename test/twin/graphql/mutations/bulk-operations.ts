import { isOver } from "../../bulk/bulk-runner.ts";
import { checkBulkQuery } from "../../bulk/check-bulk-query.ts";
import { gid, idOfKind } from "../../state/ids.ts";
import { boolArg, requiredText } from "../arguments.ts";
import type { FieldFn } from "../context.ts";

/** Per app and shop, since 2026-01. */
const MAX_RUNNING = 5;

/** bulkOperationRunQuery */
export const bulkOperationRunQuery: FieldFn<unknown> = (_source, args, context, info) => {
  const text = requiredText(args, "query");
  const verdict = checkBulkQuery(info.schema, text);
  if (!verdict.ok) {
    const field = ["query"];
    return refuse(verdict.messages.map((message) => ({ field, message, code: "INVALID" })));
  }
  const running = [...context.store.bulkOperations.values()].filter((row) => !isOver(row));
  if (running.length >= MAX_RUNNING) {
    const ids = running.map((row) => gid(row.kind, row.id)).join(", ");
    const message = `A bulk query operation for this app and shop is already in progress: ${ids}.`;
    return refuse([{ field: null, message, code: "OPERATION_IN_PROGRESS" }]);
  }
  const { bulk, store } = context;
  const row = bulk.start(store, verdict.query, text, boolArg(args, "groupObjects"));
  return { bulkOperation: row, userErrors: [] };
};

/** bulkOperationCancel: it stops soon, not at once. */
export const bulkOperationCancel: FieldFn<unknown> = (_source, args, { store }) => {
  const id = idOfKind(requiredText(args, "id"), "BulkOperation");
  const row = id === undefined ? undefined : store.bulkOperations.get(id);
  if (!row) return refuse([{ field: ["id"], message: "Bulk operation does not exist" }]);
  if (isOver(row)) {
    const message = `A bulk operation cannot be canceled when it is ${row.status.toLowerCase()}`;
    return { bulkOperation: row, userErrors: [{ field: null, message }] };
  }
  row.status = "CANCELING";
  return { bulkOperation: row, userErrors: [] };
};

function refuse(userErrors: { field: string[] | null; message: string; code?: string }[]) {
  return { bulkOperation: null, userErrors };
}
