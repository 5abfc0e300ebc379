/**
 * Where Shopify and an owner disagree, until somebody or something settles it.
 *
 * Promise: while a disagreement is open it is one row, however often and by whom it is found; a
 * decision commits with the write that carries it out. Table: discrepancies.
 */
export { eraseDiscrepancies } from "./erase-discrepancies.ts";
export { dropOldDiscrepancies, forgetDiscrepanciesOfShop } from "./forget-store.ts";
export { closeAgreed } from "./discrepancy-store.ts";
export { ownersWrite } from "./owners-write.ts";
export { recordDiscrepancy, type FoundDiscrepancy } from "./record-discrepancy.ts";
export { openByDomain } from "./discrepancy-store.ts";
export {
  countOpenDiscrepancies,
  foundSeries,
  getDiscrepancy,
  listDiscrepancies,
} from "./read-discrepancies.ts";
export {
  remedyOf,
  resolveDiscrepancy,
  type ResolveDeps,
} from "./resolve-discrepancy.ts";
export { resolveMany } from "./resolve-many.ts";
