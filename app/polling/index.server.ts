/**
 * Reads what webhooks do not bring. Promise: after an installation, every SKU of the shop is known
 * before long, however often the reading is interrupted. Tables: none of its own.
 */
export { learnShop, type LearnDeps } from "./learn-shop.ts";
