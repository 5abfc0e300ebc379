import { z } from "zod";
import type { Config } from "#app/config.server.ts";
import { openDatabase, systemClock } from "#app/db.server.ts";
import { connectSystem } from "#app/connections/index.server.ts";
import {
  listSystems,
  loadDestination,
  parseNewSystem,
  renewApiKey,
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

/** Who connects them, in the audit log. */
const actor = "converge:demo";

type Deps = SystemDeps & { readonly appUrl: string };

/**
 * Connects the demo's systems as a merchant would on the Systems screen, and carries the signing
 * secret and the API key over. What is connected already gets its secret carried over again, and a new
 * key if it has none: a key is stored as a hash, so the one it had cannot be told a second time.
 */
export function openDemoConnector(
  databaseUrl: string,
  config: Config,
): { readonly connect: ConnectDemoSystems; readonly close: () => Promise<void> } {
  const db = openDatabase(databaseUrl, { applicationName: "converge-demo", maxConnections: 1 });
  const vault = createVault([config.encryptionKey]);
  const deps = { db, vault, clock: systemClock, appUrl: config.shopify.appUrl };
  return {
    connect: async (shop, systems) => {
      if (!(await getShop(db, shop)))
        throw new Error(`${shop} is still installing; its systems are connected in a moment.`);
      for (const system of systems) await connectOne(deps, shop, system);
    },
    close: () => db.close(),
  };
}

async function connectOne(deps: Deps, shop: string, system: DemoSystem): Promise<void> {
  const url = `${system.url}/webhooks`;
  const known = (await listSystems(deps.db, shop)).find((item) => item.url === url);
  const access = known
    ? await accessOf(deps, shop, known.id, system)
    : await connectNew(deps, shop, system, url);
  await hand(system, "secret", { shop, secret: access.signingSecret });
  if (access.apiKey === null) return;
  const { systemId, apiKey: key } = access;
  await hand(system, "api-key", { shop, systemId, key, appUrl: deps.appUrl });
}

/** What a system needs to know; `apiKey` null: it has one. */
interface Access {
  readonly systemId: string;
  readonly signingSecret: string | undefined;
  readonly apiKey: string | null;
}

async function accessOf(
  deps: Deps,
  shop: string,
  systemId: string,
  system: DemoSystem,
): Promise<Access> {
  const destination = await loadDestination(deps.db, deps.vault, systemId, deps.clock.now());
  const held = await hasKey(system, { shop, systemId, appUrl: deps.appUrl });
  const apiKey = held ? null : await renewApiKey(deps, shop, actor, systemId);
  return { systemId, signingSecret: destination?.secrets[0], apiKey };
}

const keysSchema = z.object({
  items: z.array(z.object({ shop: z.string(), systemId: z.string(), appUrl: z.string() })),
});

/** Whether a demo system has the key of one connected system, for this Converge. */
async function hasKey(
  { name, url }: DemoSystem,
  wanted: z.infer<typeof keysSchema>["items"][number],
): Promise<boolean> {
  const answer = await fetch(`${url}/control/api-key`, { signal: AbortSignal.timeout(5_000) });
  if (!answer.ok)
    throw new Error(`${name} did not say which keys it has: ${String(answer.status)}.`);
  const { items } = keysSchema.parse(await answer.json());
  return items.some(
    ({ shop, systemId, appUrl }) =>
      shop === wanted.shop && systemId === wanted.systemId && appUrl === wanted.appUrl,
  );
}

async function hand(
  { name, url }: DemoSystem,
  what: "secret" | "api-key",
  body: object,
): Promise<void> {
  const answer = await fetch(`${url}/control/${what}`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(5_000),
  });
  if (!answer.ok) throw new Error(`${name} did not take its ${what}: ${String(answer.status)}.`);
}

async function connectNew(
  deps: Deps,
  shop: string,
  system: DemoSystem,
  url: string,
): Promise<Access> {
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
  const made = await connectSystem(deps, shop, actor, parsed.value);
  return { systemId: made.system.id, signingSecret: made.signingSecret, apiKey: made.apiKey };
}
