import { randomBytes } from "node:crypto";
import { Webhook } from "standardwebhooks";

/** A new secret as Converge hands it out: 32 random bytes. */
export function newSecret(): string {
  return `whsec_${randomBytes(32).toString("base64")}`;
}

/** The body of a stock change. */
export function stockChange(
  id: string,
  available: number,
  version: string,
  shop = "north.myshopify.com",
) {
  return {
    id,
    type: "inventory_level.updated",
    domain: "inventory",
    shop,
    correlationId: "c-1",
    occurredAt: version,
    source: "webhook",
    resource: {
      type: "InventoryLevel",
      id: "gid://shopify/InventoryLevel/9007199254740993?inventory_item_id=1",
      version,
      sku: "MUG-1",
    },
    data: { available },
  };
}

/** Posts a signed delivery as Converge would; `secrets` are all put into the signature header. */
export function deliver(
  url: string,
  body: { id: string },
  secrets: string[],
  headers: Record<string, string> = {},
): Promise<Response> {
  const text = JSON.stringify(body);
  const at = new Date();
  return fetch(`${url}/webhooks`, {
    method: "POST",
    body: text,
    headers: {
      "content-type": "application/json",
      "webhook-id": body.id,
      "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
      "webhook-signature": secrets
        .map((secret) => new Webhook(secret).sign(body.id, at, text))
        .join(" "),
      ...headers,
    },
  });
}

/** An answer's JSON, taken to be what the test expects. */
export async function bodyOf<Body>(answer: Promise<Response> | Response): Promise<Body> {
  return (await (await answer).json()) as Body;
}
