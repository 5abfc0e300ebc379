import express from "express";
import pg from "pg";
import { isSigned, portOf } from "./listen.ts";

/**
 * The snippet everyone copies: look whether the webhook id is known, insert it, process the order,
 * answer. One connection of the pool and one statement after the other, outside a transaction.
 */
const pool = new pg.Pool({ connectionString: process.env["DATABASE_URL"] });
await pool.query(`CREATE TABLE IF NOT EXISTS snippet_webhooks (
  webhook_id text PRIMARY KEY, topic text NOT NULL, shop text NOT NULL, payload jsonb NOT NULL,
  received_at timestamptz NOT NULL DEFAULT now(), processed_at timestamptz)`);
await pool.query(`CREATE TABLE IF NOT EXISTS snippet_orders (
  shop text, id bigint, total numeric, updated_at timestamptz, PRIMARY KEY (shop, id))`);

interface Order {
  id: number;
  total_price: string;
  updated_at: string;
}

async function processOrder(shop: string, order: Order, webhookId: string): Promise<void> {
  await pool.query(
    `INSERT INTO snippet_orders (shop, id, total, updated_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT (shop, id) DO UPDATE SET total = excluded.total, updated_at = excluded.updated_at`,
    [shop, order.id, order.total_price, order.updated_at],
  );
  await pool.query("UPDATE snippet_webhooks SET processed_at = now() WHERE webhook_id = $1", [
    webhookId,
  ]);
}

const app = express();
app.post("/webhooks", express.raw({ type: "*/*", limit: "10mb" }), (request, response, next) => {
  const body = request.body as Buffer;
  const answer = async () => {
    if (!isSigned(body, request.get("x-shopify-hmac-sha256"))) return response.sendStatus(401);
    const webhookId = request.get("x-shopify-webhook-id") ?? "";
    const shop = request.get("x-shopify-shop-domain") ?? "";
    const known = await pool.query("SELECT 1 FROM snippet_webhooks WHERE webhook_id = $1", [
      webhookId,
    ]);
    if (known.rows.length > 0) return response.sendStatus(200);
    const payload = body.toString();
    await pool.query(
      "INSERT INTO snippet_webhooks (webhook_id, topic, shop, payload) VALUES ($1, $2, $3, $4)",
      [webhookId, request.get("x-shopify-topic"), shop, payload],
    );
    await processOrder(shop, JSON.parse(payload) as Order, webhookId);
    return response.sendStatus(200);
  };
  answer().catch(next);
});
app.listen(portOf(process.env), "127.0.0.1");
