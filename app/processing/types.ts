import type { DataDomain } from "#app/data-domains.ts";

/** What a rule would have led to, of the changes of its domain. */
export interface RulePreview {
  readonly domain: DataDomain;
  readonly changes: number;
  readonly accepted: number;
  readonly flagged: number;
  readonly reverted: number;
  /** Stock that would have been counted in Shopify to tell a sale from a hand edit. */
  readonly counted: number;
}
