import { at } from "#test/twin-conformance/support.ts";
import { countingClient } from "./counting-client.ts";
import type { Outcome, StoreReady } from "./store.ts";
import { watchMemory } from "./watch-memory.ts";

/**
 * The comparison that is usually written: every page of Shopify into a map, every page of the system
 * into another, and the two beside each other. It knows no mirror, confirms nothing, and a crash is
 * its end; it does know that Shopify's paging ends after 25,000 objects.
 */

const store = JSON.parse(process.env["STORE"] ?? "{}") as StoreReady;
/** A page of more articles costs more than the 1,000 points Shopify allows a query. */
const query = `query ($after: String, $query: String) {
  inventoryItems(first: 50, after: $after, query: $query) {
    nodes { id sku inventoryLevels(first: 10) { nodes {
      location { id } quantities(names: ["available"]) { quantity } } } }
    pageInfo { hasNextPage endCursor }
  }
}`;

interface Page {
  readonly nodes: readonly {
    readonly id: string;
    readonly sku: string;
    readonly inventoryLevels: {
      readonly nodes: readonly {
        readonly location: { readonly id: string };
        readonly quantities: readonly { readonly quantity: number }[];
      }[];
    };
  }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
}

const client = countingClient(store);
const memory = watchMemory();
const startedMs = performance.now();
const shopify = await readShopify();
const system = await readSystem();
let found = 0;
for (const [key, available] of shopify) if (system.get(key) !== available) found += 1;
for (const key of system.keys()) if (!shopify.has(key)) found += 1;
const outcome: Outcome = {
  ms: performance.now() - startedMs,
  found,
  points: client.points(),
  ...memory(),
};
process.send?.(outcome);
process.disconnect();

async function readShopify(): Promise<Map<string, number>> {
  const levels = new Map<string, number>();
  let after: string | null = null;
  let lastId = "0";
  for (;;) {
    const answer = await client.ask(query, { after, query: `id:>${lastId}` });
    const { nodes, pageInfo } = at<Page>(answer, "inventoryItems");
    if (nodes.length === 0) return levels;
    for (const item of nodes)
      for (const { location, quantities } of item.inventoryLevels.nodes)
        levels.set(`${item.sku} ${location.id}`, quantities[0]?.quantity ?? 0);
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
    if (after === null) lastId = nodes.at(-1)?.id.split("/").at(-1) ?? lastId;
  }
}

async function readSystem(): Promise<Map<string, number>> {
  const records = new Map<string, number>();
  for (let url: string | undefined = store.system; url !== undefined; ) {
    const answer: Response = await fetch(url);
    for (const line of (await answer.text()).split("\n")) {
      const { sku, locationId, available } = JSON.parse(line) as Record<string, string | number>;
      records.set(`${String(sku)} ${String(locationId)}`, Number(available));
    }
    url = /<([^>]*)>/.exec(answer.headers.get("link") ?? "")?.[1];
  }
  return records;
}
