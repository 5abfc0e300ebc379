import { z } from "zod";
import { FAULT_NAMES, faultNamed } from "../faults/fault-table.ts";
import { INCIDENT_NAMES } from "../faults/incidents.ts";
import { CURRENCIES } from "../state/money.ts";
import { PLAN_NAMES } from "../state/plans.ts";
import { SHIPMENT_STATUSES } from "../state/model.ts";
import { OperationError } from "../types.ts";

const shop = z.string().min(1);
const variant = { sku: z.string().optional(), variantId: z.string().optional() };
const money = z.string().regex(/^\d+(\.\d{1,2})?$/, "must be an amount such as 12.50");
const quantity = z.number().int();
const percent = z.number().min(0).max(100);

const UNIT_SCHEMAS = { percent, switch: z.boolean() };

/** One field per fault of the table, with its limits. */
function faultFields() {
  const fields = FAULT_NAMES.map((name) => {
    const { unit, min = 0, max = Infinity } = faultNamed(name);
    const amount = z.number().min(min).max(max);
    return [name, unit === "percent" || unit === "switch" ? UNIT_SCHEMAS[unit] : amount] as const;
  });
  return Object.fromEntries(fields);
}

/** What each operation accepts; the keys are the operations' names. */
export const INPUTS = {
  listStores: z.object({}),
  listStock: z.object({
    shop,
    search: z.string().optional(),
    limit: z.number().int().positive().optional(),
  }),
  listOrders: z.object({ shop, limit: z.number().int().positive().optional() }),
  listCustomers: z.object({
    shop,
    search: z.string().optional(),
    limit: z.number().int().positive().optional(),
  }),
  installState: z.object({ shop }),
  sell: z.object({
    shop,
    ...variant,
    quantity: quantity.positive().max(1_000_000).optional(),
    locationId: z.string().optional(),
    customerId: z.string().optional(),
  }),
  setStock: z.object({
    shop,
    ...variant,
    locationId: z.string().optional(),
    available: quantity.min(-1_000_000_000).max(1_000_000_000),
  }),
  editProduct: z.object({
    shop,
    ...variant,
    productId: z.string().optional(),
    title: z.string().min(1).max(255).optional(),
    price: money.optional(),
  }),
  createProduct: z.object({
    shop,
    title: z.string().min(1).max(255).optional(),
    price: money.optional(),
    sku: z.string().min(1).optional(),
    available: quantity.optional(),
  }),
  bulkEdit: z.object({ shop, products: quantity.positive().max(100_000).optional() }),
  deleteProduct: z.object({ shop, productId: z.string() }),
  fulfill: z.object({ shop, orderId: z.string().optional() }),
  refund: z.object({ shop, orderId: z.string().optional(), restock: z.boolean().optional() }),
  cancelOrder: z.object({ shop, orderId: z.string().optional() }),
  editOrder: z.object({
    shop,
    ...variant,
    orderId: z.string().optional(),
    quantity: quantity.min(-1_000).max(1_000).optional(),
  }),
  deleteOrder: z.object({ shop, orderId: z.string().optional() }),
  updateFulfillment: z.object({
    shop,
    fulfillmentId: z.string().optional(),
    trackingNumber: z.string().min(1).max(255).optional(),
    trackingCompany: z.string().min(1).max(255).optional(),
    shipmentStatus: z.enum(SHIPMENT_STATUSES).optional(),
  }),
  createLocation: z.object({ shop, name: z.string().min(1).max(255).optional() }),
  activateLocation: z.object({ shop, locationId: z.string().optional() }),
  deactivateLocation: z.object({
    shop,
    locationId: z.string().optional(),
    destinationLocationId: z.string().optional(),
  }),
  deleteLocation: z.object({ shop, locationId: z.string().optional() }),
  connectStock: z.object({
    shop,
    ...variant,
    locationId: z.string().optional(),
    available: quantity.min(-1_000_000_000).max(1_000_000_000).optional(),
  }),
  disconnectStock: z.object({ shop, ...variant, locationId: z.string().optional() }),
  editInventoryItem: z.object({
    shop,
    ...variant,
    newSku: z.string().min(1).max(255).optional(),
    cost: money.optional(),
    tracked: z.boolean().optional(),
  }),
  deleteCustomer: z.object({ shop, customerId: z.string().optional() }),
  renameLocation: z.object({
    shop,
    locationId: z.string().optional(),
    name: z.string().min(1).max(255),
  }),
  renameShop: z.object({ shop, name: z.string().min(1).max(255) }),
  createCustomer: z.object({
    shop,
    firstName: z.string().min(1).optional(),
    lastName: z.string().min(1).optional(),
    email: z.email().optional(),
  }),
  updateCustomer: z.object({
    shop,
    customerId: z.string().optional(),
    firstName: z.string().min(1).optional(),
    lastName: z.string().min(1).optional(),
    email: z.email().optional(),
    note: z.string().max(5_000).optional(),
  }),
  traffic: z.object({
    shop,
    eventsPerSecond: z.number().positive().max(2_000).optional(),
    seconds: z.number().positive().optional(),
    stop: z.boolean().optional(),
  }),
  flashSale: z.object({
    sku: z.string().min(1).optional(),
    units: quantity.positive().max(100_000).optional(),
    orders: quantity.positive().max(100_000).optional(),
    seconds: z.number().positive().max(600).optional(),
    rough: z.boolean().optional(),
    stop: z.boolean().optional(),
  }),
  flashSaleVerdict: z.object({}),
  uninstall: z.object({ shop }),
  setScopes: z.object({ shop, scopes: z.array(z.string().min(1)) }),
  faults: z.object(faultFields()).partial(),
  incident: z.object({
    name: z.enum(INCIDENT_NAMES),
    seconds: z.number().positive().max(86_400).optional(),
    stop: z.boolean().optional(),
  }),
  incidents: z.object({}),
  faultProfile: z.object({}),
  playFault: z.object({ id: z.string().min(1), on: z.boolean().optional() }),
  plan: z.object({ shop, plan: z.enum(PLAN_NAMES) }),
  currency: z.object({ shop, currency: z.enum(CURRENCIES) }),
  revokeTokens: z.object({ shop, keepRefreshTokens: z.boolean().optional() }),
  deleteSubscriptions: z.object({ shop, topic: z.string().min(1).optional() }),
  redact: z.object({ shop, customerId: z.string().optional() }),
  dataRequest: z.object({ shop, customerId: z.string() }),
  ledger: z.object({
    shop: z.string().optional(),
    topic: z.string().optional(),
    outcome: z.enum(["pending", "delivered", "dropped", "abandoned"]).optional(),
    limit: z.coerce.number().int().positive().max(1_000_000).optional(),
  }),
} as const;

export type OperationName = keyof typeof INPUTS;

/** Whether there is an operation of that name. */
export function isOperation(name: string): name is OperationName {
  return Object.hasOwn(INPUTS, name);
}

/**
 * The input, checked.
 * @throws OperationError that names the first wrong field.
 */
export function readInput<Name extends OperationName>(
  name: Name,
  input: unknown,
): z.infer<(typeof INPUTS)[Name]> {
  const parsed = INPUTS[name].strict().safeParse(input ?? {});
  if (parsed.success) return parsed.data as z.infer<(typeof INPUTS)[Name]>;
  const [issue] = parsed.error.issues;
  const field = issue?.path.join(".") ?? "";
  const message = issue?.message ?? "is not accepted";
  throw new OperationError(`${name}: ${field === "" ? "input" : field}: ${message}.`);
}
