import { addPoolLocation } from "#app/coordination/index.server.ts";
import { NORTH } from "#test/twin-conformance/support.ts";
import { createPoolRig } from "./pool-rig.ts";

/**
 * Two stores, each with two locations, in a group that also keeps stock at West, which no store shows
 * anywhere yet. `west`: its id.
 */
export async function createTwoPlaceRig() {
  const rig = await createPoolRig({ locationsPerStore: 2 });
  const added = await addPoolLocation(rig.deps, { shop: NORTH, actor: "user:1" }, "West");
  if (added.outcome !== "done") throw new Error(JSON.stringify(added));
  return { rig, west: added.location.id };
}

/** What `createTwoPlaceRig` makes. */
export type TwoPlaceRig = Awaited<ReturnType<typeof createTwoPlaceRig>>;
