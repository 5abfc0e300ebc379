/**
 * Several stores, one truth: store groups, pools, buffers, holds.
 *
 * Promise: a group is seen by its members only, and a change goes to the systems of another store only
 * while both share its kind of data; the group's rules of ownership hold in the stores that follow
 * them. A pool is the sum of its ledger, at every moment; a sale in one store lowers the others before
 * any other work, at the pool location it was sold from and no other; a store shows more only on
 * evidence of later than the reason. A hold's units are out of sale until it is over, whoever dies
 * meanwhile.
 * Invariant: what is expected at a store's level when it is written is what was counted there, so
 * that no sale is ever written over uncounted.
 * Tables: store_groups, store_group_members, pool_locations, pool_location_maps, pairing_codes, pools,
 * pool_ledger, pool_levels, pool_links, pool_changes, inventory_buffers, collection_products, holds,
 * hold_participants, order_hold_rules, order_holds.
 */
export { editionOf, readBuffers } from "./buffer-store.ts";
export {
  createGroup,
  GroupTakenError,
  joinGroup,
  leaveGroup,
  makePairingCode,
} from "./change-group.ts";
export {
  addPoolLocation,
  type ChangedPoolLocation,
  listPoolLocations,
  removePoolLocation,
  renamePoolLocation,
} from "./change-pool-locations.ts";
export { answerHold, type ChangedHold, confirmHold, getHold, releaseHold } from "./change-hold.ts";
export {
  answerOrderHold,
  type ChangedOrderHold,
  getOrderHold,
  releaseOrderHold,
} from "./change-order-hold.ts";
export { consumeHolds } from "./consume-holds.ts";
export { countByHand } from "./count-by-hand.ts";
export { type CountDeps, countLevels } from "./count-levels.ts";
export type { HoldDeps } from "./end-hold.ts";
export { expireHolds } from "./expire-holds.ts";
export { dropOrphans, forgetGroupsOfShop, forgetPoolsOfShop } from "./forget-store.ts";
export { dropUnnamedCollections } from "./collection-store.ts";
export { groupOf, sharersOf } from "./group-store.ts";
export { dropOldHolds, listHolds } from "./hold-store.ts";
export { keepOrderHold, type KeepDeps } from "./keep-order-hold.ts";
export { isPooled, pooledLevels } from "./level-store.ts";
export { dropOldEntries, listEntries } from "./ledger-store.ts";
export { countDoubts } from "./link-choice-store.ts";
export { linkAllStores, linkStore } from "./link-store.ts";
export { listLinks } from "./list-links.ts";
export { refusalOfOwner } from "./own-the-pool.ts";
export { systemsToAsk } from "./find-participants.ts";
export {
  countUndecided,
  dropOldOrderHolds,
  forgetOrderHoldsOfShop,
  listOrderHolds,
} from "./order-hold-store.ts";
export { ruleForAll, rulesForAll } from "./rule-for-all.ts";
export { readOrderRules } from "./order-rule-store.ts";
export { dropOldCodes } from "./pairing-code-store.ts";
export { mapLocations } from "./map-locations.ts";
export { moveStoreLevels } from "./move-location.ts";
export { poolLocationsOf, unknownPlace } from "./pool-location-store.ts";
export { dropOldPoolChanges, readPoolChange } from "./pool-change-store.ts";
export { type Placed, placeHold } from "./place-hold.ts";
export { publishLevels } from "./publish-levels.ts";
export { readExposure } from "./read-exposure.ts";
export { soldByStore } from "./sold-by-store.ts";
export { readAllCollections, readCollection } from "./read-collections.ts";
export { getPool, listPools } from "./read-pools.ts";
export {
  type BufferDeps,
  followBuffers,
  previewBuffers,
  refreshBuffers,
  replaceBuffers,
  replaceBuffersIn,
} from "./replace-buffers.ts";
export { orderRuleSchema } from "./parse-order-rules.ts";
export { replaceOrderRules, replaceOrderRulesIn } from "./replace-order-rules.ts";
export type { StepDeps } from "./send-steps.ts";
export { sameStock } from "./same-stock.ts";
export { listGroupEvents } from "./list-events.ts";
export { setPools } from "./set-pools.ts";
export { shareChanges } from "./share-changes.ts";
export {
  findArticles,
  keepApart,
  linkByRule,
  tieArticle,
  type TieDeps,
} from "./tie-articles.ts";
export { weighOrders } from "./weigh-orders.ts";
