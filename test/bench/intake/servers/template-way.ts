import path from "node:path";
import { pathToFileURL } from "node:url";
import { PrismaPg } from "@prisma/adapter-pg";
import express from "express";
import { projectRoot } from "#app/start/embedded-postgres.ts";
import { isSigned, portOf } from "./listen.ts";

/**
 * Shopify's template way: Prisma, one find and one create per webhook. Flattered, as the template
 * would look the shop's session up as well and this one processes nothing.
 */
interface WebhookEventTable {
  findUnique(query: { where: { webhookId: string } }): Promise<object | null>;
  create(query: { data: Record<string, unknown> }): Promise<object>;
}

interface BenchClient {
  webhookEvent: WebhookEventTable;
  $executeRawUnsafe(sql: string): Promise<number>;
}

// Generated before the servers start, from template-way.prisma.
const client = path.join(projectRoot, "node_modules/.cache/converge-bench/prisma-client/index.js");
const { PrismaClient } = (await import(pathToFileURL(client).href)) as {
  PrismaClient: new (options: { adapter: PrismaPg }) => BenchClient;
};
const prisma = new PrismaClient({
  adapter: new PrismaPg({ connectionString: process.env["DATABASE_URL"] ?? "" }),
});
await prisma.$executeRawUnsafe(`CREATE TABLE IF NOT EXISTS template_webhooks (
  id text PRIMARY KEY, "webhookId" text NOT NULL UNIQUE, topic text NOT NULL, shop text NOT NULL,
  payload jsonb NOT NULL, "receivedAt" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP)`);

const app = express();
app.post("/webhooks", express.raw({ type: "*/*", limit: "10mb" }), (request, response, next) => {
  const body = request.body as Buffer;
  const answer = async () => {
    if (!isSigned(body, request.get("x-shopify-hmac-sha256"))) return response.sendStatus(401);
    const webhookId = request.get("x-shopify-webhook-id") ?? "";
    if (await prisma.webhookEvent.findUnique({ where: { webhookId } }))
      return response.sendStatus(200);
    await prisma.webhookEvent.create({
      data: {
        webhookId,
        topic: request.get("x-shopify-topic"),
        shop: request.get("x-shopify-shop-domain"),
        payload: JSON.parse(body.toString()) as object,
      },
    });
    return response.sendStatus(200);
  };
  answer().catch(next);
});
app.listen(portOf(process.env), "127.0.0.1");
