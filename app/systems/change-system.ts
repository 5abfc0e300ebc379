import type { Transaction } from "#app/db.server.ts";
import { recordAudit } from "#app/observability/index.server.ts";
import { createApiKey, revokeKeysOf } from "./api-key-store.ts";
import { newSigningSecret, type SystemDeps } from "./create-system.ts";
import {
  getSystem,
  lockSystem,
  markDeleted,
  replaceSecret,
  secretPurpose,
  setStatus,
} from "./system-store.ts";
import type { SystemView } from "./types.ts";

/** How long the old secret signs too after a rotation. */
const secretOverlapMs = 24 * 3600 * 1000;

/** Stops sending; changes wait, untouched, and count as lag. Null when there is no such system. */
export async function pauseSystem(
  deps: SystemDeps,
  shop: string,
  actor: string,
  id: string,
): Promise<SystemView | null> {
  return deps.db.transaction(async (tx) => {
    const changed = await setStatus(tx, shop, id, "paused", "Paused by you.", deps.clock.now());
    if (changed) await recordAudit(tx, { shop, actor, action: "system.paused", subject: id });
    return getSystem(tx, shop, id);
  });
}

/** Sends again, first of all what waited. Also wakes a system that was disabled after a 410. */
export async function resumeSystem(
  deps: SystemDeps,
  shop: string,
  actor: string,
  id: string,
): Promise<SystemView | null> {
  return deps.db.transaction(async (tx) => {
    const changed = await setStatus(tx, shop, id, "active", null, deps.clock.now());
    if (changed) await recordAudit(tx, { shop, actor, action: "system.resumed", subject: id });
    return getSystem(tx, shop, id);
  });
}

/**
 * Disconnects a system; what waited for it is not sent. `alongside` commits or fails with it.
 * Returns whether there was one.
 */
export async function deleteSystem(
  deps: SystemDeps,
  shop: string,
  actor: string,
  id: string,
  alongside?: (tx: Transaction) => Promise<void>,
): Promise<boolean> {
  return deps.db.transaction(async (tx) => {
    const deleted = await markDeleted(tx, shop, id, deps.clock.now());
    if (!deleted) return false;
    await recordAudit(tx, { shop, actor, action: "system.disconnected", subject: id });
    await revokeKeysOf(tx, id, deps.clock.now());
    await alongside?.(tx);
    return true;
  });
}

/** Gives a system a new secret; for a day both sign, so that the receiver can change over. */
export async function rotateSecret(
  deps: SystemDeps,
  shop: string,
  actor: string,
  id: string,
): Promise<string | null> {
  const secret = newSigningSecret();
  const nowMs = deps.clock.now();
  return deps.db.transaction(async (tx) => {
    const sealed = deps.vault.seal(secret, secretPurpose(id));
    if (!(await replaceSecret(tx, shop, id, sealed, nowMs + secretOverlapMs))) return null;
    await recordAudit(tx, { shop, actor, action: "system.secret-rotated", subject: id });
    return secret;
  });
}

/**
 * Gives a system a new API key; the ones it had are good no more. Null when there is no such system.
 * The key is in this answer and nowhere else. Of two at once the later one's key is the good one.
 */
export async function renewApiKey(
  deps: Pick<SystemDeps, "db" | "clock">,
  shop: string,
  actor: string,
  id: string,
): Promise<string | null> {
  return deps.db.transaction(async (tx) => {
    if (!(await lockSystem(tx, shop, id))) return null;
    await revokeKeysOf(tx, id, deps.clock.now());
    await recordAudit(tx, { shop, actor, action: "system.key-renewed", subject: id });
    return createApiKey(tx, { shop, systemId: id }, deps.clock.now());
  });
}
