/**
 * What the rest of the repository may know about the twin: its options, the running twin, and the
 * operations a merchant (or a test, or the control page) can do in it.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { ProfileEntry } from "./faults/fault-profile.ts";
import type { FaultSettings } from "./faults/fault-table.ts";
import type { IncidentName, IncidentView } from "./faults/incidents.ts";
import type { FlashSaleView } from "./operations/flash-sale.ts";
import type { ShipmentStatus } from "./state/model.ts";
import type { CustomerRow, OrderRow, StockRow } from "./rows.ts";
import type { Currency } from "./state/money.ts";
import type { BucketLimits, PlanName } from "./state/plans.ts";

export type { CustomerRow, OrderRow, StockRow } from "./rows.ts";

/** One demo system the control page links to and can break. */
export type DemoSystem = { name: string; url: string };

export type AppSubscription = {
  topic: string;
  /** As written in the file; relative means relative to the app's URL. */
  uri: string;
  includeFields: string[] | null;
  filter: string | null;
  name: string | null;
};

/** What the twin reads from an app's configuration file (shopify.app.toml). */
export type AppToml = {
  name: string;
  clientId: string | null;
  applicationUrl: string | null;
  webhookApiVersion: string;
  /** Granted when the app is installed. */
  requiredScopes: string[];
  /** Granted only when the merchant agrees (`setScopes`). */
  optionalScopes: string[];
  /** One per topic and subscription, compliance topics included. */
  subscriptions: AppSubscription[];
};

export type TwinConfig = {
  apiKey: string;
  apiSecret: string;
  /** Origin of the app, without a trailing slash. */
  appUrl: string;
  demoSystems: DemoSystem[];
};

export type TwinOptions = {
  apiKey: string;
  apiSecret: string;
  /** The secret before the last rotation; some webhooks can still be signed with it. */
  previousApiSecret?: string;
  appUrl: string;
  /** 0 (the default) takes any free port. */
  port?: number;
  /** Address to listen on, 127.0.0.1 unless told. */
  host?: string;
  /** Same seed, same stores. */
  seed?: number;
  /** How many variants each store has, about. */
  skusPerStore?: number;
  /** How many stores there are, 3 at most; 2 unless told. */
  storeCount?: number;
  /** How many places each store keeps stock at; 2 unless told. */
  locationsPerStore?: number;
  /** JSON file the twin's state is read from at start and saved to. Unset: memory only. */
  stateFile?: string;
  /** Path of the app's shopify.app.toml. Unset: no app-specific subscriptions. */
  appTomlPath?: string;
  /** The same as text; wins over the path. */
  appTomlText?: string;
  demoSystems?: DemoSystem[];
  /** Waits before retry 1, 2, ... of a webhook. Shopify: 8 within 4 hours. */
  retryScheduleMs?: number[];
  /** Median of the (lognormal) time from a change to the first attempt; 0: at once. */
  webhookLatencyMs?: number;
  /** How long a stock level's payload stays unbuilt: what it then says is what is true by then. */
  assembleDelayMs?: number;
  /** Total time an app has to answer a webhook; Shopify gives 5 s. */
  webhookTimeoutMs?: number;
  /** How many sent webhooks the ledger remembers. */
  ledgerSize?: number;
  /** Points the cost bucket of one shop holds, and gets back per second. */
  costBucket?: { maximumAvailable: number; restoreRate: number };
  /** How long searches (not reads by id) lag behind writes. */
  searchLagMs?: number;
  bulk?: Partial<BulkSettings>;
  /** How long idempotent mutations take: two with the same key can then meet. */
  mutationLatencyMs?: number;
  /** Granted at install instead of what the app's configuration file asks for. */
  scopes?: string[];
  /** Lifetime of offline access tokens in seconds; Shopify: 3600. */
  accessTokenSeconds?: number;
  faults?: Partial<FaultSettings>;
  /** Epoch milliseconds. Timers always use the real clock. */
  now?: () => number;
  log?: (line: string) => void;
};

/** How bulk operations go. */
export type BulkSettings = {
  /** How long one stays CREATED. */
  startDelayMs: number;
  /** 0: as fast as this machine can. */
  objectsPerSecond: number;
  /** How long one stays CANCELING. */
  cancelDelayMs: number;
  /** How long results can be fetched; Shopify: seven days. */
  resultSeconds: number;
};

export type StoreSummary = {
  /** For example `north.myshopify.com`. */
  shop: string;
  /** For example `north`: the handle in admin URLs. */
  handle: string;
  name: string;
  currency: string;
  timeZone: string;
  installed: boolean;
  installedAt: string | null;
  scopes: string[];
  counts: { products: number; variants: number; orders: number; customers: number };
  locations: { id: string; name: string }[];
  traffic: TrafficState;
};

export type TrafficState = { running: boolean; eventsPerSecond: number; until: string | null };

export type LedgerAttempt = {
  at: string;
  /** Answer of the app, or null when there was none. */
  status: number | null;
  error: string | null;
  durationMs: number;
  /** True for the extra copy that the `duplicate` fault sends. */
  copy: boolean;
};

/** pending: due or waiting for a retry; dropped: by the fault; abandoned: every retry failed. */
export type LedgerOutcome = "pending" | "delivered" | "dropped" | "abandoned";

export type LedgerEntry = {
  webhookId: string;
  eventId: string;
  shop: string;
  topic: string;
  /** GraphQL id of what changed. */
  resource: string;
  uri: string;
  triggeredAt: string;
  outcome: LedgerOutcome;
  attempts: LedgerAttempt[];
};

export type LedgerCounters = {
  triggered: number;
  attempts: number;
  delivered: number;
  failedAttempts: number;
  dropped: number;
  duplicated: number;
  reordered: number;
  delayed: number;
  abandoned: number;
  coalesced: number;
  pending: number;
};

export type LedgerPage = { counters: LedgerCounters; entries: LedgerEntry[] };

export type LedgerQuery = {
  shop?: string;
  topic?: string;
  outcome?: LedgerOutcome;
  /** Newest first, 100 unless told. */
  limit?: number;
};

/** Which variant an operation is about. None given: a random one. */
export type VariantChoice = { sku?: string; variantId?: string };

/**
 * Everything a merchant, a customer or Shopify itself can do. Each call is one event: the webhooks
 * it causes share one event id, which is returned. A wrong input throws `OperationError`, whose
 * message names the field.
 */
export type Operations = {
  listStores(): StoreSummary[];
  listStock(input: { shop: string; search?: string; limit?: number }): StockRow[];
  listOrders(input: { shop: string; limit?: number }): OrderRow[];
  listCustomers(input: { shop: string; search?: string; limit?: number }): CustomerRow[];
  installState(input: { shop: string }): {
    installed: boolean;
    scopes: string[];
    installedAt: string | null;
  };
  sell(
    input: {
      shop: string;
      quantity?: number;
      locationId?: string;
      customerId?: string;
    } & VariantChoice,
  ): { eventId: string; orderId: string; name: string; sku: string; available: number };
  setStock(input: { shop: string; locationId?: string; available: number } & VariantChoice): {
    eventId: string;
    inventoryLevelId: string;
    sku: string;
    available: number;
  };
  editProduct(
    input: { shop: string; productId?: string; title?: string; price?: string } & VariantChoice,
  ): { eventId: string; productId: string };
  createProduct(input: {
    shop: string;
    title?: string;
    price?: string;
    sku?: string;
    available?: number;
  }): {
    eventId: string;
    productId: string;
    variantId: string;
    sku: string;
  };
  /** Edits so many products, all unless told, each by itself: as many products/update. */
  bulkEdit(input: { shop: string; products?: number }): { products: number };
  deleteProduct(input: { shop: string; productId: string }): { eventId: string; productId: string };
  fulfill(input: { shop: string; orderId?: string }): {
    eventId: string;
    orderId: string;
    fulfillmentId: string;
  };
  refund(input: { shop: string; orderId?: string; restock?: boolean }): {
    eventId: string;
    orderId: string;
    refundId: string;
  };
  /** Only before anything shipped; money and stock go back. */
  cancelOrder(input: { shop: string; orderId?: string }): { eventId: string; orderId: string };
  /**
   * Adds to an order that has not shipped, or takes out of it (`quantity` below 0). Sends
   * orders/edited. Without a variant: any is added, the first that did not ship is taken out.
   */
  editOrder(input: { shop: string; orderId?: string; quantity?: number } & VariantChoice): {
    eventId: string;
    orderId: string;
    lineItemId: string;
    delta: number;
  };
  /** Only cancelled or archived ones; sends orders/delete. */
  deleteOrder(input: { shop: string; orderId?: string }): { eventId: string; orderId: string };
  /** Sends fulfillments/update; with nothing else said, the newest parcel was delivered. */
  updateFulfillment(input: {
    shop: string;
    fulfillmentId?: string;
    trackingNumber?: string;
    trackingCompany?: string;
    shipmentStatus?: ShipmentStatus;
  }): { eventId: string; orderId: string; fulfillmentId: string };
  createLocation(input: { shop: string; name?: string }): {
    eventId: string;
    locationId: string;
    name: string;
  };
  /** Opens a closed one again. */
  activateLocation(input: { shop: string; locationId?: string }): {
    eventId: string;
    locationId: string;
  };
  /** Stock and open orders move to the destination: the first other open location unless told. */
  deactivateLocation(input: {
    shop: string;
    locationId?: string;
    destinationLocationId?: string;
  }): { eventId: string; locationId: string; destinationLocationId: string | null };
  /** Only closed ones. */
  deleteLocation(input: { shop: string; locationId?: string }): {
    eventId: string;
    locationId: string;
  };
  /** Stocks a variant where it is not stocked; sends inventory_levels/connect. */
  connectStock(input: { shop: string; locationId?: string; available?: number } & VariantChoice): {
    eventId: string;
    inventoryLevelId: string;
    sku: string;
  };
  /** Stops stocking a variant at a location; sends inventory_levels/disconnect. */
  disconnectStock(input: { shop: string; locationId?: string } & VariantChoice): {
    eventId: string;
    inventoryLevelId: string;
    sku: string;
  };
  /** Sends inventory_items/update. */
  editInventoryItem(
    input: { shop: string; newSku?: string; cost?: string; tracked?: boolean } & VariantChoice,
  ): { eventId: string; inventoryItemId: string; sku: string };
  /** Only those without orders. */
  deleteCustomer(input: { shop: string; customerId?: string }): {
    eventId: string;
    customerId: string;
  };
  renameLocation(input: { shop: string; locationId?: string; name: string }): {
    eventId: string;
    locationId: string;
  };
  renameShop(input: { shop: string; name: string }): { eventId: string };
  createCustomer(input: { shop: string; firstName?: string; lastName?: string; email?: string }): {
    eventId: string;
    customerId: string;
  };
  updateCustomer(input: {
    shop: string;
    customerId?: string;
    firstName?: string;
    lastName?: string;
    email?: string;
    note?: string;
  }): { eventId: string; customerId: string };
  /** `eventsPerSecond` counts operations (a sale is one), not webhooks. */
  traffic(input: {
    shop: string;
    eventsPerSecond?: number;
    seconds?: number;
    stop?: boolean;
  }): TrafficState;
  /**
   * Customers of all stores that have an article want it at once, and each store sells while it shows
   * some. Starts a sale in place of the last one, or stops it. `units`: what there really is.
   */
  flashSale(input: {
    sku?: string;
    units?: number;
    orders?: number;
    seconds?: number;
    /** Webhooks get lost and out of order meanwhile, and those of the last store leave late. */
    rough?: boolean;
    stop?: boolean;
  }): FlashSaleView;
  /** How the sale goes, or how the last one went; null: there was none. */
  flashSaleVerdict(): FlashSaleView | null;
  uninstall(input: { shop: string }): { eventId: string };
  /** The merchant grants or takes back scopes; sends app/scopes_update. */
  setScopes(input: { shop: string; scopes: string[] }): { eventId: string; scopes: string[] };
  /** Without input: what is set. Percentages are 0 to 100. */
  faults(input?: Partial<FaultSettings>): FaultSettings;
  /** The documented faults, and which of them are on. */
  faultProfile(): (ProfileEntry & { on: boolean })[];
  /** Replays of what happened to the real Shopify, and how far those that run have come. */
  incidents(): IncidentView[];
  /** Starts one (again), or stops it; what it set is put back at its end. */
  incident(input: { name: IncidentName; seconds?: number; stop?: boolean }): IncidentView;
  /** Switches one of them on or off, by its id in the profile. */
  playFault(input: { id: string; on?: boolean }): FaultSettings;
  /** How fast the shop's cost bucket fills. */
  plan(input: { shop: string; plan: PlanName }): BucketLimits;
  /** What the store sells in from now on: amounts stay, their places change. */
  currency(input: { shop: string; currency: Currency }): { currency: Currency };
  /** Kills access tokens; the refresh tokens too unless told otherwise. */
  revokeTokens(input: { shop: string; keepRefreshTokens?: boolean }): { revoked: number };
  /** Those made through the API, of one topic or all, as Shopify did by mistake in 2020. */
  deleteSubscriptions(input: { shop: string; topic?: string }): { deleted: string[] };
  /** customers/redact for a customer, shop/redact without one. */
  redact(input: { shop: string; customerId?: string }): { eventId: string };
  dataRequest(input: { shop: string; customerId: string }): { eventId: string };
  ledger(query?: LedgerQuery): LedgerPage;
};

/** A running twin. */
export type Twin = {
  /** `http://127.0.0.1:<port>`, without a trailing slash. */
  url: string;
  port: number;
  config: TwinConfig;
  appToml: AppToml;
  operations: Operations;
  stores(): StoreSummary[];
  /** A session token (one minute) as App Bridge would hand it to the app's page. */
  mintSessionToken(shop: string): string;
  /** Resolves when no webhook is due or in flight (waiting retries included). */
  settled(timeoutMs?: number): Promise<void>;
  close(): Promise<void>;
};

/** Handles a request and says true, or leaves it alone and says false. */
export type RouteHandler = (
  req: IncomingMessage,
  res: ServerResponse,
  url: URL,
) => Promise<boolean>;

/** An operation got something it cannot work with; the message names the field and the way out. */
export class OperationError extends Error {
  override name = "OperationError";
}
