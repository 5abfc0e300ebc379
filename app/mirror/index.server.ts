/**
 * What connected systems should believe: last applied version and state of every resource, and the
 * changes that led there.
 *
 * Invariant: a resource's version never goes back, on no path (locked, compared, then moved).
 * Tables: mirror_resources, changes, sku_links.
 */
export { compareVersions, type Version } from "./compare-versions.ts";
export {
  lockResources,
  moveResources,
  type KnownResource,
  type ResourceMove,
} from "./resource-store.ts";
export {
  changePurpose,
  insertChanges,
  listChangesBetween,
  loadChanges,
  type ChangeCursor,
  type NewChange,
  type StoredChange,
} from "./change-store.ts";
export { linkSkus, skusOf, type SkuLinkRow } from "./sku-store.ts";
export { digestOf } from "./digest.ts";
