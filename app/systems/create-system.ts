import { randomBytes } from "node:crypto";
import type { Clock, Database, Transaction } from "#app/db.server.ts";
import { recordAudit } from "#app/observability/index.server.ts";
import type { Vault } from "#app/vault/index.server.ts";
import type { NewSystem } from "./parse-system.ts";
import { createApiKey } from "./api-key-store.ts";
import { insertSystem, secretPurpose } from "./system-store.ts";
import type { SystemView } from "./types.ts";

/** What changing a system takes. */
export interface SystemDeps {
  readonly db: Database;
  readonly vault: Vault;
  readonly clock: Clock;
}

/** A Standard Webhooks secret: 24 random bytes. https://www.standardwebhooks.com */
export function newSigningSecret(): string {
  return `whsec_${randomBytes(24).toString("base64")}`;
}

/**
 * Connects a system. Its secret and API key are in this answer and nowhere else. It gets changes from now on.
 * `alongside` commits or fails with it.
 */
export async function createSystem(
  deps: SystemDeps,
  shop: string,
  actor: string,
  input: NewSystem,
  alongside?: (tx: Transaction, system: SystemView) => Promise<void>,
): Promise<{ system: SystemView; signingSecret: string; apiKey: string }> {
  const id = `sys_${randomBytes(12).toString("hex")}`;
  const signingSecret = newSigningSecret();
  const { system, apiKey } = await deps.db.transaction(async (tx) => {
    const created = await insertSystem(tx, {
      id,
      shop,
      input,
      secret: deps.vault.seal(signingSecret, secretPurpose(id)),
      atMs: deps.clock.now(),
    });
    await recordAudit(tx, {
      shop,
      actor,
      action: "system.connected",
      subject: id,
      detail: { name: input.name },
    });
    await alongside?.(tx, created);
    const key = await createApiKey(tx, { shop, systemId: id }, deps.clock.now());
    return { system: created, apiKey: key };
  });
  return { system, signingSecret, apiKey };
}
