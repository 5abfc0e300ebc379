import { randomUUID } from "node:crypto";
import type { FaultSettings } from "../faults/fault-table.ts";
import { restJson, type RestObject, type RestValue } from "./rest-json.ts";

/** Fields that came or went with a version of the Admin API. */
type VersionedFields = {
  topics: RegExp;
  /** The list they stand in; unset: the body itself. */
  inside?: string;
  fields: readonly string[];
  addedIn?: string;
  removedIn?: string;
};

/** https://shopify.dev/changelog: customers lost them to topics of their own, orders to tokens. */
const VERSIONED: readonly VersionedFields[] = [
  {
    topics: /^customers\//,
    fields: ["tags", "orders_count", "total_spent", "last_order_id"],
    removedIn: "2025-01",
  },
  { topics: /^orders\//, fields: ["checkout_id"], removedIn: "2026-04" },
  { topics: /^orders\//, inside: "line_items", fields: ["selling_plan_id"], addedIn: "2026-10" },
];

/** What the switch for old bodies is about: before all of the above. */
const OLD_VERSION = "2024-10";

/** The version a body is told in; versions are dates and sort as text. */
export function versionTold(ofApp: string, faults: FaultSettings): string {
  return faults.oldVersion ? OLD_VERSION : ofApp;
}

/** A body as a version tells it and the faults make it, before a subscription cuts it down. */
export function shapeBody(
  topic: string,
  full: RestObject,
  apiVersion: string,
  faults: FaultSettings,
): RestObject {
  const body = ofPrivacyLaw(topic, inVersion(topic, full, apiVersion), faults);
  return faults.leastBytes > 0 ? grown(topic, body, faults.leastBytes) : body;
}

function inVersion(topic: string, full: RestObject, apiVersion: string): RestObject {
  let body = full;
  for (const { topics, inside, fields, addedIn = "", removedIn = "9999-12" } of VERSIONED) {
    if (!topics.test(topic) || (apiVersion >= addedIn && apiVersion < removedIn)) continue;
    if (inside === undefined) body = without(body, fields);
    else if (Array.isArray(body[inside]))
      body = { ...body, [inside]: body[inside].map((each) => without(each, fields)) };
  }
  return body;
}

function without<Value extends RestValue>(value: Value, fields: readonly string[]): Value {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  const kept = Object.entries(value).filter(([name]) => !fields.includes(name));
  return Object.fromEntries(kept) as Value;
}

/** The topics of privacy law, in the shapes people report. */
function ofPrivacyLaw(topic: string, body: RestObject, faults: FaultSettings): RestObject {
  if (!/^(customers|shop)\/(redact|data_request)$/.test(topic)) return body;
  const { customer } = body;
  const named =
    faults.emailAlone && customer !== undefined
      ? { ...body, customer: without(customer, ["id", "phone"]) }
      : body;
  return faults.idsAsText ? (idsAsText(named) as RestObject) : named;
}

function idsAsText(value: RestValue): RestValue {
  if (typeof value === "bigint") return value.toString();
  if (Array.isArray(value)) return value.map(idsAsText);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, idsAsText(each)]));
}

const FILLER = "x".repeat(1_000);

/** Grows a body by what merchants and other apps hang on records: pictures, notes. */
function grown(topic: string, body: RestObject, leastBytes: number): RestObject {
  const list = topic.startsWith("products/") ? "images" : "note_attributes";
  const present = body[list];
  if (!Array.isArray(present)) return body;
  const missing = leastBytes - Buffer.byteLength(restJson(body));
  const count = Math.max(0, Math.ceil(missing / FILLER.length));
  const filling = Array.from({ length: count }, (_, index) =>
    list === "images"
      ? { position: index + 1, alt: FILLER }
      : { name: `filler ${index + 1}`, value: FILLER },
  );
  return { ...body, [list]: [...present, ...filling] };
}

/**
 * A body as it goes over the wire. One that is too large (0: none is) is told by its id alone, an
 * Event's by where to fetch it.
 */
export function withinBytes(body: RestObject, mostBytes: number, nowMs: number): string {
  const text = restJson(body);
  const bytes = Buffer.byteLength(text);
  if (mostBytes === 0 || bytes <= mostBytes) return text;
  const { id = null, topic, action, handle } = body;
  if (topic === undefined || action === undefined || handle === undefined) return restJson({ id });
  return restJson({
    topic,
    action,
    handle,
    payload_url: `https://payloads.example/${randomUUID()}`,
    payload_size_bytes: bytes,
    expires_at: new Date(nowMs + 3_600_000).toISOString(),
  });
}
