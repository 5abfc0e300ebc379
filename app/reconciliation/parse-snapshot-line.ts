import { comparedFields, type DataDomain } from "#app/data-domains.ts";
import { keyOfResource, keyOfSku } from "./snapshot-key.ts";
import type { RejectedLine } from "./types.ts";

/** What a record holds in one field. */
export type FieldValue = string | number | null;

/** One record of a snapshot. */
export interface SnapshotRecord {
  /** What it is about, as `keyOfSku` and `keyOfResource` write it. */
  readonly key: string;
  /** RFC 3339; null: the system did not say of when it is. */
  readonly observedAt: string | null;
  /** Null: the record is there, but what it says cannot be used. */
  readonly fields: Readonly<Record<string, FieldValue>> | null;
}

/** What one line says. `record` without `error` is good; with it, it is at least known to exist. */
export interface ParsedLine {
  readonly record: SnapshotRecord | null;
  readonly error: Omit<RejectedLine, "line"> | null;
  readonly ignored: readonly string[];
}

const typesOf: Readonly<Partial<Record<DataDomain, string>>> = {
  inventory: "InventoryLevel",
  products: "Product",
  pricing: "ProductVariant",
  orders: "Order",
  customers: "Customer",
  fulfillments: "Fulfillment",
};

/** Which kinds of data know articles by their SKU. */
const knownBySku: ReadonlySet<DataDomain> = new Set(["inventory", "pricing"]);

const envelope: ReadonlySet<string> = new Set(["sku", "resourceId", "locationId", "observedAt"]);

/**
 * Reads one line of a snapshot. Every fault names its field and the way out; a record whose fields
 * are wrong still counts as existing, so that it is not reported as missing. `names` is what the
 * system calls our fields; its faults are told in its own words. Pure.
 */
export function parseSnapshotLine(
  domain: DataDomain,
  line: string | null,
  names: FieldNames = {},
): ParsedLine {
  const fail = (field: string, message: string): ParsedLine => ({
    record: null,
    error: { field: theirName(names, field), message },
    ignored: [],
  });
  if (line === null) return fail("", "The line is longer than 64 KB.");
  const told = parseObject(line);
  if (told === null) return fail("", "The line is not a JSON object.");
  const row = inOurWords(told, names);
  const named = readKey(domain, row);
  if ("field" in named) return fail(named.field, named.message);
  const time = readObservedAt(row["observedAt"]);
  const read = readFields(domain, row);
  const error = "field" in time ? time : "field" in read ? read : null;
  return {
    record: {
      key: named.key,
      observedAt: "field" in time ? null : time.at,
      fields: error === null && "fields" in read ? read.fields : null,
    },
    error: error && { ...error, field: theirName(names, error.field) },
    ignored: ignoredOf(domain, told, names),
  };
}

/** What a system calls our fields. */
export type FieldNames = Readonly<Record<string, string>>;

function theirName(names: FieldNames, field: string): string {
  return Object.hasOwn(names, field) ? (names[field] ?? field) : field;
}

/** A field that has another name in the system is that one, whatever else carries ours. */
function inOurWords(told: Row, names: FieldNames): Row {
  const theirs = new Set(Object.values(names));
  const plain = Object.entries(told).filter(
    ([name]) => !theirs.has(name) && !Object.hasOwn(names, name),
  );
  const renamed = Object.entries(names)
    .filter(([, name]) => Object.hasOwn(told, name))
    .map(([ours, name]) => [ours, told[name]] as const);
  return Object.fromEntries([...plain, ...renamed]);
}

function ignoredOf(domain: DataDomain, told: Row, names: FieldNames): string[] {
  const theirs = new Set(Object.values(names));
  const isOurs = (name: string) =>
    !Object.hasOwn(names, name) &&
    (envelope.has(name) || (comparedFields[domain] ?? []).includes(name));
  return Object.keys(told).filter((name) => !theirs.has(name) && !isOurs(name));
}

type Row = Readonly<Record<string, unknown>>;
type Fault = Omit<RejectedLine, "line">;

function parseObject(line: string): Row | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Row)
      : null;
  } catch {
    return null;
  }
}

function readKey(domain: DataDomain, row: Row): { key: string } | Fault {
  const { sku, resourceId } = row;
  const type = typesOf[domain] ?? "";
  if (resourceId !== undefined && resourceId !== null) {
    const gid = new RegExp(`^gid://shopify/${type}/[\\w.?=&%-]{1,200}$`);
    if (typeof resourceId === "string" && gid.test(resourceId))
      return { key: keyOfResource(resourceId) };
    return { field: "resourceId", message: `Use the gid of a ${type}.` };
  }
  if (!knownBySku.has(domain))
    return { field: "resourceId", message: `Say which ${type} it is, by its gid.` };
  if (typeof sku !== "string" || sku.trim() === "" || sku.length > 255)
    return { field: "sku", message: "Send the SKU as text, or a resourceId." };
  if (domain !== "inventory") return { key: keyOfSku(sku, null) };
  const location = readLocation(row["locationId"]);
  return location === undefined
    ? { field: "locationId", message: "Use a gid: gid://shopify/Location/1." }
    : { key: keyOfSku(sku, location) };
}

/** Undefined: it is no location. */
function readLocation(value: unknown): string | null | undefined {
  if (value === undefined || value === null) return null;
  const text = typeof value === "number" ? String(value) : value;
  if (typeof text !== "string") return undefined;
  const id = /^(?:gid:\/\/shopify\/Location\/)?(\d{1,20})$/.exec(text)?.[1];
  return id === undefined ? undefined : `gid://shopify/Location/${id}`;
}

function readObservedAt(value: unknown): { at: string | null } | Fault {
  if (value === undefined || value === null) return { at: null };
  const atMs = typeof value === "string" ? Date.parse(value) : NaN;
  if (atMs >= 0 && atMs < Date.UTC(9999, 0)) return { at: new Date(atMs).toISOString() };
  return { field: "observedAt", message: "Use RFC 3339: 2026-11-24T10:00:00Z." };
}

function readFields(
  domain: DataDomain,
  row: Row,
): { fields: Readonly<Record<string, FieldValue>> } | Fault {
  const names = (comparedFields[domain] ?? []).filter((name) => row[name] !== undefined);
  if (domain === "inventory") {
    const { available } = row;
    if (!Number.isSafeInteger(available))
      return { field: "available", message: "Send a whole number of units." };
    return { fields: { available: available as number } };
  }
  if (names.length === 0) {
    const all = (comparedFields[domain] ?? []).join(", ");
    return { field: "", message: `The line says nothing that can be compared: ${all}.` };
  }
  const fields: Record<string, FieldValue> = {};
  for (const name of names) {
    const value = row[name];
    if (domain === "pricing" ? !isPrice(value) : !isText(value))
      return {
        field: name,
        message: domain === "pricing" ? "Send a price: 12.50." : "Send text, or null.",
      };
    fields[name] = value as FieldValue;
  }
  return { fields };
}

function isPrice(value: unknown): boolean {
  if (value === null) return true;
  return typeof value === "number"
    ? Number.isFinite(value) && value >= 0
    : typeof value === "string" && /^\d{1,12}(?:\.\d{1,4})?$/.test(value);
}

function isText(value: unknown): boolean {
  return value === null || (typeof value === "string" && value.length <= 32_000);
}
