import { noTracing } from "#app/observability/index.server.ts";
import { createHmac, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Database, openDatabase, systemClock } from "#app/db.server.ts";
import { createIntake, webhookListener } from "#app/intake/index.server.ts";
import { type Counters, createCounters, createLogger } from "#app/observability/index.server.ts";
import type { Queue } from "#app/queue/index.server.ts";
import { installShop } from "#app/shops/index.server.ts";
import { createVault } from "#app/vault/index.server.ts";

/** The secret that signs the webhooks of these tests. */
export const doorSecret = "the-client-secret";

/** What the bodies of these tests are sealed with. */
export const doorVault = createVault([Buffer.alloc(32, 5)]);

/** When the webhooks of these tests happened, to the nanosecond. */
export const triggeredAt = "2026-11-23T15:00:00.123456789Z";

/** A webhook door on a port of its own. */
export interface Door {
  readonly url: string;
  readonly counters: Counters;
  /** Resolves when the door answers nothing any more and nothing waits for the database. */
  close(): Promise<void>;
}

/** Opens the door as the web process does: bare Node HTTP in front of intake. */
export async function openDoor(db: Database, queue: Pick<Queue, "enqueue">): Promise<Door> {
  const counters = createCounters();
  const intake = createIntake({
    db,
    queue,
    vault: doorVault,
    clock: systemClock,
    counters,
    log: createLogger("test", "silent"),
    tracing: noTracing,
    secrets: [doorSecret],
  });
  const server = createServer(webhookListener(intake)).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/webhooks`,
    counters,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await intake.idle();
    },
  };
}

/** The webhook door's own pool, as patient as the web process has it. */
export function intakeDatabase(url: string): Database {
  return openDatabase(url, {
    applicationName: "test intake",
    maxConnections: 4,
    connectTimeoutMs: 2_000,
    statementTimeoutMs: 2_500,
    prepareStatements: true,
  });
}

/** A webhook to send; what is left out is made up. */
export interface Sending {
  readonly shop: string;
  readonly topic?: string;
  readonly id?: string;
  readonly body?: string | Buffer;
  /** Added to Shopify's headers, or in their place. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends a signed webhook of the classic family. */
export function send(door: Pick<Door, "url">, sending: Sending): Promise<Response> {
  const body = Buffer.from(sending.body ?? stockLevel(1));
  return fetch(door.url, {
    method: "POST",
    body,
    headers: {
      "content-type": "application/json",
      "x-shopify-topic": sending.topic ?? "inventory_levels/update",
      "x-shopify-shop-domain": sending.shop,
      "x-shopify-webhook-id": sending.id ?? randomUUID(),
      "x-shopify-triggered-at": triggeredAt,
      "x-shopify-hmac-sha256": signatureOf(body),
      ...sending.headers,
    },
  });
}

/** base64(HMAC-SHA256(client secret, raw body)). */
export function signatureOf(body: Buffer | string): string {
  return createHmac("sha256", doorSecret).update(body).digest("base64");
}

/** A body of `inventory_levels/update` about one of many stock levels. */
export function stockLevel(number: number): string {
  return JSON.stringify({
    available: number,
    updated_at: "2026-11-23T10:00:00-05:00",
    admin_graphql_api_id: `gid://shopify/InventoryLevel/${String(number)}?inventory_item_id=1`,
  });
}

/** Installs the app in a store of its own; returns its domain. */
export async function installedShop(db: Database): Promise<string> {
  const shop = `shop-${randomUUID().slice(0, 8)}.myshopify.com`;
  await db.transaction((tx) => installShop(tx, shop, "", Date.now()));
  return shop;
}

/** How many jobs name a shop. */
export async function jobsOf(db: Database, shop: string): Promise<number> {
  const { rows } = await db.query<{ count: string }>(
    "SELECT count(*) AS count FROM pgboss.job WHERE data->>'shop' = $1",
    [shop],
  );
  return Number(rows[0]?.count);
}
