import { validate as isUuid } from "uuid";
import type { Queryable } from "#app/db.server.ts";
import type { IntentView } from "./types.ts";

type ViewRow = Omit<IntentView, "createdAt" | "settledAt"> & {
  readonly createdAt: Date;
  readonly settledAt: Date | null;
};

const viewColumns = `id, status, outcome AS reason, system_id AS "systemId",
  resource_id AS "resourceId", correlation_id AS "correlationId", created_at AS "createdAt",
  settled_at AS "settledAt"`;

function toView(row: ViewRow): IntentView {
  const settledAt = row.settledAt?.toISOString() ?? null;
  return { ...row, createdAt: row.createdAt.toISOString(), settledAt };
}

/** The write a system's change led to, or null. */
export async function getIntentOf(
  db: Queryable,
  shop: string,
  eventId: string,
): Promise<IntentView | null> {
  if (!isUuid(eventId)) return null;
  const { rows } = await db.query<ViewRow>(
    `SELECT ${viewColumns} FROM write_intents WHERE shop = $1 AND event_id = $2`,
    [shop, eventId],
  );
  return rows[0] ? toView(rows[0]) : null;
}

/** How some writes stand, by the id of what they are for; what was never begun is missing. */
export async function endsOf(
  db: Queryable,
  shop: string,
  eventIds: readonly string[],
): Promise<Map<string, Pick<IntentView, "status" | "reason">>> {
  const { rows } = await db.query<Pick<IntentView, "status" | "reason"> & { eventId: string }>(
    `SELECT event_id AS "eventId", status, outcome AS reason FROM write_intents
     WHERE shop = $1 AND event_id = ANY($2::uuid[])`,
    [shop, eventIds],
  );
  return new Map(rows.map(({ eventId, ...end }) => [eventId, end]));
}

/** The newest writes to a resource. */
export async function intentsOf(
  db: Queryable,
  shop: string,
  resourceId: string,
  limit: number,
): Promise<IntentView[]> {
  const { rows } = await db.query<ViewRow>(
    `SELECT ${viewColumns} FROM write_intents WHERE shop = $1 AND target_id = $2
     ORDER BY id DESC LIMIT $3`,
    [shop, resourceId, limit],
  );
  return rows.map(toView);
}
