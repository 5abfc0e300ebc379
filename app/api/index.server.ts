/**
 * `/api/v1`, for connected systems and for scripts.
 *
 * Promise: what a schema says is what is checked and what is published; every refusal is a problem
 * document that names the field and the way out; another shop's ids do not exist.
 * Table: api_idempotency.
 */
export { createApi } from "./create-api.ts";
export { dropOldKeys, forgetKeysOfShop } from "./idempotency-store.ts";
