/**
 * Privacy law and retention.
 *
 * Promise: `shop/redact` leaves no row of the shop; `customers/redact` leaves events without anything
 * of the person, also of what arrives late; what is held about a customer can be handed over; what has
 * been kept for long enough is gone within the hour, and nobody waits for it.
 * Table: privacy_requests.
 */
export { answerRequest, type AnswerDeps } from "./answer-request.ts";
export { applyRetention, type RetentionDeps } from "./apply-retention.ts";
export { exportCustomer } from "./export-customer.ts";
export { forgetShop, type ForgetShopDeps } from "./forget-shop.ts";
export { keptForMs } from "./retention-times.ts";
export { listRequests } from "./request-store.ts";
