const day = 24 * 3_600_000;

/**
 * How long what is kept, in milliseconds. A delivery id counts once for as long as its event is here;
 * Shopify's last retry comes after four hours.
 */
export const keptForMs = {
  /** Bodies hold customers' data; what was learnt from them does not need them. */
  bodies: 30 * day,
  events: 90 * day,
  deliveries: 90 * day,
  /** A day longer than the deliveries that send them. */
  changes: 91 * day,
  intents: 90 * day,
  discrepancies: 90 * day,
  /** Once they are over. */
  alerts: 90 * day,
  /** Full comparisons with what they found. */
  comparisons: 90 * day,
  /** What moved a pool; where it is now stays. */
  ledger: 400 * day,
  /** The figures behind charts. */
  figures: 100 * day,
  /** A write to Shopify that was not heard back of by then never will be. */
  echoes: 7 * day,
  /** A code that lets a store into a group, after it has run out. */
  codes: day,
  /** After they were answered: proof that they were. */
  requests: 730 * day,
  /** Who did what: two years. */
  audit: 730 * day,
} as const;
