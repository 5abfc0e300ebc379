import { createHmac } from "node:crypto";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { PrismaPg } from "@prisma/adapter-pg";
import type { PrismaClient as AnyPrismaClient } from "@prisma/client";
import express from "express";
import { Webhook } from "standardwebhooks";
import { projectRoot } from "#app/start/embedded-postgres.ts";
import { benchSecret } from "#test/bench/intake/traffic.ts";
import { portOf } from "#test/bench/intake/servers/listen.ts";

/**
 * The corridor as one writes it in an afternoon: one Prisma transaction per event (look for it, keep
 * it, move the state if it is newer, note the deliveries), an answer, then one request and one
 * transaction per delivery. It retries nothing and keeps no order; it dies with what it has in hand.
 */
interface Table {
  findUnique(query: object): Promise<{ updatedAt: Date } | null>;
  create(query: object): Promise<{ id: string }>;
  update(query: object): Promise<object>;
  upsert(query: object): Promise<object>;
}

interface Tables {
  readonly naiveEvent: Table;
  readonly naiveState: Table;
  readonly naiveDelivery: Table;
}

type BenchClient = AnyPrismaClient & Tables;

// Generated before it starts, from naive.prisma.
const client = path.join(projectRoot, "node_modules/.cache/converge-bench/naive-client/index.js");
const { PrismaClient } = (await import(pathToFileURL(client).href)) as {
  PrismaClient: new (options: { adapter: PrismaPg }) => BenchClient;
};
const prisma = new PrismaClient({
  adapter: new PrismaPg({ connectionString: process.env["DATABASE_URL"] ?? "", max: 20 }),
});
for (const statement of [
  `CREATE TABLE naive_events (id text PRIMARY KEY, "webhookId" text NOT NULL UNIQUE,
     shop text NOT NULL, payload jsonb NOT NULL)`,
  `CREATE TABLE naive_states ("resourceId" text PRIMARY KEY, "updatedAt" timestamp(3) NOT NULL,
     payload jsonb NOT NULL)`,
  `CREATE TABLE naive_deliveries (id text PRIMARY KEY,
     "eventId" text NOT NULL REFERENCES naive_events (id), url text NOT NULL,
     status text NOT NULL DEFAULT 'pending', "deliveredAt" timestamp(3))`,
])
  await prisma.$executeRawUnsafe(statement);

const receivers = JSON.parse(process.env["RECEIVERS"] ?? "[]") as { url: string; secret: string }[];

interface StockBody {
  readonly admin_graphql_api_id: string;
  readonly available: number;
  readonly updated_at: string;
}

async function take(webhookId: string, shop: string, payload: StockBody): Promise<string[]> {
  const resourceId = payload.admin_graphql_api_id;
  const updatedAt = new Date(payload.updated_at);
  return (prisma as unknown as { $transaction: Transact }).$transaction(async (tx) => {
    if (await tx.naiveEvent.findUnique({ where: { webhookId } })) return [];
    const event = await tx.naiveEvent.create({ data: { webhookId, shop, payload } });
    const known = await tx.naiveState.findUnique({ where: { resourceId } });
    if (known && known.updatedAt > updatedAt) return [];
    await tx.naiveState.upsert({
      where: { resourceId },
      create: { resourceId, updatedAt, payload },
      update: { updatedAt, payload },
    });
    const ids: string[] = [];
    for (const { url } of receivers)
      ids.push((await tx.naiveDelivery.create({ data: { eventId: event.id, url } })).id);
    return ids;
  });
}

type Transact = <Result>(work: (tx: Tables) => Promise<Result>) => Promise<Result>;

async function deliver(id: string, index: number, payload: StockBody): Promise<void> {
  const receiver = receivers[index];
  if (!receiver) return;
  const body = JSON.stringify({ id, type: "inventory_level.updated", data: payload });
  const at = new Date();
  const response = await fetch(receiver.url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "webhook-id": id,
      "webhook-timestamp": String(Math.floor(at.getTime() / 1_000)),
      "webhook-signature": new Webhook(receiver.secret).sign(id, at, body),
    },
    body,
  });
  await response.arrayBuffer();
  await (prisma as unknown as { $transaction: Transact }).$transaction((tx) =>
    tx.naiveDelivery.update({
      where: { id },
      data: { status: response.ok ? "delivered" : "failed", deliveredAt: new Date() },
    }),
  );
}

const app = express();
app.post("/webhooks", express.raw({ type: "*/*" }), (request, response, next) => {
  const body = request.body as Buffer;
  const signature = createHmac("sha256", benchSecret).update(body).digest("base64");
  if (signature !== request.headers["x-shopify-hmac-sha256"]) {
    response.sendStatus(401);
    return;
  }
  const payload = JSON.parse(body.toString()) as StockBody;
  const header = (name: string) => String(request.headers[name]);
  take(header("x-shopify-webhook-id"), header("x-shopify-shop-domain"), payload)
    .then(async (ids) => {
      response.sendStatus(200);
      await Promise.all(ids.map((id, index) => deliver(id, index, payload)));
    })
    .catch(next);
});
app.listen(portOf(process.env), "127.0.0.1");
