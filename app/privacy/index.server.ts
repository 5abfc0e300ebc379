/**
 * Privacy law and retention.
 *
 * Promise: what has been kept for long enough is gone within the hour, and nobody waits for it.
 * Tables: none of its own.
 */
export { applyRetention, type RetentionDeps } from "./apply-retention.ts";
export { forgetShop, type ForgetShopDeps } from "./forget-shop.ts";
