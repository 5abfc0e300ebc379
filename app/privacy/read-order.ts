import { parseLossless } from "#app/events/index.server.ts";

/** Whom a notification of privacy law is about, and by which words they are known. */
export interface PrivacyOrder {
  /** Null: Shopify knows no more of them than the words. */
  readonly customerId: string | null;
  readonly email: string | null;
  readonly orderIds: readonly string[];
  /** E-mail, telephone and numbers, to be looked for in bodies that do not say what they are about. */
  readonly words: readonly string[];
}

type Json = Readonly<Record<string, unknown>>;

/**
 * Reads the body of `customers/redact` or `customers/data_request`; the door has checked that it names
 * a customer, by number or by e-mail. Pure. https://shopify.dev/docs/apps/build/compliance/privacy-law-compliance
 */
export function readOrder(body: string): PrivacyOrder {
  const payload = parseLossless(body) as Json;
  const customer = payload["customer"] as Json;
  const orders = payload["orders_to_redact"] ?? payload["orders_requested"];
  const orderIds = Array.isArray(orders) ? orders.map((id) => gidOf("Order", id)) : [];
  const number = customer["id"] ?? null;
  const customerId = number === null || number === "" ? null : gidOf("Customer", number);
  const named = [customer["email"], customer["phone"]].filter(
    (value): value is string => typeof value === "string" && value !== "",
  );
  const { email } = customer;
  return {
    customerId,
    email: typeof email === "string" && email !== "" ? email : null,
    orderIds,
    words: [...named, ...numbersOf([...(customerId === null ? [] : [customerId]), ...orderIds])],
  };
}

/** The numbers at the end of gids: how bodies name records to each other. Pure. */
export function numbersOf(gids: readonly string[]): string[] {
  return gids.map((gid) => gid.split("/").at(-1) ?? gid);
}

function gidOf(type: string, id: unknown): string {
  const text = String(id);
  return text.startsWith("gid://") ? text : `gid://shopify/${type}/${text}`;
}

/** Whether a text has one of the words, not as a part of a longer one. Pure. */
export function mentions(text: string, words: readonly string[]): boolean {
  const lower = text.toLowerCase();
  return words.some((word) => {
    for (let at = lower.indexOf(word.toLowerCase()); at >= 0; ) {
      const before = lower[at - 1] ?? " ";
      const after = lower[at + word.length] ?? " ";
      if (!/[a-z0-9]/.test(before) && !/[a-z0-9]/.test(after)) return true;
      at = lower.indexOf(word.toLowerCase(), at + 1);
    }
    return false;
  });
}
