import type { Queryable } from "#app/db.server.ts";
import { listSystemsOf } from "#app/systems/index.server.ts";
import type { SystemView } from "#app/systems/types.ts";
import { groupOf } from "./group-store.ts";
import type { ParticipantRow } from "./hold-store.ts";

/** The systems that can be asked about what happens in a store: its own, and its group's. */
export async function systemsToAsk(db: Queryable, shop: string): Promise<SystemView[]> {
  const group = await groupOf(db, shop);
  return listSystemsOf(db, group?.shops ?? [shop]);
}

/** Those of some ids that can be asked, none of whom has answered yet. */
export function participantsAmong(
  systems: readonly SystemView[],
  ids: readonly string[],
): ParticipantRow[] {
  return systems
    .filter(({ id }) => ids.includes(id))
    .map(({ id: systemId, shop }) => ({ systemId, shop, answer: null, answeredAt: null }));
}
