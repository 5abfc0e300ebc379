import type { Clock, Database } from "#app/db.server.ts";
import { linkSkus } from "#app/mirror/index.server.ts";
import {
  ProductVariantPageDocument,
  ShopDetailsDocument,
  type Shopify,
  withPriority,
} from "#app/shopify/index.server.ts";
import { getShop, markLearned, updateShopDetails } from "#app/shops/index.server.ts";

/** What learning a shop takes. */
export interface LearnDeps {
  readonly db: Database;
  readonly shopify: Pick<Shopify, "graphql">;
  readonly clock: Clock;
}

/**
 * Reads a shop's name, time zone and every SKU, page by page; each page is stored before the next is
 * asked for. Interrupted, it starts over: what is known already changes nothing.
 */
export async function learnShop(deps: LearnDeps, shop: string): Promise<void> {
  if (!(await getShop(deps.db, shop))) return;
  // More urgent work goes first: a new shop's catalogue can wait a second.
  const graphql = withPriority(deps.shopify.graphql, "polling");
  const { shop: details } = await graphql(shop, ShopDetailsDocument, {});
  await updateShopDetails(deps.db, shop, {
    name: details.name,
    currency: details.currencyCode,
    timeZone: details.ianaTimezone,
    plan: details.plan.publicDisplayName,
  });
  let after: string | null = null;
  do {
    const page: VariantPage = await graphql(shop, ProductVariantPageDocument, { after });
    const { nodes, pageInfo } = page.productVariants;
    await linkSkus(
      deps.db,
      shop,
      nodes.flatMap((variant) =>
        variant.sku || variant.barcode
          ? [
              {
                inventoryItemId: variant.inventoryItem.id,
                variantId: variant.id,
                productId: variant.product.id,
                sku: variant.sku ?? "",
                barcode: variant.barcode ?? "",
              },
            ]
          : [],
      ),
    );
    after = pageInfo.hasNextPage ? (pageInfo.endCursor ?? null) : null;
  } while (after !== null);
  await markLearned(deps.db, shop, deps.clock.now());
}

interface VariantPage {
  readonly productVariants: {
    readonly nodes: readonly {
      readonly id: string;
      readonly sku?: string | null;
      readonly barcode?: string | null;
      readonly product: { readonly id: string };
      readonly inventoryItem: { readonly id: string };
    }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor?: string | null };
  };
}
