import type { OrderCondition } from "./types.ts";

/** What is known of an order; null: what was told of it does not say. */
export interface OrderFacts {
  readonly createdAtMs: number | null;
  readonly total: { readonly amount: string; readonly currency: string } | null;
  readonly skus: readonly string[] | null;
  readonly tags: readonly string[] | null;
}

/** A rule as far as it chooses orders. */
export interface OrderScale {
  readonly when: OrderCondition;
  /** Orders from before stay as they are. */
  readonly since: Date;
}

/**
 * Whether a rule is about an order. Null: that depends on something which is not known of it. Amounts
 * are compared in the currency the rule names, SKUs to the letter, tags as Shopify compares them,
 * without regard to case. Pure.
 */
export function weighOrder({ when, since }: OrderScale, facts: OrderFacts): boolean | null {
  const meets = meetsCondition(when, facts);
  if (meets === false) return false;
  if (facts.createdAtMs === null) return null;
  // Shopify counts in seconds.
  if (facts.createdAtMs + 999 < since.getTime()) return false;
  return meets;
}

function meetsCondition(when: OrderCondition, { total, skus, tags }: OrderFacts): boolean | null {
  switch (when.kind) {
    case "total":
      if (total === null) return null;
      return total.currency === when.currency && Number(total.amount) >= Number(when.atLeast);
    case "sku":
      return skus === null ? null : when.skus.some((sku) => skus.includes(sku));
    case "tag": {
      if (tags === null) return null;
      const has = new Set(tags.map(plain));
      return when.tags.some((tag) => has.has(plain(tag)));
    }
  }
}

const plain = (tag: string) => tag.trim().toLowerCase();

type Data = Readonly<Record<string, unknown>>;

/** What a notification's body says of an order; a read in passing says less. Pure. */
export function orderFacts(data: Data): OrderFacts {
  const { total_price: amount, currency, line_items: lines, tags, created_at: createdAt } = data;
  const createdAtMs = typeof createdAt === "string" ? Date.parse(createdAt) : NaN;
  return {
    createdAtMs: Number.isNaN(createdAtMs) ? null : createdAtMs,
    total: typeof amount === "string" && typeof currency === "string" ? { amount, currency } : null,
    skus: Array.isArray(lines) ? lines.flatMap(skuOf) : null,
    // One text in webhooks, a list where Shopify sends Events.
    tags:
      typeof tags === "string" ? tags.split(",") : Array.isArray(tags) ? tags.map(String) : null,
  };
}

function skuOf(line: unknown): string[] {
  const sku = typeof line === "object" && line !== null ? (line as Data)["sku"] : null;
  return typeof sku === "string" && sku !== "" ? [sku] : [];
}

/** Whether nothing of an order waits to be shipped: it is cancelled, or has been shipped. Pure. */
export function isSettled(data: Data): "cancelled" | "shipped" | null {
  if (typeof data["cancelled_at"] === "string") return "cancelled";
  const shipped = data["fulfillment_status"];
  return typeof shipped === "string" && shipped.toLowerCase() === "fulfilled" ? "shipped" : null;
}
