import type { FaultSettings } from "./fault-table.ts";

/** A fault somebody saw in the real Shopify, and what plays it here. */
export type ProfileEntry = {
  id: string;
  name: string;
  /** Switches with values near to what was seen; times are squeezed, as retries are. */
  settings: Partial<FaultSettings>;
  /** What is always so here, or which operation plays it. */
  note?: string;
};

const always = (id: string, name: string, note: string): ProfileEntry => ({
  id,
  name,
  settings: {},
  note,
});

/** The published and reported faults of webhooks, reads, writes, limits, bulk operations and tokens. */
export const FAULT_PROFILE: ProfileEntry[] = [
  always(
    "lat-normal",
    "Normal delivery latency",
    "webhookLatencyMs: lognormal, 7 x the median at p99",
  ),
  { id: "lat-blip", name: "Short latency blip", settings: { latencyFactor: 5 } },
  { id: "lat-30s", name: "Half-minute delay", settings: { delayShare: 1, delayMs: 30_000 } },
  { id: "lat-day", name: "Up to a day late", settings: { delayShare: 1, delayMs: 3_600_000 } },
  {
    id: "lat-pos-paid",
    name: "Paid late at the till",
    settings: { delayShare: 5, delayMs: 900_000 },
  },
  always("lat-outage-surge", "Outage then surge", "incident outage_then_surge, or hold"),
  {
    id: "lat-cm2025",
    name: "Cyber Monday: reads fail, orders flow",
    settings: { http5xx: 20, oauthErrors: 20 },
    note: "incident cyber_monday",
  },
  always(
    "dup-retry",
    "Duplicate from a slow answer",
    "an answer after webhookTimeoutMs is a failure",
  ),
  {
    id: "dup-1min",
    name: "A copy a minute later",
    settings: { lateCopyShare: 1, lateCopyMs: 60_000 },
  },
  {
    id: "dup-many",
    name: "Copies over a day",
    settings: { lateCopyShare: 1, lateCopies: 4, lateCopyMs: 60_000 },
  },
  { id: "dup-simultaneous", name: "Copies at the same instant", settings: { duplicate: 1 } },
  always(
    "dup-two-subscriptions",
    "One topic subscribed twice",
    "subscribe through the API as well",
  ),
  {
    id: "dup-72h",
    name: "Copies for three days (disputed)",
    settings: { lateCopyShare: 1, lateCopies: 3, lateCopyMs: 86_400_000 },
  },
  { id: "dup-rate", name: "Background duplicate rate", settings: { duplicate: 0.5 } },
  always("id-event-shared", "One event id on several deliveries", "always"),
  always("id-webhook-key", "The webhook id is the delivery's key", "always, unless newIdOnRetry"),
  { id: "id-conflict", name: "Webhook ids that change on retry", settings: { newIdOnRetry: true } },
  { id: "id-events-style", name: "Both header families", settings: { bothHeaderFamilies: true } },
  {
    id: "id-events-headers-2026-09",
    name: "Events without an event id",
    settings: { alsoAsEvents: true },
  },
  always("id-triggered-precision", "Triggered-At with nanoseconds", "always"),
  { id: "ord-update-first", name: "Update before create", settings: { reorder: 20 } },
  { id: "ord-paid-first", name: "Paid before create", settings: { reorder: 5 } },
  always(
    "ord-retry-old",
    "A retry overtakes newer state",
    "always: bodies and addresses are frozen",
  ),
  {
    id: "ord-create-plus-publish",
    name: "Created and updated at once",
    settings: { updateWithCreate: true },
  },
  { id: "pay-late-bound", name: "Late-bound bodies", settings: { lateBoundMs: 4_000 } },
  { id: "pay-debounce", name: "Equal bodies coalesced", settings: { coalesceMs: 5_000 } },
  always("pay-no-delta", "Stock without reason, delta or variant", "always"),
  always("pay-escaped-slash", "Escaped slashes on the wire", "always"),
  always("pay-big-id", "Ids above 2^53", "always, in the second store"),
  { id: "pay-size", name: "Large bodies", settings: { leastBytes: 1_048_576 } },
  { id: "pay-variants", name: "Products of 2,048 variants", settings: { newVariants: 2_048 } },
  {
    id: "pay-minimal-body",
    name: "Too large to be told",
    settings: { leastBytes: 1_048_576, mostBytes: 1_000_000 },
  },
  { id: "pay-version-2025-01", name: "Customers told as before", settings: { oldVersion: true } },
  { id: "pay-version-2026-04", name: "Orders with checkout_id", settings: { oldVersion: true } },
  {
    id: "pay-version-2026-10",
    name: "Lines without selling_plan_id",
    settings: { oldVersion: true },
  },
  { id: "pay-string-ids", name: "Ids of privacy law as text", settings: { idsAsText: true } },
  { id: "pay-redact-email-only", name: "Persons by e-mail alone", settings: { emailAlone: true } },
  always("pay-zero-decimal", "Money of no or three decimals", "operation currency: JPY, VND, KWD"),
  always("pay-events-fields-changed", "fields_changed as an object", "always, with alsoAsEvents"),
  { id: "pay-null-test", name: "Signed with another secret", settings: { foreignSignature: 5 } },
  always("pay-offsets", "Stamps in the shop's zone", "always, two zones"),
  always("pay-same-updated-at", "Equal stamps on different bodies", "always: whole seconds"),
  {
    id: "vol-product-noise",
    name: "Every sale updates the product",
    settings: { productNoise: true },
  },
  {
    id: "vol-inventory-pair",
    name: "Stock and product together",
    settings: { productNoise: true },
  },
  always("vol-product-no-event", "No products/update on purchase", "always, unless productNoise"),
  { id: "vol-orders-updated", name: "Orders told of often", settings: { moreOrderUpdates: 7 } },
  always("vol-bulk-edit", "A catalogue edited at once", "operation bulkEdit"),
  always("vol-bfcm", "Twice as much as usual", "traffic, any events per second"),
  always("vol-stuck-20h", "One bad row stops all", "a receiver's own fault: nothing to play"),
  always("vol-carts-noop", "Carts are told of less", "nothing to play: there are no carts here"),
  always("vol-flash", "Flash sale", "traffic, any events per second"),
  always("loss-retry-window", "Down longer than the retries", "retryScheduleMs, then abandoned"),
  always(
    "loss-subscription-removed",
    "Subscription deleted after 8 failures",
    "always, API-made ones only",
  ),
  {
    id: "loss-platform-2020",
    name: "Retries dropped, subscriptions deleted",
    settings: { dropRetries: 2 },
    note: "incidents retries_dropped and subscriptions_deleted",
  },
  { id: "loss-rare", name: "Rare silent miss", settings: { drop: 0.02 } },
  always("loss-200-on-error", "Accepted and lost", "a receiver's own fault: nothing to play"),
  always("loss-no-topic", "Changes without a webhook", "always: metafields, other stock states"),
  { id: "loss-rotate", name: "The old secret signs on", settings: { foreignSignature: 50 } },
  { id: "loss-shop-frozen", name: "Frozen shop", settings: { frozen: true } },
  { id: "read-product-total", name: "Product totals lag", settings: { totalsLagMs: 10_000 } },
  { id: "read-search-index", name: "Search index lags", settings: { searchLagMs: 10_000 } },
  { id: "read-sellable", name: "Sellable quantity lags", settings: { totalsLagMs: 60_000 } },
  { id: "read-customer-search", name: "Customer not found yet", settings: { searchLagMs: 5_000 } },
  { id: "read-updatedat", name: "Stamps move alone", settings: { strayUpdates: 1 } },
  { id: "read-filter-leak", name: "Old rows in a window", settings: { filterLeak: 0.1 } },
  { id: "read-mutation-order", name: "Writes out of order", settings: { overtakenWrites: 5 } },
  always("read-events-log", "The event log lags", "nothing to play: there is no event log here"),
  always("read-count-precision", "Counts are capped", "always: AT_LEAST"),
  { id: "read-refetch-wait", name: "Stale read after a webhook", settings: { levelLagMs: 5_000 } },
  { id: "write-cas-stale", name: "Compare-and-set mismatch", settings: { raceOnWrite: 2 } },
  always("write-cas-missing", "changeFromQuantity left out", "always refused"),
  always("write-idem-missing", "@idempotent left out", "always refused"),
  {
    id: "write-idem-mismatch",
    name: "Keys that meet",
    settings: { mutationDelayMs: 500 },
    note: "a key with another input is always refused",
  },
  { id: "write-fetch-stock", name: "One lower than written", settings: { offByOne: 5 } },
  always("write-qty-bounds", "Quantity bounds", "always"),
  always(
    "lim-graphql",
    "Cost bucket by plan",
    "operation plan: standard, advanced, plus, enterprise",
  ),
  always("lim-old-numbers", "A bucket of 1,000 and 50", "option costBucket"),
  { id: "lim-429", name: "HTTP 429", settings: { http429: 5 } },
  { id: "lim-throttled-200", name: "THROTTLED", settings: { throttled: 5, throttledAs429: 20 } },
  always("lim-bulk", "Five bulk operations at once", "always"),
  { id: "lim-bulk-fail", name: "Bulk failure", settings: { bulkFails: 1, bulkPartial: 50 } },
  { id: "lim-bulk-stuck", name: "Bulk operation never ends", settings: { bulkStuck: 1 } },
  {
    id: "lim-internal-error",
    name: "Internal errors on mutations",
    settings: { mutationErrors: 1.36 },
  },
  always("lim-register-swallowed", "Registration throttled", "throttled, while the app subscribes"),
  {
    id: "auth-token-hour",
    name: "Token expires in mid-job",
    settings: { tokenSeconds: 30, lostRefreshes: 0.1 },
  },
];
