import type { Transaction } from "#app/db.server.ts";
import { listNewestChanges, type NewestChange } from "#app/mirror/index.server.ts";
import type { SystemView } from "#app/systems/types.ts";
import type { ReplayItem } from "./replay-job-store.ts";
import { beginReplayIn, type ReplayDeps } from "./replays.ts";

/** A whole catalogue arrives within the hour, and what changes meanwhile goes in between. */
const backfillPerSecond = 100;
const perPage = 1_000;

/**
 * Brings a system that was just connected the present state of everything it wants, under the
 * `webhook-id` of the change that led there, at a pace. What is newer by the time its turn comes is
 * not overwritten.
 */
export async function backfillSystem(
  deps: Pick<ReplayDeps, "queue" | "clock">,
  tx: Transaction,
  actor: string,
  system: SystemView,
): Promise<void> {
  const { id: systemId, shop } = system;
  await beginReplayIn(
    tx,
    deps,
    { shop, kind: "backfill", actor, selection: { systemId } },
    { pacePerSecond: backfillPerSecond },
    (db) => presentState(db, system),
    (count) => ({ action: "system.backfilled", subject: systemId, detail: { count } }),
  );
}

async function* presentState(
  tx: Transaction,
  { id: systemId, shop, domains }: SystemView,
): AsyncGenerator<ReplayItem[]> {
  for (let after: NewestChange | null = null; ; ) {
    const page: NewestChange[] = await listNewestChanges(tx, shop, {
      domains,
      after,
      limit: perPage,
    });
    yield page.map(({ id }) => ({ kind: "change", systemId, letterId: id }));
    const last = page.at(-1);
    if (page.length < perPage || last === undefined) return;
    after = last;
  }
}
