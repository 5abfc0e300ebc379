import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { projectRoot } from "#app/start/embedded-postgres.ts";
import { findFreePort } from "#app/start/ports.ts";
import {
  type Installation,
  startInstallation,
  type SystemsDraft,
} from "#test/crash/installation.ts";
import type { ResourceState } from "#test/demo-systems/types.ts";
import { NORTH } from "#test/twin-conformance/support.ts";
import { startTwin } from "#test/twin/server.ts";
import type { Twin, TwinOptions } from "#test/twin/types.ts";
import type { Rig } from "#test/worker/rig-on.ts";
import { clientSecret } from "#test/worker/webhooks.ts";
import type { WatchedShopify } from "./watch-steps.ts";

/** A store of the twin in which the app is installed, with web, workers and two systems. */
export interface OpenStore {
  readonly twin: Twin;
  readonly installation: Installation;
  readonly origin: string;
}

/** One article at one place. */
export interface Level {
  readonly key: string;
  readonly sku: string;
  readonly productId: string;
  readonly locationId: string;
}

/** Two systems that do nothing wrong. */
export const healthySystems: SystemsDraft = {
  behaviours: { Warehouse: { mode: "healthy" }, ERP: { mode: "healthy" } },
};

const learnedWithinMs = 60_000;
/** What happens in the second of the installation is told, but nobody can say that it was owed a webhook. */
const afterInstallationMs = 3_000;

/** Opens a store, lets the app learn it, does something in it, and closes everything whatever happens. */
export async function withStore<Result>(
  rig: Rig,
  draft: {
    readonly twin: Partial<TwinOptions>;
    readonly systems: SystemsDraft;
    /** Stands between the app and the twin. */
    readonly through?: WatchedShopify | undefined;
  },
  use: (store: OpenStore) => Promise<Result>,
): Promise<Result> {
  const port = await findFreePort();
  const origin = `http://127.0.0.1:${String(port)}`;
  const twin = await startTwin({
    apiKey: "the-api-key",
    apiSecret: clientSecret,
    appUrl: origin,
    appTomlPath: path.join(projectRoot, "shopify.app.toml"),
    retryScheduleMs: Array.from({ length: 8 }, () => 300),
    ...draft.twin,
  });
  try {
    draft.through?.passTo(twin.url);
    const installation = await startInstallation(rig, draft.systems, {
      port,
      shop: NORTH,
      env: { SHOPIFY_TWIN_URL: draft.through?.url ?? twin.url },
    });
    try {
      const store = { twin, installation, origin };
      await installIn(store, NORTH);
      await sleep(afterInstallationMs);
      return await use(store);
    } finally {
      await installation.close();
    }
  } finally {
    await twin.close();
  }
}

/** Opens the app as the admin of a store does and lets it learn the store. */
export async function installIn(
  { twin, installation, origin }: OpenStore,
  shop: string,
): Promise<void> {
  const { rig } = installation;
  await learnLongAgo(rig);
  const handle = shop.slice(0, shop.indexOf("."));
  const host = Buffer.from(`admin.shopify.com/store/${handle}`).toString("base64");
  const query = new URLSearchParams({
    embedded: "1",
    shop,
    host,
    id_token: twin.mintSessionToken(shop),
  });
  // Shopify's library turns programs away; this is a person's browser.
  const headers = { "user-agent": "Mozilla/5.0 (X11; Linux x64) Chrome/140.0" };
  const page = await fetch(`${origin}/app?${query}`, { headers });
  await page.arrayBuffer();
  if (!page.ok) throw new Error(`the app did not open: HTTP ${String(page.status)}`);
  for (const deadlineMs = Date.now() + learnedWithinMs; Date.now() < deadlineMs; await sleep(200)) {
    const { rows } = await rig.db.query(
      "SELECT 1 AS one FROM shops WHERE shop = $1 AND learned_at IS NOT NULL",
      [shop],
    );
    if (rows.length > 0) return;
  }
  throw new Error(
    ["the store was not learned", ...installation.processes.map((one) => one.lastWords())].join(
      "\n",
    ),
  );
}

/**
 * Stores are known for longer than a first comparison is made up for, from the moment they are: it
 * would find what a scenario plants.
 */
async function learnLongAgo({ db }: Rig): Promise<void> {
  await db.query(
    `CREATE OR REPLACE FUNCTION learned_long_ago() RETURNS trigger LANGUAGE plpgsql AS
     $$ BEGIN NEW.learned_at := NEW.learned_at - interval '2 days'; RETURN NEW; END $$`,
  );
  await db.query(
    `CREATE OR REPLACE TRIGGER learned_long_ago BEFORE UPDATE OF learned_at ON shops
     FOR EACH ROW WHEN (NEW.learned_at IS DISTINCT FROM OLD.learned_at)
     EXECUTE FUNCTION learned_long_ago()`,
  );
}

/** Every article of the store, at its first place. */
export function levelsOf(twin: Twin, limit = 100): Level[] {
  return twin.operations.listStock({ shop: NORTH, limit }).flatMap((row) =>
    row.levels.slice(0, 1).map(({ locationId }) => ({
      key: keyOf(row.inventoryItemId, locationId),
      sku: row.sku,
      productId: row.productId,
      locationId,
    })),
  );
}

/** The last part of a global id. */
export const tailOf = (id: string) => id.split("/").at(-1) ?? id;

/** How the lab calls a stock level. */
export const keyOf = (item: string, location: string) => `${tailOf(item)} ${tailOf(location)}`;

/** Has every kind of data of a store, or one, polled so often, the way a merchant's script would. */
export async function pollEvery(
  { twin, origin }: OpenStore,
  seconds: number,
  { shop = NORTH, domain }: { readonly shop?: string; readonly domain?: string } = {},
) {
  const call = callerOf(origin, () => twin.mintSessionToken(shop));
  type Slas = { items: Record<string, unknown>[] };
  const { items } = await call<Slas>("GET", "/freshness-slas");
  const polled = items.map((item) =>
    domain === undefined || item["domain"] === domain
      ? { ...item, pollEverySeconds: seconds }
      : item,
  );
  await call("PUT", "/freshness-slas", { items: polled });
}

/** Calls Converge's API with whatever `bearer` gives: a key, or a merchant's session token. */
export function callerOf(origin: string, bearer: () => string) {
  return async <Answer>(method: string, path: string, body?: object): Promise<Answer> => {
    const answer = await fetch(`${origin}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${bearer()}`, "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new ApiRefusal(answer.status, `${method} ${path}: ${text}`);
    return (text === "" ? undefined : JSON.parse(text)) as Answer;
  };
}

/** Converge's API said no. */
export class ApiRefusal extends Error {
  override readonly name = "ApiRefusal";
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The stock a system was told, by article and place. */
export async function heldBy(url: string): Promise<Map<string, unknown>> {
  const answer = await fetch(`${url}/resources`);
  const { items } = (await answer.json()) as { items: ResourceState[] };
  return new Map(
    items.map(({ data }) => [
      keyOf(String(data["inventoryItemId"]), String(data["locationId"])),
      data["available"],
    ]),
  );
}
