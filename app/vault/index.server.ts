/**
 * Encryption at rest. Promise: what is sealed here can be opened only with the installation's key,
 * only for the purpose it was sealed for, and any changed bit is noticed.
 */
export { createVault, type Vault } from "./vault.ts";
