import type { DataDomain } from "#app/data-domains.ts";

/** How Shopify and an owner can disagree. */
export const discrepancyKinds = [
  "value",
  "missing_in_system",
  "missing_in_shopify",
  "foreign_write",
  "write_conflict",
] as const;
export type DiscrepancyKind = (typeof discrepancyKinds)[number];

export const discrepancyStatuses = ["open", "resolved", "ignored"] as const;
export type DiscrepancyStatus = (typeof discrepancyStatuses)[number];

/** One side's values, by field; null: that side has nothing of the kind. */
export type SideValue = Readonly<Record<string, string | number | boolean | null>> | null;

/** One disagreement. Times are RFC 3339 in UTC. */
export interface DiscrepancyView {
  readonly id: string;
  readonly domain: DataDomain;
  readonly kind: DiscrepancyKind;
  /** The system concerned, or null. */
  readonly system: string | null;
  readonly resource: {
    readonly type: string;
    readonly id: string;
    readonly locationId: string | null;
    readonly sku: string | null;
  };
  readonly shopifyValue: SideValue;
  readonly systemValue: SideValue;
  /** `shopify` or a system's id, as the rule was when it was seen. */
  readonly owner: string;
  /** A sentence for the merchant. */
  readonly cause: string;
  readonly status: DiscrepancyStatus;
  readonly times: number;
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
  readonly resolvedAt: string | null;
  readonly resolution: string | null;
  readonly eventId: string | null;
  readonly correlationId: string;
}

/** What a list is filtered by; absent means any. */
export interface DiscrepancyFilter {
  readonly status?: DiscrepancyStatus | undefined;
  readonly domain?: DataDomain | undefined;
  readonly kind?: DiscrepancyKind | undefined;
  readonly system?: string | undefined;
  /** A gid. */
  readonly resource?: string | undefined;
}

/**
 * What a decision for the owner leads to: Shopify is written, the system is told, or nothing can be
 * sent. `gone`: it would be written, and Shopify does not have the record.
 */
export type Remedy = "write" | "tell" | "gone" | "none";
