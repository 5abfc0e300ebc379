import { backfillSystem, type ReplayDeps } from "#app/delivery/index.server.ts";
import { dropSlasOfSystem } from "#app/freshness/index.server.ts";
import { releaseSystem, seedForSystem } from "#app/ownership/index.server.ts";
import {
  createSystem,
  deleteSystem,
  type NewSystem,
  type SystemDeps,
} from "#app/systems/index.server.ts";
import type { SystemView } from "#app/systems/types.ts";

/**
 * Connects a system; what its kind owns by nature becomes its own in the same transaction. It gets
 * changes from now on; with a queue to `backfill` through, the present state too.
 */
export async function connectSystem(
  deps: SystemDeps,
  shop: string,
  actor: string,
  input: NewSystem,
  options: { readonly backfill?: ReplayDeps["queue"] | undefined } = {},
): Promise<{ system: SystemView; signingSecret: string; apiKey: string }> {
  return createSystem(deps, shop, actor, input, async (tx, system) => {
    await seedForSystem(tx, shop, system, deps.clock.now());
    const { backfill: queue } = options;
    if (queue) await backfillSystem({ queue, clock: deps.clock }, tx, actor, system);
  });
}

/** Disconnects a system; what it owned is Shopify's again, and its SLAs go, in the same transaction. */
export async function disconnectSystem(
  deps: SystemDeps,
  shop: string,
  actor: string,
  id: string,
): Promise<boolean> {
  return deleteSystem(deps, shop, actor, id, async (tx) => {
    await releaseSystem(tx, shop, id, deps.clock.now());
    await dropSlasOfSystem(tx, shop, id);
  });
}
