import { print } from "graphql";
import type { RunDeps } from "#app/reconciliation/index.server.ts";
import { createBulkOperations } from "#app/shopify/bulk-operations.ts";
import type { Shopify } from "#app/shopify/index.server.ts";
import { createShopifyFetch } from "#app/shopify/shopify-fetch.ts";
import type { Client } from "#test/twin-conformance/support.ts";

/** The app's bulk operations and typed documents on a twin, through a client of the caller's. */
export function shopifyOf(
  client: Client,
  url: string,
  send: typeof fetch = fetch,
): RunDeps["shopify"] {
  const graphql = (async (
    _shop: string,
    document: Parameters<typeof print>[0],
    variables: object,
  ) => (await client(print(document), { ...variables })).data) as Shopify["graphql"];
  const viaTwin = createShopifyFetch(url, (input, init) => send(input, init));
  return { graphql, bulk: createBulkOperations({ graphql, send: viaTwin }) };
}
