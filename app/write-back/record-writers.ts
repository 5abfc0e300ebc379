import {
  CustomerDocument,
  FulfillmentDocument,
  OrderDocument,
  ProductDocument,
  ProductVariantDocument,
  UpdateCustomerDocument,
  UpdateOrderDocument,
  UpdateProductDocument,
  UpdateTrackingDocument,
  UpdateVariantDocument,
} from "#app/shopify/index.server.ts";
import type { ProductStatus } from "#app/shopify/index.server.ts";
import { tagsOf } from "./decide-fields.ts";
import { fieldsWriter } from "./fields-writer.ts";
import type { Fields } from "./types.ts";

/** Texts as the Admin API's inputs take them: what is to be emptied is sent as "". */
function texts<Name extends string>(set: Fields, names: readonly Name[]): { [N in Name]?: string } {
  const given = names.filter((name) => name in set);
  return Object.fromEntries(given.map((name) => [name, String(set[name] ?? "")])) as {
    [N in Name]?: string;
  };
}

const tagList = (set: Fields) => ("tags" in set ? { tags: tagsOf(set["tags"] ?? null) } : {});

interface TaggedRecord {
  readonly tags: readonly string[];
}
const tagText = ({ tags }: TaggedRecord) => tags.join(", ");

/** The product's own texts; its variants are written by themselves. */
export const productWriter = fieldsWriter("Product", {
  read: async ({ graphql }, shop, id) => {
    const { product } = await graphql(shop, ProductDocument, { id, after: null });
    if (!product) return null;
    const { title, descriptionHtml, vendor, productType, status, handle } = product;
    const tags = tagText(product);
    const fields = { title, descriptionHtml, vendor, productType, status, handle, tags };
    return { id, sku: null, fields, changedAtMs: Date.parse(product.updatedAt) };
  },
  update: async ({ graphql }, shop, { id }, set) => {
    const names = ["title", "descriptionHtml", "vendor", "productType", "handle"] as const;
    const status = set["status"];
    const { productUpdate: answer } = await graphql(shop, UpdateProductDocument, {
      product: {
        id,
        ...texts(set, names),
        ...tagList(set),
        ...(typeof status === "string" ? { status: status.toUpperCase() as ProductStatus } : {}),
      },
    });
    const [error] = answer?.userErrors ?? [];
    if (error || !answer?.product) return { error: error ?? silence };
    return { ...answer.product, tags: tagText(answer.product) };
  },
});

/** Shopify answered with neither the record nor an error. */
const silence = { message: "Shopify did not say why." };

/** A variant's prices. */
export const variantWriter = fieldsWriter("ProductVariant", {
  read: async ({ graphql }, shop, id) => {
    const { productVariant: variant } = await graphql(shop, ProductVariantDocument, { id });
    if (!variant) return null;
    const { price, compareAtPrice, product } = variant;
    const changedAtMs = Date.parse(variant.updatedAt);
    const fields = { price, compareAtPrice };
    return { id, sku: variant.sku ?? null, fields, changedAtMs, productId: product.id };
  },
  update: async ({ graphql }, shop, { id, productId }, set) => {
    const { price, compareAtPrice = null } = set;
    const { productVariantsBulkUpdate: answer } = await graphql(shop, UpdateVariantDocument, {
      productId,
      variants: [
        {
          id,
          ...(typeof price === "string" ? { price } : {}),
          ...("compareAtPrice" in set
            ? { compareAtPrice: compareAtPrice === null ? null : String(compareAtPrice) }
            : {}),
        },
      ],
    });
    const [error] = answer?.userErrors ?? [];
    const [variant] = answer?.productVariants ?? [];
    if (error || !variant) return { error: error ?? silence };
    return { price: variant.price, compareAtPrice: variant.compareAtPrice ?? null };
  },
});

/** A customer's name, addresses to reach them at, note and tags. */
export const customerWriter = fieldsWriter("Customer", {
  read: async ({ graphql }, shop, id) => {
    const { customer } = await graphql(shop, CustomerDocument, { id });
    return (
      customer && {
        id,
        sku: null,
        fields: customerFields(customer),
        changedAtMs: Date.parse(customer.updatedAt),
      }
    );
  },
  update: async ({ graphql }, shop, { id }, set) => {
    const names = ["firstName", "lastName", "email", "phone", "note"] as const;
    const input = { id, ...texts(set, names), ...tagList(set) };
    const { customerUpdate: answer } = await graphql(shop, UpdateCustomerDocument, { input });
    const [error] = answer?.userErrors ?? [];
    if (error || !answer?.customer) return { error: error ?? silence };
    return customerFields(answer.customer);
  },
});

function customerFields(
  customer: TaggedRecord & {
    readonly firstName?: string | null;
    readonly lastName?: string | null;
    readonly note?: string | null;
    readonly defaultEmailAddress?: { readonly emailAddress: string } | null;
    readonly defaultPhoneNumber?: { readonly phoneNumber: string } | null;
  },
): Fields {
  return {
    firstName: customer.firstName ?? null,
    lastName: customer.lastName ?? null,
    email: customer.defaultEmailAddress?.emailAddress ?? null,
    phone: customer.defaultPhoneNumber?.phoneNumber ?? null,
    note: customer.note ?? null,
    tags: tagText(customer),
  };
}

/** What people note about an order; its money and its state belong to selling. */
export const orderWriter = fieldsWriter("Order", {
  read: async ({ graphql }, shop, id) => {
    const { order } = await graphql(shop, OrderDocument, { id });
    if (!order) return null;
    const { note, email, phone } = order;
    const fields = { note, email, phone, tags: tagText(order) };
    return { id, sku: null, fields, changedAtMs: Date.parse(order.updatedAt) };
  },
  update: async ({ graphql }, shop, { id }, set) => {
    const input = { id, ...texts(set, ["note", "email", "phone"]), ...tagList(set) };
    const { orderUpdate: answer } = await graphql(shop, UpdateOrderDocument, { input });
    const [error] = answer?.userErrors ?? [];
    if (error || !answer?.order) return { error: error ?? silence };
    const { note, email, phone } = answer.order;
    return { note, email, phone, tags: tagText(answer.order) };
  },
});

interface Tracking {
  readonly company?: string | null;
  readonly number?: string | null;
  readonly url?: string | null;
}

function trackingFields([first]: readonly Tracking[]): Fields {
  return {
    trackingNumber: first?.number ?? null,
    trackingCompany: first?.company ?? null,
    trackingUrl: first?.url ?? null,
  };
}

/** A shipment's first parcel. Shopify replaces all three at once, so what stays is sent again. */
export const fulfillmentWriter = fieldsWriter("Fulfillment", {
  read: async ({ graphql }, shop, id) => {
    const { fulfillment } = await graphql(shop, FulfillmentDocument, { id });
    return (
      fulfillment && {
        id,
        sku: null,
        fields: trackingFields(fulfillment.trackingInfo),
        changedAtMs: Date.parse(fulfillment.updatedAt),
      }
    );
  },
  update: async ({ graphql }, shop, { id, fields }, set) => {
    const all = { ...fields, ...set };
    const value = (name: string) => (typeof all[name] === "string" ? all[name] : null);
    const { fulfillmentTrackingInfoUpdate: answer } = await graphql(shop, UpdateTrackingDocument, {
      fulfillmentId: id,
      tracking: {
        number: value("trackingNumber"),
        company: value("trackingCompany"),
        url: value("trackingUrl"),
      },
    });
    const [error] = answer?.userErrors ?? [];
    if (error || !answer?.fulfillment) return { error: error ?? silence };
    return trackingFields(answer.fulfillment.trackingInfo);
  },
});
