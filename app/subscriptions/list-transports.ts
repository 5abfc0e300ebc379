import type { Queryable } from "#app/db.server.ts";
import type { ToldByWays } from "#app/events/index.server.ts";
import { transportsOf } from "./transport-store.ts";
import type { TransportView } from "./types.ts";

const judgedForMs = 7 * 24 * 3_600_000;

/** Fewer changes than this say nothing. */
const leastChanges = 20;

/** The topics that classic webhooks and Events both tell, and whether Events alone would do. */
export async function listTransports(
  db: Queryable,
  shop: string,
  nowMs: number,
): Promise<TransportView[]> {
  const stored = await transportsOf(db, shop, nowMs - judgedForMs);
  return stored.map((one) => ({
    ...one,
    since: one.since.toISOString(),
    notYet: notYetBecause(one),
  }));
}

/** Why it is too early to switch a topic to Events; null when nothing speaks against it. Pure. */
export function notYetBecause(told: ToldByWays): string | null {
  const { webhooksFirst, eventsFirst, onlyWebhooks, onlyEvents } = told;
  if (onlyWebhooks > 0)
    return `Events did not tell of ${String(onlyWebhooks)} ${onlyWebhooks === 1 ? "change" : "changes"} that webhooks told of.`;
  const seen = webhooksFirst + eventsFirst + onlyEvents;
  if (seen < leastChanges)
    return `Only ${String(seen)} of the ${String(leastChanges)} changes that are needed were seen.`;
  return null;
}
