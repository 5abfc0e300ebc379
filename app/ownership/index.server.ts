/**
 * Who owns which data of a shop, and what a write of somebody else leads to.
 *
 * Promise: every data domain has exactly one owner at any moment; rules are replaced whole; a system
 * that is gone owns nothing. What a group says holds in a store only while that store says that it
 * follows it. Tables: ownership_rules, group_ownership_rules, ownership_followers.
 */
export { moneyInOneForm } from "./money-in-one-form.ts";
export { parseRules } from "./parse-rules.ts";
export { forgetRulesOfShop, leaveGroupRules } from "./leave-group-rules.ts";
export { hasChosenRules, readRules, readRulesInForce } from "./rule-store.ts";
export { readGroupRules } from "./group-rule-store.ts";
export { replaceGroupRulesIn } from "./replace-group-rules.ts";
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
