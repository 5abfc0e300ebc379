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

/** What it means that a system has not answered a hold in time: that it refuses, or that it agrees. */
export const holdSilences = ["refuse", "confirm"] as const;

/** How hard and how often Converge tries. Times in milliseconds. */
export interface DeliveryPolicy {
  readonly mode: "latest" | "every";
  readonly maxAttempts: number;
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
  readonly timeoutMs: number;
  readonly ratePerSecond?: number | undefined;
  readonly concurrency: number;
  /** Left out: it refuses. */
  readonly onSilence?: (typeof holdSilences)[number] | undefined;
}

/** When Converge stops knocking for a while. */
export interface CircuitPolicy {
  readonly minimumRequests: number;
  readonly failurePercent: number;
  readonly windowSeconds: number;
  readonly probeAfterMs: number;
}

/** closed: sent to. open: it does not answer, work waits. half_open: one probe is on its way. */
export const circuitStates = ["closed", "open", "half_open"] as const;
export type CircuitState = (typeof circuitStates)[number];

/** What names a record in a system's full state, beside its fields. */
export const namingFields = ["sku", "resourceId", "locationId", "observedAt"] as const;

/** Fields that are numbers, of which a system may be allowed to differ a little. */
export const exactFields: Readonly<Record<string, readonly string[]>> = {
  inventory: ["available"],
  pricing: ["price", "compareAtPrice"],
};

/** How a system's full state of one kind of data is read and compared. */
export interface DomainComparison {
  /** What the system calls a field, by Converge's name of it. */
  readonly names: Readonly<Record<string, string>>;
  /** By how much a number may differ and still agree. */
  readonly within: Readonly<Record<string, number>>;
}

/** Where the circuit of a system stands. Epoch milliseconds. */
export interface Circuit {
  readonly state: CircuitState;
  /** When it opened; null while closed. */
  readonly sinceMs: number | null;
  /** open: when the next probe may go. half_open: until when the probe's outcome is awaited. */
  readonly probeAtMs: number | null;
  readonly failedProbes: number;
}

/** A connected system as screens and the API show it (never its secret). */
export interface SystemView {
  readonly id: string;
  readonly shop: string;
  readonly name: string;
  readonly kind: SystemKind;
  readonly url: string;
  /** Where its full state can be read; null: it sends it, or does not have one. */
  readonly snapshotUrl: string | null;
  readonly domains: readonly DataDomain[];
  readonly status: SystemStatus;
  readonly statusReason: string | null;
  readonly statusSince: string;
  readonly deliveryPolicy: DeliveryPolicy;
  readonly circuitPolicy: CircuitPolicy;
  /** By kind of data; what is not there is compared as it is. */
  readonly comparison: Readonly<Record<string, DomainComparison>>;
  readonly circuitState: CircuitState;
  /** When the circuit opened, and when a request is tried next; null while closed. */
  readonly circuitSince: string | null;
  readonly circuitProbeAt: string | null;
  /** Until when the secret before the last rotation signs too; null when none does. */
  readonly oldSecretUntil: string | null;
  readonly createdAt: string;
}
