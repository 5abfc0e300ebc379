import type { DataDomain } from "#app/data-domains.ts";

export const systemKinds = [
  "wms",
  "erp",
  "crm",
  "pim",
  "3pl",
  "oms",
  "loyalty",
  "marketing",
  "other",
] as const;
export type SystemKind = (typeof systemKinds)[number];

/** active: sent to. paused: by a person, work waits. disabled: by Converge (410 or a deleted system). */
export const systemStatuses = ["active", "paused", "disabled"] as const;
export type SystemStatus = (typeof systemStatuses)[number];

/** How hard and how often Converge tries. Times in milliseconds. */
export interface DeliveryPolicy {
  readonly mode: "latest" | "every";
  readonly maxAttempts: number;
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
  readonly timeoutMs: number;
  readonly ratePerSecond?: number | undefined;
  readonly concurrency: number;
}

/** When Converge stops knocking for a while. */
export interface CircuitPolicy {
  readonly minimumRequests: number;
  readonly failurePercent: number;
  readonly windowSeconds: number;
  readonly probeAfterMs: number;
}

/** A connected system as screens and the API show it (never its secret). */
export interface SystemView {
  readonly id: string;
  readonly shop: string;
  readonly name: string;
  readonly kind: SystemKind;
  readonly url: string;
  readonly domains: readonly DataDomain[];
  readonly status: SystemStatus;
  readonly statusReason: string | null;
  readonly statusSince: string;
  readonly deliveryPolicy: DeliveryPolicy;
  readonly circuitPolicy: CircuitPolicy;
  readonly createdAt: string;
}
