import path from "node:path";
import { print } from "graphql";
import type { Shopify } from "#app/shopify/index.server.ts";
import { projectRoot } from "#app/start/embedded-postgres.ts";
import {
  API_KEY,
  type Client,
  clientFor,
  exchangeToken,
  startSmallTwin,
  startTestApp,
} from "#test/twin-conformance/support.ts";
import type { TwinOptions } from "#test/twin/types.ts";
import { clientSecret } from "#test/worker/webhooks.ts";

/** Twin, app and token: a store that has the app, at a time of one's own. */
export async function openStore(now: () => number, options: Partial<TwinOptions>) {
  const app = await startTestApp();
  const twin = await startSmallTwin({
    now,
    apiSecret: clientSecret,
    appUrl: app.url,
    appTomlPath: path.join(projectRoot, "shopify.app.toml"),
    // Tests sleep for hours.
    accessTokenSeconds: 30 * 24 * 3600,
    ...options,
  });
  const token = await exchangeToken(twin, { client_id: API_KEY, client_secret: clientSecret });
  return { app, twin, client: clientFor(twin, String(token.body["access_token"])) };
}

/** Sees every question before it is asked; what it throws is Shopify's failure. */
export interface Watcher {
  readonly asked: { name: string; variables: Record<string, unknown> }[];
  beforeAnswer: (name: string, variables: Record<string, unknown>) => void | Promise<void>;
}

/** Converge's client as the twin answers it, at the twin's time. */
export function graphqlOf(
  client: Client,
  watcher: Watcher,
  shopifyNow: () => number,
): Shopify["graphql"] {
  const ask = async (
    _shop: string,
    document: Parameters<typeof print>[0],
    variables: Record<string, unknown>,
    given?: Parameters<Shopify["graphql"]>[3],
  ) => {
    const text = print(document);
    const name = /query (\w+)/.exec(text)?.[1] ?? "";
    await watcher.beforeAnswer(name, variables);
    watcher.asked.push({ name, variables });
    const { data, errors, extensions } = await client(text, variables);
    given?.onAnswer?.({
      // As the Date header says it.
      atMs: Math.floor(shopifyNow() / 1000) * 1000,
      points: extensions?.cost.actualQueryCost ?? null,
      restoreRate: extensions?.cost.throttleStatus.restoreRate ?? null,
    });
    if (errors) throw new Error(JSON.stringify(errors));
    if (extensions?.search) throw new Error(JSON.stringify(extensions.search));
    return data;
  };
  return ask as Shopify["graphql"];
}
