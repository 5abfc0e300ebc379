import { releaseSystem, seedForSystem } from "#app/ownership/index.server.ts";
import {
  createSystem,
  deleteSystem,
  type NewSystem,
  type SystemDeps,
} from "#app/systems/index.server.ts";
import type { SystemView } from "#app/systems/types.ts";

/** Connects a system; what its kind owns by nature becomes its own in the same transaction. */
export async function connectSystem(
  deps: SystemDeps,
  shop: string,
  actor: string,
  input: NewSystem,
): Promise<{ system: SystemView; signingSecret: string; apiKey: string }> {
  return createSystem(deps, shop, actor, input, async (tx, system) => {
    await seedForSystem(tx, shop, system, deps.clock.now());
  });
}

/** Disconnects a system; what it owned is Shopify's again in the same transaction. */
export async function disconnectSystem(
  deps: SystemDeps,
  shop: string,
  actor: string,
  id: string,
): Promise<boolean> {
  return deleteSystem(deps, shop, actor, id, async (tx) => {
    await releaseSystem(tx, shop, id, deps.clock.now());
  });
}
