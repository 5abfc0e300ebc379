import { createHmac } from "node:crypto";

/** The client secret that every server of the benchmark knows. */
export const benchSecret = "bench-secret";

/** Ten shops: a job of Converge's queue carries the events of one shop. */
export const benchShops = Array.from({ length: 10 }, (_, n) => `bench-${n}.myshopify.com`);

export const benchTopic = "orders/updated";

/** One webhook, signed and ready to send; only its delivery id is missing. */
export interface SignedBody {
  readonly body: Buffer;
  readonly signature: string;
}

/** How many different orders the bodies of one run are about. */
const differentBodies = 400;

/**
 * Bodies of `bytes` bytes, each about another order, signed beforehand: signing is Shopify's work. Made
 * once: what is done right before a run is felt in it.
 */
export function signedBodies(bytes: number): readonly SignedBody[] {
  const bodies = bodiesBySize.get(bytes) ?? makeBodies(bytes);
  bodiesBySize.set(bytes, bodies);
  return bodies;
}

const bodiesBySize = new Map<number, readonly SignedBody[]>();

function makeBodies(bytes: number): SignedBody[] {
  return Array.from({ length: differentBodies }, (_, n) => {
    const body = orderBody(5_000_000_000_000 + n, bytes);
    return { body, signature: createHmac("sha256", benchSecret).update(body).digest("base64") };
  });
}

/** Orders of this size have all that Shopify writes before the time of the change: some 3 KB. */
const wholeOrderBytes = 10_000;

const money = { amount: "199.65", currency_code: "USD" };
const amounts = Object.fromEntries(
  ["current_subtotal", "current_total", "original_total", "subtotal", "total", "total_line_items"]
    .flatMap((name) => [`${name}_price_set`, `${name}_tax_set`, `${name}_discounts_set`])
    .map((name) => [name, { shop_money: money, presentment_money: money }]),
);

/** An order as Shopify sends it, with as many line items as fit, padded with a note to `bytes`. */
function orderBody(id: number, bytes: number): Buffer {
  const head = {
    id,
    admin_graphql_api_id: `gid://shopify/Order/${id}`,
    created_at: "2026-11-23T09:12:44-05:00",
    currency: "USD",
    financial_status: "paid",
    name: `#${id % 100_000}`,
    order_number: id % 100_000,
    total_price: "199.65",
    ...(bytes >= wholeOrderBytes ? amounts : {}),
    updated_at: "2026-11-23T10:00:00-05:00",
  };
  const lineItems: object[] = [];
  const build = (note: string) => JSON.stringify({ ...head, line_items: lineItems, note });
  for (let n = 0; ; n += 1) {
    lineItems.push(lineItem(id * 10 + n, n));
    if (Buffer.byteLength(build("")) <= bytes) continue;
    lineItems.pop();
    break;
  }
  return Buffer.from(build("x".repeat(bytes - Buffer.byteLength(build("")))));
}

/** With the variety of real ones: an order of 20 KB compresses to about a quarter. */
function lineItem(id: number, n: number): object {
  const random = createHmac("sha256", "variety").update(String(id)).digest();
  const cents = random.readUInt16BE(0);
  return {
    id,
    admin_graphql_api_id: `gid://shopify/LineItem/${id}`,
    current_quantity: 1,
    fulfillable_quantity: 1,
    fulfillment_status: null,
    grams: cents % 900,
    name: `${random.toString("base64url", 2, 14)} - ${random.toString("base64url", 14, 18)}`,
    price: (cents / 100).toFixed(2),
    price_set: { shop_money: { amount: (cents / 100).toFixed(2), currency_code: "USD" } },
    product_id: random.readUIntBE(2, 6),
    properties: [{ name: "_bundle", value: random.toString("hex", 18, 32) }],
    quantity: 1,
    requires_shipping: true,
    sku: `${random.toString("hex", 0, 4).toUpperCase()}-${n}`,
    tax_lines: [{ price: (cents / 1_250).toFixed(2), rate: 0.08, title: "State tax" }],
    taxable: true,
    title: random.toString("base64url", 2, 14),
    variant_id: random.readUIntBE(8, 6),
    vendor: random.toString("base64url", 20, 26),
  };
}
