import { shopTime } from "../state/clock.ts";
import { gid } from "../state/ids.ts";
import type { BulkOperationRow, Store } from "../state/model.ts";
import type { RestObject } from "./rest-json.ts";

/** Body of bulk_operations/finish. */
export function restBulkOperation({ shop }: Store, row: BulkOperationRow): RestObject {
  const time = (ms: number | null) => (ms === null ? null : shopTime(ms, shop.timeZone));
  return {
    admin_graphql_api_id: gid("BulkOperation", row.id),
    completed_at: time(row.completedAt),
    created_at: time(row.createdAt),
    error_code: row.errorCode?.toLowerCase() ?? null,
    status: row.status.toLowerCase(),
    type: "query",
  };
}
