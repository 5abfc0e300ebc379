import path from "node:path";
import { pathToFileURL } from "node:url";
import { PrismaPg } from "@prisma/adapter-pg";
import {
  ApiVersion,
  AppDistribution,
  Session,
  shopifyApp,
} from "@shopify/shopify-app-remix/server";
import { PrismaSessionStorage } from "@shopify/shopify-app-session-storage-prisma";
import type { PrismaClient as AnyPrismaClient } from "@prisma/client";
import express from "express";
import { projectRoot } from "#app/start/embedded-postgres.ts";
import { benchSecret, benchShops } from "../traffic.ts";
import { portOf } from "./listen.ts";

/**
 * Shopify's template way: the library's `authenticate.webhook`, which checks the signature and loads
 * the shop's session, then one find and one create with Prisma per webhook. Flattered: Express calls
 * it, not Remix with its router, and nothing is processed.
 */
interface WebhookEventTable {
  findUnique(query: { where: { webhookId: string } }): Promise<object | null>;
  create(query: { data: Record<string, unknown> }): Promise<object>;
}

type BenchClient = AnyPrismaClient & { webhookEvent: WebhookEventTable };

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
await prisma.$executeRawUnsafe(
  "CREATE TABLE IF NOT EXISTS template_sessions (LIKE sessions INCLUDING ALL)",
);
const sessionStorage = new PrismaSessionStorage(prisma);
for (const shop of benchShops)
  await sessionStorage.storeSession(
    new Session({ id: `offline_${shop}`, shop, state: "", isOnline: false, accessToken: "token" }),
  );
const shopify = shopifyApp({
  apiKey: "bench",
  apiSecretKey: benchSecret,
  apiVersion: ApiVersion.October26,
  appUrl: "https://template.example.com",
  scopes: ["read_orders"],
  distribution: AppDistribution.AppStore,
  sessionStorage,
  logger: { log: () => undefined },
});

async function takeWebhook(request: Request): Promise<Response> {
  const { topic, shop, payload } = await shopify.authenticate.webhook(request);
  const webhookId = request.headers.get("x-shopify-webhook-id") ?? "";
  if (await prisma.webhookEvent.findUnique({ where: { webhookId } })) return new Response();
  await prisma.webhookEvent.create({ data: { webhookId, topic, shop, payload } });
  return new Response();
}

const app = express();
app.post("/webhooks", express.raw({ type: "*/*", limit: "10mb" }), (incoming, response, next) => {
  const request = new Request("http://127.0.0.1/webhooks", {
    method: "POST",
    headers: incoming.headers as Record<string, string>,
    body: incoming.body as Buffer<ArrayBuffer>,
  });
  takeWebhook(request)
    .catch((thrown: unknown) => {
      if (thrown instanceof Response) return thrown;
      throw thrown;
    })
    .then((answer) => response.sendStatus(answer.status))
    .catch(next);
});
app.listen(portOf(process.env), "127.0.0.1");
