/**
 * Whether Shopify still tells what it was asked to tell.
 *
 * Promise: a declared subscription that is gone is noticed by the first change that a poll finds and
 * no notification told; until it is back a substitute delivers; nothing a person made is deleted
 * without a person. Table: topic_states.
 */
export { checkAll, type CheckAllDeps } from "./check-all.ts";
export { type CheckDeps, checkSubscriptions } from "./check-subscriptions.ts";
export { desiredApiVersion } from "./desired-topics.ts";
export { listTopics } from "./list-topics.ts";
export { repairTopic } from "./repair-topic.ts";
export { forgetTopicsOfShop } from "./topic-state-store.ts";
