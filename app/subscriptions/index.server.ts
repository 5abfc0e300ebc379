/**
 * Whether Shopify still tells what it was asked to tell.
 *
 * Promise: a declared subscription that is gone is noticed by the first change that a poll finds and
 * no notification told; until it is back a substitute delivers; nothing a person made is deleted
 * without a person. Tables: topic_states, transport_days, transport_cursors.
 */
export { checkAll, type CheckAllDeps } from "./check-all.ts";
export { type CheckDeps, checkSubscriptions } from "./check-subscriptions.ts";
export { desiredApiVersion } from "./desired-topics.ts";
export { listTopics } from "./list-topics.ts";
export { repairTopic } from "./repair-topic.ts";
export { listTransports } from "./list-transports.ts";
export { dropOldTransportDays, forgetTransportsOfShop } from "./transport-store.ts";
export { forgetTopicsOfShop } from "./topic-state-store.ts";
