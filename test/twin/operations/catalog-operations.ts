import { createProduct, deleteProduct, editProduct, editVariants } from "../commerce/products.ts";
import { toSecond } from "../state/clock.ts";
import { fromCents, toCents } from "../state/money.ts";
import { OperationError, type Operations } from "../types.ts";
import { chooseProduct, chooseVariant } from "./choose.ts";
import type { OperationsContext, StoreOf } from "./context.ts";
import { readInput } from "./inputs.ts";

/** What a bulk edit adds to every product, and the next one takes away again. */
const BULK_TAG = "season";

/** What is sold, and what it is called and costs. */
export function catalogOperations(
  { random, now, perform, faults }: OperationsContext,
  storeOf: StoreOf,
) {
  return {
    editProduct(raw) {
      const input = readInput("editProduct", raw);
      const store = storeOf(input.shop);
      const named = input.productId;
      const chosen = named === undefined ? chooseVariant(store, random, input) : undefined;
      const product = chooseProduct(store, named ?? chosen?.productId ?? "");
      const { title, price } = input;
      if (title === undefined && price === undefined) {
        throw new OperationError("title: say a new title or a new price.");
      }
      return perform(store, (change) => {
        if (price !== undefined) {
          const ids = chosen ? [chosen.id] : product.variantIds;
          const edits = ids.flatMap((id) => {
            const variant = store.variants.get(id);
            return variant ? [{ variant, edit: { price: fromCents(toCents(price)) } }] : [];
          });
          if (title !== undefined) product.title = title;
          editVariants(change, product, edits);
        } else if (title !== undefined) editProduct(change, product, { title });
        return { eventId: change.eventId, productId: product.id };
      });
    },
    createProduct(raw) {
      const input = readInput("createProduct", raw);
      const store = storeOf(input.shop);
      return perform(store, (change) => {
        const number = random.between(1_000, 9_999);
        const product = createProduct(change, {
          title: input.title ?? `Field Sample ${number}`,
          skuStem: input.sku ?? `SMP-${number}-${store.products.size}`,
          productType: "Sample",
          option: "Size",
          cents: toCents(input.price ?? "25.00"),
          grams: 300,
          vendor: store.shop.name,
          createdAt: toSecond(now()),
          stock: () => input.available ?? 10,
          onlyValue: "Default Title",
          ...(faults.newVariants > 1 && { styles: faults.newVariants }),
        });
        const variantId = product.variantIds[0] ?? "";
        const sku = store.variants.get(variantId)?.sku ?? "";
        return { eventId: change.eventId, productId: product.id, variantId, sku };
      });
    },
    bulkEdit(raw) {
      const input = readInput("bulkEdit", raw);
      const store = storeOf(input.shop);
      const products = [...store.products.values()].slice(0, input.products);
      // As the bulk editor does it: every product is saved by itself.
      for (const product of products)
        perform(store, (change) => {
          const others = product.tags.filter((tag) => tag !== BULK_TAG);
          const tags = others.length < product.tags.length ? others : [...others, BULK_TAG];
          editProduct(change, product, { tags });
        });
      return { products: products.length };
    },
    deleteProduct(raw) {
      const input = readInput("deleteProduct", raw);
      const store = storeOf(input.shop);
      const product = chooseProduct(store, input.productId);
      return perform(store, (change) => {
        deleteProduct(change, product);
        return { eventId: change.eventId, productId: product.id };
      });
    },
  } satisfies Partial<Operations>;
}
