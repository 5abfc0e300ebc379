/**
 * Reads what webhooks do not bring. Promise: after an installation, every SKU of the shop is known
 * before long, however often the reading is interrupted; a change whose webhook was lost is found by
 * the next pass and walks the same corridor as webhooks; a pass that is on record as complete has
 * read everything between its two moments, whatever died in between.
 * Invariant: a watermark moves only after a complete pass, and one process at a time runs a pass.
 * Tables: poll_feeds, poll_passes, missed_webhooks.
 */
export {
  customerAsWebhook,
  fulfillmentAsWebhook,
  levelAsWebhook,
  orderAsWebhook,
  productAsWebhook,
  type ReadResource,
  variantAsWebhook,
} from "./as-webhook.ts";
export { readResource } from "./read-resource.ts";
export { confirmResource, type ConfirmDeps } from "./confirm-resource.ts";
export { forgetPollsOfShop } from "./forget-store.ts";
export { learnShop, type LearnDeps } from "./learn-shop.ts";
export { createPolls, type Polls } from "./polls.ts";
export { completedReads, type LastPass, lastPasses } from "./certificate-store.ts";
export { readPaces } from "./feed-store.ts";
export { cadencesOf } from "./keep-cadences.ts";
export { readPollHealth } from "./poll-health.ts";
export { requestPass } from "./request-pass.ts";
