import type { Envelope } from "./types.ts";

const MAX_LENGTH = 120;
/** Fields a person at the warehouse looks for first, in the order they are shown. */
const TELLING_FIELDS = [
  "available",
  "onHand",
  "price",
  "compareAtPrice",
  "title",
  "name",
  "status",
  "financialStatus",
  "fulfillmentStatus",
  "quantity",
  "reference",
  "points",
];

/** One line that says what a delivery carries, such as `available 45`. */
export function summarise(envelope: Envelope): string {
  const data = envelope.data ?? {};
  const told = TELLING_FIELDS.filter((field) => isScalar(data[field]));
  const others = Object.keys(data).filter((field) => isScalar(data[field]));
  const fields = told.length > 0 ? told : others.slice(0, 3);
  const line = fields.map((field) => `${words(field)} ${String(data[field])}`).join(", ");
  const text = line || (envelope.type.endsWith(".deleted") ? "deleted" : "no values");
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH - 1)}…` : text;
}

function isScalar(value: unknown): value is string | number | boolean {
  return ["string", "number", "boolean"].includes(typeof value);
}

function words(field: string): string {
  return field.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
}
