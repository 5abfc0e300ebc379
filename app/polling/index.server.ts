/**
 * Reads what webhooks do not bring. Promise: after an installation, every SKU of the shop is known
 * before long, however often the reading is interrupted; a question only Shopify can answer is
 * answered by a read that walks the same corridor as webhooks. Tables: none of its own.
 */
export { confirmResource, type ConfirmDeps } from "./confirm-resource.ts";
export { learnShop, type LearnDeps } from "./learn-shop.ts";
