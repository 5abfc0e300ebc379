import type { IncomingMessage } from "node:http";
import { readJson, sendJson } from "./http.ts";
import { utcTime } from "./state/clock.ts";
import { gid, levelGid } from "./state/ids.ts";
import type { Store } from "./state/model.ts";
import { orderTotals } from "./state/order-totals.ts";
import { fulfillmentStatus, onHand } from "./state/store-lookups.ts";
import { isOperation, type OperationName } from "./operations/inputs.ts";
import { OperationError, type Operations, type RouteHandler } from "./types.ts";

const PREFIX = "/twin/api/";

type Run = (input: unknown) => unknown;

/** Operations that change nothing may be asked for with GET. */
const READS = new Set<OperationName>([
  "faultProfile",
  "incidents",
  "faults",
  "flashSaleVerdict",
  "installState",
  "ledger",
  "listCustomers",
  "listOrders",
  "listStock",
  "listStores",
]);

/**
 * The twin's own API: `POST /twin/api/<operation>` with a JSON body, `GET` for the operations that
 * only read, and `GET /twin/api/state`, the truth a test compares an app's idea of a store with.
 */
export function twinApiRoutes(options: {
  operations: Operations;
  stores: Map<string, Store>;
}): RouteHandler {
  return async (req, res, url) => {
    if (!url.pathname.startsWith(PREFIX)) return false;
    const name = url.pathname.slice(PREFIX.length);
    const { status, body } = await answer(options, name, req, url);
    sendJson(res, status, body);
    return true;
  };
}

async function answer(
  { operations, stores }: { operations: Operations; stores: Map<string, Store> },
  name: string,
  req: IncomingMessage,
  url: URL,
): Promise<{ status: number; body: unknown }> {
  const refuse = (status: number, error: string) => ({ status, body: { error } });
  if (name === "state" && req.method === "GET") return stateOf(stores, url);
  if (!isOperation(name)) return refuse(404, `There is no operation ${name}.`);
  if (req.method === "GET") {
    if (!READS.has(name)) return refuse(405, `Use POST for ${name}.`);
  } else if (req.method !== "POST") return refuse(405, "Use POST, or GET to read.");
  // A page of another site can post a form here, but not JSON.
  else if (!isJson(req)) return refuse(415, "Send the input as application/json.");
  const input = req.method === "GET" ? queryInput(url) : await readJson(req);
  try {
    // Each operation checks what it is given.
    const runs = operations as Record<OperationName, Run>;
    return { status: 200, body: runs[name](input) };
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    return refuse(422, error.message);
  }
}

function stateOf(stores: Map<string, Store>, url: URL) {
  const shop = url.searchParams.get("shop");
  const wanted = [...stores.values()].filter(
    (store) => shop === null || store.shop.domain === shop,
  );
  return { status: 200, body: { stores: wanted.map(storeTruth) } };
}

function isJson(req: IncomingMessage): boolean {
  return (req.headers["content-type"] ?? "").startsWith("application/json");
}

/** Numbers in the query string are numbers. */
function queryInput(url: URL): Record<string, unknown> {
  const entries = [...url.searchParams].map(([key, value]) => {
    return [key, key === "limit" ? Number(value) : value] as const;
  });
  return Object.fromEntries(entries);
}

/** What is true in a store right now, by global id. */
function storeTruth(store: Store) {
  return {
    shop: store.shop.domain,
    installed: store.installation.installed,
    scopes: store.installation.scopes,
    locations: [...store.locations.values()].map(({ id, name }) => ({
      id: gid("Location", id),
      name,
    })),
    products: [...store.products.values()].map((row) => ({
      id: gid("Product", row.id),
      title: row.title,
      updatedAt: utcTime(row.updatedAt),
      variants: row.variantIds.flatMap((id) => {
        const variant = store.variants.get(id);
        if (!variant) return [];
        const { sku, price, barcode } = variant;
        return [{ id: gid("ProductVariant", id), sku, price, barcode }];
      }),
    })),
    inventoryLevels: [...store.inventoryLevels.values()].map((row) => ({
      id: levelGid(row),
      inventoryItemId: gid("InventoryItem", row.inventoryItemId),
      locationId: gid("Location", row.locationId),
      sku: store.inventoryItems.get(row.inventoryItemId)?.sku ?? null,
      active: row.active,
      quantities: { ...row.quantities, on_hand: onHand(row) },
      updatedAt: utcTime(row.updatedAt),
    })),
    orders: [...store.orders.values()].map((row) => ({
      id: gid("Order", row.id),
      name: row.name,
      financialStatus: row.financialStatus,
      fulfillmentStatus: fulfillmentStatus(row.lineItems),
      total: orderTotals(row).currentTotal,
      updatedAt: utcTime(row.updatedAt),
    })),
    customers: [...store.customers.values()].map((row) => ({
      id: gid("Customer", row.id),
      email: row.email,
      updatedAt: utcTime(row.updatedAt),
    })),
  };
}
