import { gid } from "../../state/ids.ts";
import type { ProductRow, VariantRow } from "../../state/model.ts";
import { inCurrency } from "../../state/money.ts";
import { availableOfProduct, availableOfVariant, variantsOf } from "../../state/store-lookups.ts";
import { textArg } from "../arguments.ts";
import { connection, type SortValue } from "../connections.ts";
import { type Args, defineType, type GraphContext } from "../context.ts";
import {
  byId,
  byNumber,
  byTag,
  byText,
  byTime,
  byWords,
  type SearchSpec,
  STAMPS,
} from "../search.ts";
import { metafieldOwnerFields } from "./metafields.ts";
import { exactCount, idFields, moneyV2, timeFields, timeOrNull } from "./shared-fields.ts";

/** Filters of `products`. */
export function productSearch({ store, totalsAtMs }: GraphContext): SearchSpec<ProductRow> {
  const anyVariant = (valueOf: (variant: VariantRow) => string) => (row: ProductRow) =>
    variantsOf(store, row).map(valueOf);
  const skus = anyVariant((variant) => variant.sku);
  return {
    words: (row) => [row.title, row.vendor, row.productType, ...skus(row)].join(" "),
    indexed: STAMPS,
    fields: {
      barcode: anyOf(anyVariant((variant) => variant.barcode)),
      created_at: byTime((row) => row.createdAt),
      handle: byText((row) => row.handle),
      id: byId((row) => row.id),
      inventory_total: byNumber((row) => availableOfProduct(store, row, totalsAtMs)),
      product_type: byText((row) => row.productType),
      published_at: byTime((row) => row.publishedAt),
      sku: anyOf(skus),
      status: byText((row) => row.status),
      tag: byTag((row) => row.tags, true),
      tag_not: byTag((row) => row.tags, false),
      title: byWords((row) => row.title),
      updated_at: byTime((row) => row.updatedAt),
      variant_id: anyOf(anyVariant((variant) => variant.id)),
      vendor: byText((row) => row.vendor),
    },
  };
}

function anyOf(valuesOf: (row: ProductRow) => string[]) {
  return (row: ProductRow, term: Parameters<ReturnType<typeof byText>>[1], nowMs: number) =>
    valuesOf(row).some((value) => byText<string>(() => value)(value, term, nowMs) === true);
}

/** Filters of `productVariants`. */
export function variantSearch({ store }: GraphContext): SearchSpec<VariantRow> {
  const productOf = (row: VariantRow) => store.products.get(row.productId);
  return {
    words: (row) => `${productOf(row)?.title ?? ""} ${row.title} ${row.sku} ${row.barcode}`,
    indexed: STAMPS,
    fields: {
      barcode: byText((row) => row.barcode),
      id: byId((row) => row.id),
      inventory_quantity: byNumber((row) => availableOfVariant(store, row)),
      option1: byText((row) => row.title),
      product_id: byId((row) => row.productId),
      product_status: byText((row) => productOf(row)?.status ?? null),
      product_type: byText((row) => productOf(row)?.productType ?? null),
      sku: byText((row) => row.sku),
      title: byWords((row) => row.title),
      updated_at: byTime((row) => row.updatedAt),
      vendor: byText((row) => productOf(row)?.vendor ?? null),
    },
  };
}

/** How `products` can be sorted. */
export function productSort(args: Args, { store }: GraphContext) {
  const keys: Record<string, (row: ProductRow) => SortValue> = {
    CREATED_AT: (row) => row.createdAt,
    INVENTORY_TOTAL: (row) => availableOfProduct(store, row),
    PRODUCT_TYPE: (row) => row.productType,
    PUBLISHED_AT: (row) => row.publishedAt ?? 0,
    TITLE: (row) => row.title,
    UPDATED_AT: (row) => row.updatedAt,
    VENDOR: (row) => row.vendor,
  };
  return sortFrom(keys, args);
}

/** How `productVariants` and a product's variants can be sorted. */
export function variantSort(args: Args, { store }: GraphContext) {
  const keys: Record<string, (row: VariantRow) => SortValue> = {
    INVENTORY_QUANTITY: (row) => availableOfVariant(store, row),
    NAME: (row) => `${store.products.get(row.productId)?.title ?? ""} ${row.title}`,
    POSITION: (row) => row.position,
    SKU: (row) => row.sku,
    TITLE: (row) => row.title,
  };
  return sortFrom(keys, args);
}

/** The sort a `sortKey` argument asks for; undefined (and ID, and RELEVANCE) means by id. */
export function sortFrom<Row>(keys: Record<string, (row: Row) => SortValue>, args: Args) {
  const name = textArg(args, "sortKey");
  const valueOf = name === undefined ? undefined : keys[name];
  return name === undefined || valueOf === undefined ? {} : { sortBy: { name, valueOf } };
}

export const productTypes = [
  defineType<ProductRow>("Product", {
    ...idFields,
    ...timeFields,
    ...metafieldOwnerFields,
    description: (row) => row.descriptionHtml.replaceAll(/<[^>]+>/g, ""),
    hasOnlyDefaultVariant: (row) => row.optionName === "Title",
    hasOutOfStockVariants: (row, _args, { store }) =>
      variantsOf(store, row).some((variant) => availableOfVariant(store, variant) <= 0),
    isGiftCard: () => false,
    options: (row, _args, { store }) => [
      {
        id: gid("ProductOption", row.id),
        name: row.optionName,
        position: 1,
        values: variantsOf(store, row).map((variant) => variant.title),
      },
    ],
    priceRangeV2: (row, _args, { store }) => {
      const prices = variantsOf(store, row)
        .map((variant) => variant.price)
        .sort((a, b) => Number(a) - Number(b));
      return {
        minVariantPrice: moneyV2(prices[0] ?? "0.00", store.shop.currency),
        maxVariantPrice: moneyV2(prices.at(-1) ?? "0.00", store.shop.currency),
      };
    },
    publishedAt: (row) => timeOrNull(row.publishedAt),
    requiresSellingPlan: () => false,
    seo: () => ({ title: null, description: null }),
    totalInventory: (row, _args, { store, totalsAtMs }) =>
      availableOfProduct(store, row, totalsAtMs),
    totalVariants: (row) => row.variantIds.length,
    tracksInventory: () => true,
    variants: (row, args, context) =>
      connection(
        {
          rows: variantsOf(context.store, row),
          idOf: (variant) => variant.id,
          ...variantSort(args, context),
        },
        args,
      ),
    variantsCount: (row) => exactCount(row.variantIds.length, null),
  }),
  defineType<VariantRow>("ProductVariant", {
    ...idFields,
    ...timeFields,
    ...metafieldOwnerFields,
    availableForSale: (row, _args, { store }) => availableOfVariant(store, row) > 0,
    displayName: (row, _args, { store }) =>
      `${store.products.get(row.productId)?.title ?? ""} - ${row.title}`,
    compareAtPrice: (row, _args, { store }) =>
      row.compareAtPrice && inCurrency(row.compareAtPrice, store.shop.currency),
    inventoryItem: (row, _args, { store }) => store.inventoryItems.get(row.inventoryItemId),
    inventoryQuantity: (row, _args, { store }) => availableOfVariant(store, row),
    price: (row, _args, { store }) => inCurrency(row.price, store.shop.currency),
    product: (row, _args, { store }) => store.products.get(row.productId),
    requiresComponents: () => false,
    selectedOptions: (row, _args, { store }) => [
      { name: store.products.get(row.productId)?.optionName ?? "Title", value: row.title },
    ],
    sellableOnlineQuantity: (row, _args, { store, totalsAtMs }) =>
      Math.max(0, availableOfVariant(store, row, totalsAtMs)),
    showUnitPrice: () => false,
  }),
];
