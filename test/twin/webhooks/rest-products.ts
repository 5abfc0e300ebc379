import { gid } from "../state/ids.ts";
import type { ProductRow, Store, VariantRow } from "../state/model.ts";
import { inCurrency } from "../state/money.ts";
import { availableOfVariant, variantsOf } from "../state/store-lookups.ts";
import type { RestObject } from "./rest-json.ts";
import { restId, restTime } from "./rest-parts.ts";

export function restProduct(store: Store, product: ProductRow): RestObject {
  const variants = variantsOf(store, product);
  return {
    admin_graphql_api_id: gid("Product", product.id),
    body_html: product.descriptionHtml,
    created_at: restTime(store, product.createdAt),
    handle: product.handle,
    id: restId(product.id),
    product_type: product.productType,
    published_at: restTime(store, product.publishedAt),
    template_suffix: null,
    title: product.title,
    updated_at: restTime(store, product.updatedAt),
    vendor: product.vendor,
    status: product.status.toLowerCase(),
    published_scope: "web",
    tags: product.tags.join(", "),
    variants: variants.map((variant) => restVariant(store, variant)),
    options: [
      {
        name: product.optionName,
        id: restId(product.id) + 1n,
        product_id: restId(product.id),
        position: 1,
        values: variants.map((variant) => variant.title),
      },
    ],
    images: [],
    image: null,
    media: [],
    variant_gids: variants.map((variant) => ({
      admin_graphql_api_id: gid("ProductVariant", variant.id),
      updated_at: restTime(store, variant.updatedAt),
    })),
    has_variants_that_requires_components: false,
    category: null,
  };
}

function restVariant(store: Store, variant: VariantRow): RestObject {
  const quantity = availableOfVariant(store, variant);
  const { currency } = store.shop;
  return {
    admin_graphql_api_id: gid("ProductVariant", variant.id),
    barcode: variant.barcode,
    compare_at_price: variant.compareAtPrice && inCurrency(variant.compareAtPrice, currency),
    created_at: restTime(store, variant.createdAt),
    id: restId(variant.id),
    inventory_policy: variant.inventoryPolicy.toLowerCase(),
    position: variant.position,
    price: inCurrency(variant.price, currency),
    product_id: restId(variant.productId),
    sku: variant.sku,
    taxable: variant.taxable,
    title: variant.title,
    updated_at: restTime(store, variant.updatedAt),
    option1: variant.title,
    option2: null,
    option3: null,
    image_id: null,
    inventory_item_id: restId(variant.inventoryItemId),
    inventory_quantity: quantity,
    old_inventory_quantity: quantity,
  };
}
