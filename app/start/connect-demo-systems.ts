import type { Config } from "#app/config.server.ts";
import { openDatabase, systemClock } from "#app/db.server.ts";
import { connectSystem } from "#app/connections/index.server.ts";
import {
  listSystems,
  loadDestination,
  parseNewSystem,
  type SystemDeps,
} from "#app/systems/index.server.ts";
import { getShop } from "#app/shops/index.server.ts";
import { createVault } from "#app/vault/index.server.ts";
import type { ConnectDemoSystems } from "./demo-director.ts";
import type { DemoSystem } from "./demo-settings.ts";

/** What the demo warehouse and the demo ERP want to hear of. */
const domainsOf = {
  wms: ["inventory", "products", "orders", "fulfillments"],
  erp: ["inventory", "products", "pricing", "orders", "customers", "fulfillments"],
} as const;

/**
 * Impatient on purpose: with the defaults a broken system's deliveries are dead after a quarter of
 * an hour, here after some seconds, so that one can watch it happen.
 */
const deliveryPolicy = { maxAttempts: 5, baseDelayMs: 500, maxDelayMs: 5_000, timeoutMs: 3_000 };

/**
 * Slower to open than an impatient retry policy is to give up: fifty attempts are ten dead letters to
 * look at before the rest of the work waits, and a healed system is noticed within three seconds.
 */
const circuitPolicy = {
  minimumRequests: 50,
  failurePercent: 70,
  windowSeconds: 60,
  probeAfterMs: 3_000,
};

/**
 * Connects the demo's systems as a merchant would on the Systems screen, and carries the signing
 * secret over. What is connected already only gets its secret carried over again.
 */
export function openDemoConnector(
  databaseUrl: string,
  config: Config,
): { readonly connect: ConnectDemoSystems; readonly close: () => Promise<void> } {
  const db = openDatabase(databaseUrl, { applicationName: "converge-demo", maxConnections: 1 });
  const deps = { db, vault: createVault([config.encryptionKey]), clock: systemClock };
  return {
    connect: async (shop, systems) => {
      if (!(await getShop(db, shop)))
        throw new Error(`${shop} is still installing; its systems are connected in a moment.`);
      for (const system of systems) await connectOne(deps, shop, system);
    },
    close: () => db.close(),
  };
}

async function connectOne(deps: SystemDeps, shop: string, system: DemoSystem): Promise<void> {
  const url = `${system.url}/webhooks`;
  const known = (await listSystems(deps.db, shop)).find((item) => item.url === url);
  const secret = known
    ? (await loadDestination(deps.db, deps.vault, known.id, deps.clock.now()))?.secrets[0]
    : await connectNew(deps, shop, system, url);
  const answer = await fetch(`${system.url}/control/secret`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ shop, secret }),
    signal: AbortSignal.timeout(5_000),
  });
  if (!answer.ok)
    throw new Error(`${system.name} did not take its secret: ${String(answer.status)}.`);
}

async function connectNew(
  deps: SystemDeps,
  shop: string,
  system: DemoSystem,
  url: string,
): Promise<string> {
  const input = {
    name: `Demo ${system.name}`,
    kind: system.kind,
    url,
    snapshotUrl: `${system.url}/snapshot`,
    domains: domainsOf[system.kind],
    deliveryPolicy,
    circuitPolicy,
  };
  const parsed = parseNewSystem(input, { allowPrivate: true });
  if (!parsed.ok) throw new Error(parsed.errors.map((error) => error.message).join(" "));
  return (await connectSystem(deps, shop, "converge:demo", parsed.value)).signingSecret;
}
