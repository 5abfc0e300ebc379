import {
  editProduct,
  editVariants,
  type ProductEdit,
  type VariantEdit,
} from "../../commerce/products.ts";
import { idOfKind } from "../../state/ids.ts";
import type { ProductRow, VariantRow } from "../../state/model.ts";
import { fromCents, toCents } from "../../state/money.ts";
import {
  boolArg,
  isGiven,
  objectArg,
  objectsArg,
  requiredText,
  textArg,
  textsArg,
} from "../arguments.ts";
import type { Args, FieldFn, GraphContext } from "../context.ts";
import type { UserError } from "../user-errors.ts";
import { normalTags } from "./tags.ts";

const EDITABLE = ["title", "handle", "vendor", "productType", "descriptionHtml", "status"] as const;

const MAX_TITLE_LENGTH = 255;

/** productUpdate: the last writer wins, Shopify offers no comparison here. */
export const productUpdate: FieldFn<unknown> = (_source, args, context) => {
  const input = isGiven(args, "product") ? objectArg(args, "product") : objectArg(args, "input");
  const globalId = textArg(input, "id") ?? textArg(objectArg(args, "identifier"), "id") ?? "";
  const id = globalId === "" ? undefined : idOfKind(globalId, "Product");
  const product = context.store.products.get(id ?? "");
  if (!product) return refused("Product does not exist", ["id"]);
  const edit: ProductEdit = {};
  for (const name of EDITABLE) {
    const value = textArg(input, name);
    if (value !== undefined) Object.assign(edit, { [name]: value });
  }
  if (edit.title?.trim() === "") return refused("Title can't be blank", ["title"]);
  if ((edit.title?.length ?? 0) > MAX_TITLE_LENGTH) {
    return refused(`Title is too long (maximum is ${MAX_TITLE_LENGTH} characters)`, ["title"]);
  }
  const tags = textsArg(input, "tags");
  if (tags) edit.tags = normalTags(tags);
  context.perform((change) => editProduct(change, product, edit));
  return { product, userErrors: [] };
};

function refused(message: string, field: string[]) {
  return { product: null, userErrors: [{ field, message }] };
}

type VariantPlan = { variant: VariantRow; edit: VariantEdit };

/** productVariantsBulkUpdate: all or none, unless `allowPartialUpdates`. */
export const productVariantsBulkUpdate: FieldFn<unknown> = (_source, args, context) => {
  const productId = idOfKind(requiredText(args, "productId"), "Product");
  const product = context.store.products.get(productId ?? "");
  if (!product) {
    const message = "Product does not exist";
    const error = { field: ["productId"], message, code: "PRODUCT_DOES_NOT_EXIST" };
    return { product: null, productVariants: null, userErrors: [error] };
  }
  const plans: VariantPlan[] = [];
  const userErrors: UserError[] = [];
  for (const [index, input] of objectsArg(args, "variants").entries()) {
    const planned = planVariant(context, product, input, ["variants", String(index)]);
    if ("errors" in planned) userErrors.push(...planned.errors);
    else plans.push(planned);
  }
  if (userErrors.length > 0 && !boolArg(args, "allowPartialUpdates")) {
    return { product, productVariants: null, userErrors };
  }
  if (plans.length > 0) context.perform((change) => editVariants(change, product, plans));
  return { product, productVariants: plans.map(({ variant }) => variant), userErrors };
};

function planVariant(
  { store }: GraphContext,
  product: ProductRow,
  input: Args,
  at: string[],
): VariantPlan | { errors: UserError[] } {
  const fail = (field: string, message: string, code: string) => ({
    errors: [{ field: [...at, field], message, code }],
  });
  const globalId = textArg(input, "id");
  if (globalId === undefined) {
    return fail("id", "Product variant is missing ID attribute", "PRODUCT_VARIANT_ID_MISSING");
  }
  const variant = store.variants.get(idOfKind(globalId, "ProductVariant") ?? "");
  if (!variant || variant.productId !== product.id) {
    return fail("id", "Product variant does not exist", "PRODUCT_VARIANT_DOES_NOT_EXIST");
  }
  if (isGiven(input, "inventoryQuantities") || isGiven(input, "quantityAdjustments")) {
    const message =
      "Inventory quantities can only be provided during create. To update inventory for existing variants, use inventoryAdjustQuantities.";
    return fail("inventoryQuantities", message, "NO_INVENTORY_QUANTITIES_ON_VARIANTS_UPDATE");
  }
  const price = input["price"];
  if (price !== undefined && !(Number(price) >= 0)) {
    const message = "Price must be greater than or equal to 0";
    return fail("price", message, "GREATER_THAN_OR_EQUAL_TO");
  }
  return { variant, edit: variantEdit(input) };
}

function variantEdit(input: Args): VariantEdit {
  const edit: VariantEdit = {};
  if (isGiven(input, "price")) edit.price = money(input["price"]);
  if (isGiven(input, "compareAtPrice")) {
    edit.compareAtPrice = input["compareAtPrice"] === null ? null : money(input["compareAtPrice"]);
  }
  const barcode = textArg(input, "barcode");
  if (barcode !== undefined) edit.barcode = barcode;
  const sku = textArg(objectArg(input, "inventoryItem"), "sku");
  if (sku !== undefined) edit.sku = sku;
  if (typeof input["taxable"] === "boolean") edit.taxable = input["taxable"];
  const policy = input["inventoryPolicy"];
  if (policy === "DENY" || policy === "CONTINUE") edit.inventoryPolicy = policy;
  return edit;
}

/** Money comes as text or number and is kept with two places. */
function money(value: unknown): string {
  return fromCents(toCents(String(value)));
}
