/**
 * Every switch that makes the twin behave like Shopify on a bad day, in one table: the options, the
 * control API and the control page are made from it. All off is Shopify on a good day.
 */

export type FaultGroup =
  | "Webhooks"
  | "Reads"
  | "Writes"
  | "Limits and outages"
  | "Bulk operations"
  | "Tokens and clocks";

/** percent: share of the cases; switch: on or off; the others are amounts, 0 being off. */
export type FaultUnit = "percent" | "switch" | "ms" | "seconds" | "count";

type Fault = {
  group: FaultGroup;
  unit: FaultUnit;
  label: string;
  hint: string;
  /** Of amounts. */
  max?: number;
  /** Of amounts that go both ways. */
  min?: number;
};

export const FAULTS = {
  drop: { group: "Webhooks", unit: "percent", label: "Lost", hint: "never sent" },
  duplicate: {
    group: "Webhooks",
    unit: "percent",
    label: "Duplicated",
    hint: "sent twice with the same webhook id",
  },
  lateCopyShare: {
    group: "Webhooks",
    unit: "percent",
    label: "Sent again later",
    hint: "copies come long after the app said 200",
  },
  lateCopies: {
    group: "Webhooks",
    unit: "count",
    label: "Later copies",
    hint: "of each; 0 means one",
    max: 5,
  },
  lateCopyMs: {
    group: "Webhooks",
    unit: "ms",
    label: "Time between copies",
    hint: "Shopify: a minute to hours",
    max: 86_400_000,
  },
  reorder: {
    group: "Webhooks",
    unit: "percent",
    label: "Out of order",
    hint: "waits until later ones have passed",
  },
  delayShare: { group: "Webhooks", unit: "percent", label: "Late", hint: "by the delay below" },
  delayMs: {
    group: "Webhooks",
    unit: "ms",
    label: "Delay",
    hint: "of late ones",
    max: 86_400_000,
  },
  latencyFactor: {
    group: "Webhooks",
    unit: "count",
    label: "Latency multiplied by",
    hint: "0 leaves it as it is",
    max: 1_000,
  },
  hold: {
    group: "Webhooks",
    unit: "switch",
    label: "Held back",
    hint: "nothing is sent; switched off, everything comes at once",
  },
  unreachable: {
    group: "Webhooks",
    unit: "percent",
    label: "App not reached",
    hint: "the attempt fails on the network and is tried again",
  },
  dropRetries: {
    group: "Webhooks",
    unit: "percent",
    label: "Retries dropped",
    hint: "a failed delivery is not tried again",
  },
  newIdOnRetry: {
    group: "Webhooks",
    unit: "switch",
    label: "New id on retry",
    hint: "a retry carries another webhook id",
  },
  lateBoundMs: {
    group: "Webhooks",
    unit: "ms",
    label: "Late-bound stock",
    hint: "a stock body says what is true so much later",
    max: 60_000,
  },
  coalesceMs: {
    group: "Webhooks",
    unit: "ms",
    label: "Coalesced",
    hint: "equal trimmed bodies within this time are sent once",
    max: 3_600_000,
  },
  foreignSignature: {
    group: "Webhooks",
    unit: "percent",
    label: "Signed with another secret",
    hint: "the one before a rotation, or of a test notification",
  },
  bothHeaderFamilies: {
    group: "Webhooks",
    unit: "switch",
    label: "Both header families",
    hint: "shopify-* beside X-Shopify-*",
  },
  alsoAsEvents: {
    group: "Webhooks",
    unit: "switch",
    label: "Told as Events too",
    hint: "products, customers and orders once more, as next-generation Events",
  },
  productNoise: {
    group: "Webhooks",
    unit: "switch",
    label: "Product noise",
    hint: "every stock change also updates its product",
  },
  searchLagMs: {
    group: "Reads",
    unit: "ms",
    label: "Search index lag",
    hint: "filters know a change so much later; reads by id at once",
    max: 3_600_000,
  },
  totalsLagMs: {
    group: "Reads",
    unit: "ms",
    label: "Totals lag",
    hint: "totalInventory, inventory_total and what can be sold online",
    max: 3_600_000,
  },
  levelLagMs: {
    group: "Reads",
    unit: "ms",
    label: "Stale stock after a webhook",
    hint: "a level read at once still shows the old value",
    max: 600_000,
  },
  strayUpdates: {
    group: "Reads",
    unit: "percent",
    label: "Stamps that move alone",
    hint: "with an action, another product's updated_at moves too",
  },
  filterLeak: {
    group: "Reads",
    unit: "percent",
    label: "Filters that leak",
    hint: "old rows appear in an updated_at window",
  },
  raceOnWrite: {
    group: "Writes",
    unit: "percent",
    label: "Somebody was faster",
    hint: "a unit is sold right before a stock write is checked",
  },
  mutationErrors: {
    group: "Writes",
    unit: "percent",
    label: "Internal errors",
    hint: "INTERNAL_SERVER_ERROR, nothing written",
  },
  lostAnswers: {
    group: "Writes",
    unit: "percent",
    label: "Lost answers",
    hint: "written, but the connection breaks before the answer",
  },
  mutationDelayMs: {
    group: "Writes",
    unit: "ms",
    label: "Slow idempotent writes",
    hint: "two with one key meet",
    max: 60_000,
  },
  throttled: {
    group: "Limits and outages",
    unit: "percent",
    label: "THROTTLED",
    hint: "whatever the bucket says",
  },
  throttledAs429: {
    group: "Limits and outages",
    unit: "percent",
    label: "... with HTTP 429",
    hint: "of the throttled ones; the others come with 200",
  },
  budgetCut: {
    group: "Limits and outages",
    unit: "percent",
    label: "Budget cut",
    hint: "the bucket fills so much slower",
  },
  http429: {
    group: "Limits and outages",
    unit: "percent",
    label: "HTTP 429",
    hint: "with Retry-After",
  },
  http503: {
    group: "Limits and outages",
    unit: "percent",
    label: "HTTP 503",
    hint: "with Retry-After",
  },
  retryAfterSeconds: {
    group: "Limits and outages",
    unit: "seconds",
    label: "Retry-After",
    hint: "0 means two seconds",
    max: 3_600,
  },
  http5xx: {
    group: "Limits and outages",
    unit: "percent",
    label: "HTTP 500, 502, 504",
    hint: "without a usable body",
  },
  queryErrors: {
    group: "Limits and outages",
    unit: "percent",
    label: "Internal errors of reads",
    hint: "INTERNAL_SERVER_ERROR on HTTP 200",
  },
  slowShare: {
    group: "Limits and outages",
    unit: "percent",
    label: "Slow answers",
    hint: "by the time below",
  },
  slowMs: {
    group: "Limits and outages",
    unit: "ms",
    label: "Slow by",
    hint: "of slow ones",
    max: 600_000,
  },
  frozen: {
    group: "Limits and outages",
    unit: "switch",
    label: "Shop frozen",
    hint: "the API answers 402; webhooks go on",
  },
  bulkFails: {
    group: "Bulk operations",
    unit: "percent",
    label: "Fail",
    hint: "without any data",
  },
  bulkPartial: {
    group: "Bulk operations",
    unit: "percent",
    label: "Fail in the middle",
    hint: "with partialDataUrl",
  },
  bulkStuck: {
    group: "Bulk operations",
    unit: "percent",
    label: "Never end",
    hint: "stay RUNNING until cancelled, no webhook",
  },
  bulkTorn: {
    group: "Bulk operations",
    unit: "percent",
    label: "Torn results",
    hint: "the file ends in mid-line",
  },
  bulkBreaksOff: {
    group: "Bulk operations",
    unit: "percent",
    label: "Downloads break off",
    hint: "the connection ends in mid-line",
  },
  bulkExpired: {
    group: "Bulk operations",
    unit: "switch",
    label: "Results expired",
    hint: "as if seven days had passed",
  },
  bulkPace: {
    group: "Bulk operations",
    unit: "count",
    label: "Objects a second",
    hint: "0 means as configured",
    max: 10_000_000,
  },
  tokenSeconds: {
    group: "Tokens and clocks",
    unit: "seconds",
    label: "Access tokens live",
    hint: "0 means as configured; Shopify: an hour",
    max: 86_400,
  },
  lostRefreshes: {
    group: "Tokens and clocks",
    unit: "percent",
    label: "Lost token answers",
    hint: "refreshed, but the connection breaks before the answer",
  },
  oauthErrors: {
    group: "Tokens and clocks",
    unit: "percent",
    label: "Token endpoint fails",
    hint: "HTTP 500",
  },
  deadRefresh: {
    group: "Tokens and clocks",
    unit: "switch",
    label: "Dead refresh tokens",
    hint: "invalid_grant until the merchant opens the app",
  },
  clockSkewSeconds: {
    group: "Tokens and clocks",
    unit: "seconds",
    label: "Shopify's clock is ahead by",
    hint: "negative: behind; all its stamps move",
    min: -86_400,
    max: 86_400,
  },
} as const satisfies Record<string, Fault>;

export type FaultName = keyof typeof FAULTS;

export type FaultSettings = {
  -readonly [Name in FaultName]: (typeof FAULTS)[Name]["unit"] extends "switch" ? boolean : number;
};

/** The names, in the order they are shown. */
export const FAULT_NAMES = Object.keys(FAULTS) as FaultName[];

/** A fault as the table describes it. */
export function faultNamed(name: FaultName): Fault {
  return FAULTS[name];
}

/** A good day. */
export const NO_FAULTS = Object.fromEntries(
  FAULT_NAMES.map((name) => [name, FAULTS[name].unit === "switch" ? false : 0]),
) as FaultSettings;
