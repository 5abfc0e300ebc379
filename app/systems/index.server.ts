/**
 * The connected systems and how to deliver to them.
 * Promise: a signing secret is shown once, at creation or rotation, and never again;
 * of an API key only the hash is kept; another store's changes are heard of only where both agreed.
 * Tables: systems, api_keys, store_feeds.
 */
export { comparisonSchema } from "./parse-comparison.ts";
export { createSystem, type SystemDeps } from "./create-system.ts";
export {
  circuitPolicySchema,
  deliveryPolicySchema,
  newSystemSchema,
  parseNewSystem,
  type NewSystem,
} from "./parse-system.ts";
export { forgetSystemsOfShop, systemIdsOf } from "./forget-store.ts";
export { holderOf } from "./api-key-store.ts";
export { noOptions, updateSystem, updateSystemIn } from "./update-system.ts";
export {
  deleteSystem,
  pauseSystem,
  renewApiKey,
  resumeSystem,
  rotateSecret,
} from "./change-system.ts";
export { feedsInto, listenersOf, replaceFeeds, type StoreFeed } from "./feed-store.ts";
export { moveCircuit } from "./circuit-store.ts";
export {
  activeSystems,
  disableSystem,
  getSystem,
  listSystems,
  listSystemsOf,
  loadDestination,
  subscribersOf,
  type Destination,
  type Subscriber,
} from "./system-store.ts";
