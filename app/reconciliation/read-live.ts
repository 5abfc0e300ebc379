import { levelRecord, type ShopifyRecord } from "./compared-domains.ts";
import type { DataDomain } from "#app/data-domains.ts";
import { type ReadResource, readResource } from "#app/polling/index.server.ts";
import { InventoryLevelsDocument, type Shopify } from "#app/shopify/index.server.ts";
import { comparedDomain } from "./compared-domains.ts";

/** A record as Shopify has it right now. `gone`: it has none; `read` then tells of its end. */
export interface Live {
  readonly gone: boolean;
  readonly read: ReadResource;
}

/** What tells that a record is gone for which Shopify has no word. */
const ends: Readonly<Partial<Record<DataDomain, string>>> = {
  inventory: "inventory_levels/delete",
  pricing: "product_variants/delete",
};

const confirming = { priority: "confirm", patienceMs: 60_000 } as const;

/**
 * Reads some records by their ids; stock levels in one request. A record that is gone and of whose
 * end nothing can be told is missing from the answer. `nowMs` dates an end that nobody saw.
 */
export async function readLive(
  shopify: Pick<Shopify, "graphql">,
  shop: string,
  domain: DataDomain,
  ids: readonly string[],
  nowMs: number,
): Promise<Map<string, Live>> {
  const live = new Map<string, Live>();
  const { type } = comparedDomain(domain);
  const levels = domain === "inventory" ? await readLevels(shopify, shop, ids) : null;
  for (const id of ids) {
    const read =
      levels === null
        ? await readResource(shopify, shop, { type, id }, nowMs)
        : (levels.get(id)?.read ?? null);
    const topic = ends[domain];
    if (read !== null) live.set(id, { gone: read.topic.endsWith("/delete"), read });
    else if (topic !== undefined)
      live.set(id, {
        gone: true,
        read: { topic, version: new Date(nowMs).toISOString(), body: endOf(domain, id) },
      });
  }
  return live;
}

/** A level's article is named in its id; its place is only known to the mirror. */
function endOf(domain: DataDomain, id: string): Readonly<Record<string, unknown>> {
  const item = /[?&]inventory_item_id=(\d+)/.exec(id)?.[1];
  return {
    admin_graphql_api_id: id,
    ...(domain === "inventory" ? { available: null, inventory_item_id: item ?? null } : {}),
  };
}

async function readLevels(
  { graphql }: Pick<Shopify, "graphql">,
  shop: string,
  ids: readonly string[],
): Promise<Map<string, ShopifyRecord>> {
  const found = new Map<string, ShopifyRecord>();
  for (let from = 0; from < ids.length; from += 50) {
    const some = ids.slice(from, from + 50);
    const { nodes } = await graphql(shop, InventoryLevelsDocument, { ids: some }, confirming);
    for (const node of nodes)
      if (node !== null && isLevel(node))
        for (const record of levelRecord({ ...node, item: { ...node.item, tracked: true } }))
          found.set(record.id, record);
  }
  return found;
}

type Level = Parameters<typeof levelRecord>[0];

function isLevel(node: object): node is Level {
  return "quantities" in node;
}
