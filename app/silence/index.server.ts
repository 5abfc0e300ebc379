/**
 * Whether a topic is quieter than its rhythm, and Shopify agrees that it should not be.
 *
 * Promise: what was heard at the same hours of the same weekdays says how likely a silence is; before
 * one is spoken of, Shopify is asked with a count, and it is a silence only when there are changes
 * that nobody told and no read has found. A store that is merely quiet, new, or closed costs nothing.
 * What a subscription is, and whether it is gone, is app/subscriptions' to say.
 * Tables: topic_silences.
 */
export { listenForSilence, type ListenDeps } from "./listen-for-silence.ts";
export { forgetSilencesOfShop } from "./silence-store.ts";
export { standingSilences } from "./standing-silences.ts";
