import {
  ChangedPlacesDocument,
  CountCustomersDocument,
  CountOrdersDocument,
  CountProductsDocument,
  type Shopify,
} from "#app/shopify/index.server.ts";
import type { Stretch } from "./stretch-rule.ts";
import type { WatchedTopic } from "./watched-topics.ts";

/** Clocks that differ by less do no harm: the change that was heard last is not taken for a new one. */
const clocksDifferMs = 2 * 60_000;

/**
 * How many records Shopify says were created or changed in a stretch of time: the cheapest question
 * there is, a few points whatever the answer. Counted up to 1,000; of stock levels, for which there is
 * no count, the places that have changed ones.
 * @throws as `Shopify.graphql` does.
 */
export async function countChanges(
  shopify: Pick<Shopify, "graphql">,
  shop: string,
  { domain, question }: WatchedTopic,
  stretch: Stretch,
): Promise<number> {
  const variables = { query: countText(domain === "inventory" ? "moved" : question, stretch) };
  const options = { priority: "polling" } as const;
  switch (domain) {
    case "inventory": {
      const { locations } = await shopify.graphql(shop, ChangedPlacesDocument, variables, options);
      return locations.nodes.filter(({ inventoryLevels }) => inventoryLevels.nodes.length > 0)
        .length;
    }
    case "orders":
      return countOf(
        (await shopify.graphql(shop, CountOrdersDocument, variables, options)).ordersCount,
      );
    case "products":
      return countOf(
        (await shopify.graphql(shop, CountProductsDocument, variables, options)).productsCount,
      );
    default:
      return countOf(
        (await shopify.graphql(shop, CountCustomersDocument, variables, options)).customersCount,
      );
  }
}

function countOf(answer: { readonly count: number } | null | undefined): number {
  return answer?.count ?? 0;
}

/**
 * The search for what was created, changed since it was created, or moved at all in a stretch. Pure.
 * https://shopify.dev/docs/api/usage/search-syntax
 */
export function countText(
  question: WatchedTopic["question"] | "moved",
  { fromMs, toMs }: Stretch,
): string {
  const from = instant(fromMs + clocksDifferMs);
  const field = question === "created" ? "created_at" : "updated_at";
  const within = `${field}:>='${from}' AND ${field}:<='${instant(toMs)}'`;
  return question === "changed" ? `${within} AND created_at:<'${from}'` : within;
}

/** Shopify compares whole seconds. */
function instant(ms: number): string {
  return new Date(Math.floor(ms / 1_000) * 1_000).toISOString().replace(".000Z", "Z");
}
