/**
 * What connected systems should believe: last applied version and state of every resource, and the
 * changes that led there.
 *
 * Invariant: a resource's version never goes back, on no path (locked, compared, then moved).
 * Tables: mirror_resources, changes, sku_links, store_locations, write_echoes.
 */
export { compareVersions, type Version } from "./compare-versions.ts";
export {
  levelsOf,
  knownResources,
  idsAfter,
  knownStates,
  lockResources,
  moveResources,
  rewriteStates,
  statePurpose,
  statesOf,
  type KnownResource,
  type MirroredLevel,
  type KnownState,
  type ResourceMove,
} from "./resource-store.ts";
export {
  changePurpose,
  insertChanges,
  listChangesBetween,
  listNewestChanges,
  loadChanges,
  loadChangesOfEvents,
  type ChangeCursor,
  type ListedChange,
  type NewChange,
  type NewestChange,
  type StoredChange,
} from "./change-store.ts";
export {
  belongingsOf,
  eraseChanges,
  eraseStates,
  erasuresOf,
  type ResourceName,
  sealedStates,
} from "./erase-store.ts";
export {
  dropOldChanges,
  dropOldEchoes,
  firstPlace,
  forgetEchoesOf,
  forgetMirrorOfShop,
} from "./forget-store.ts";
export {
  type ArticleRow,
  articlesLike,
  articlesOfItems,
  linksOfSku,
  linkSkus,
  skusOf,
  type SkuLinkRow,
} from "./sku-store.ts";
export { goneAmong } from "./gone-store.ts";
export { learnLocations, locationNames } from "./location-store.ts";
export { digestOf } from "./digest.ts";
export { loyaltyIdOf, loyaltyType, readLoyaltyId } from "./loyalty-id.ts";
export {
  echoOf,
  forgetEchoes,
  isBeingWritten,
  pendingEchoes,
  rememberEchoes,
  type EchoContent,
  type ExpectedEcho,
  type WriteEcho,
} from "./echo-store.ts";
