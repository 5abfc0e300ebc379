/**
 * Who owns which data of a shop, and what a write of somebody else leads to.
 *
 * Promise: every data domain has exactly one owner at any moment; rules are replaced whole; a system
 * that is gone owns nothing. Table: ownership_rules.
 */
export { moneyInOneForm } from "./money-in-one-form.ts";
export { parseRules } from "./parse-rules.ts";
export { forgetRulesOfShop, hasChosenRules, readRules } from "./rule-store.ts";
export { replaceRules, replaceRulesIn, type RuleDeps } from "./replace-rules.ts";
export { releaseSystem, seedForSystem } from "./seed-rules.ts";
export {
  decideForeignWrite,
  type Fields,
  type FieldValue,
  type ForeignChange,
  type ForeignVerdict,
  type StockStates,
} from "./decide-foreign-write.ts";
