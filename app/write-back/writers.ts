import type { DataDomain } from "#app/data-domains.ts";
import { checkFields } from "./decide-fields.ts";
import { checkStock } from "./decide-stock.ts";
import { loyaltyWriter } from "./loyalty-writer.ts";
import {
  customerWriter,
  fulfillmentWriter,
  orderWriter,
  productWriter,
  variantWriter,
} from "./record-writers.ts";
import type { FieldFault } from "./types.ts";
import type { Writer } from "./writer.ts";

const writers: Readonly<Record<string, Writer>> = {
  Product: productWriter,
  ProductVariant: variantWriter,
  Customer: customerWriter,
  Order: orderWriter,
  Fulfillment: fulfillmentWriter,
  LoyaltyPoints: loyaltyWriter,
};

/** How records of a type are written; stock is written by itself. @throws for a type that nothing writes. */
export function writerOf(type: string): Writer {
  const writer = Object.hasOwn(writers, type) ? writers[type] : undefined;
  if (!writer) throw new Error(`Converge does not write a ${type}`);
  return writer;
}

/** The record a domain's fields belong to. */
const typeOfDomain: Readonly<Partial<Record<DataDomain, string>>> = {
  products: "Product",
  pricing: "ProductVariant",
  customers: "Customer",
  orders: "Order",
  fulfillments: "Fulfillment",
  loyalty: "LoyaltyPoints",
};

/** What is wrong with what a domain is to be set to, or null. Pure. */
export function checkChange(
  domain: DataDomain,
  set: Readonly<Record<string, unknown>>,
): FieldFault | null {
  if (domain === "inventory") return checkStock(set);
  return checkFields(typeOfDomain[domain] ?? "", set);
}
