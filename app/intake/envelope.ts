import {
  type NewEvent,
  parseLossless,
  readPayload,
  ruleOf,
  ShapeError,
  type TopicRule,
} from "#app/events/index.server.ts";
import { readHead } from "./read-head.ts";
import { traceparentOf } from "./trace-context.ts";
import { longestValue, type WebhookHeaders } from "./webhook-headers.ts";

/** What an envelope says of its event: everything but the sealed body and who carries it. */
export type Envelope = Pick<
  NewEvent,
  | "domain"
  | "type"
  | "status"
  | "reason"
  | "resource"
  | "triggeredAt"
  | "correlationId"
  | "traceparent"
>;

type Resource = NonNullable<NewEvent["resource"]>;

/** RFC 3339; Shopify sends offsets, `Z`, and up to nanoseconds. Postgres takes offsets below 16 h. */
const rfc3339 = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-](?:0\d|1[0-5]):[0-5]\d)$/;

/** Times outside [1970, 9999) are nobody's, and some of them Postgres would not take. */
const latestMs = Date.UTC(9999, 0);

/** A smaller body is parsed in the time that its head takes. */
const largeBytes = 1_024;

/**
 * Reads an envelope from a verified delivery. Never throws: a body that is not JSON, or not what
 * its topic promises, becomes an event that is dead from the start, with the reason. Of a large body
 * only the head is read where that says enough: what is wrong with its rest is found when it is processed.
 */
export function envelopeOf(
  headers: WebhookHeaders & { readonly topic: string; readonly shop: string },
  body: Buffer,
  receivedAtMs: number,
  eventId: string,
): Envelope {
  const rule = ruleOf(headers.topic);
  const triggeredAt = instantText(headers.triggeredAt);
  const correlationId = correlationOf(headers) ?? `cor_${eventId}`;
  const common = {
    domain: rule.kind === "change" ? rule.domain : null,
    type: rule.kind === "change" ? rule.type : null,
    triggeredAt,
    correlationId,
    traceparent: traceparentOf(headers.shop, correlationId, eventId),
  } as const;
  if (rule.kind === "ignore")
    return { ...common, status: "ignored", reason: rule.reason, resource: null };
  if (rule.kind === "write") {
    const reason = "Only connected systems send such changes, through the API.";
    return { ...common, status: "ignored", reason, resource: null };
  }
  try {
    const known = rule.kind === "change" ? resourceInHead(rule, headers, body) : null;
    if (known !== null) return { ...common, status: "received", reason: null, resource: known };
    const payload = readPayload(body.toString("utf8"), JSON.parse);
    if (rule.kind === "change" && isElsewhere(payload))
      return { ...common, status: "ignored", reason: elsewhere, resource: null };
    if (rule.kind === "privacy") checkOrder(rule.action, payload, headers.shop);
    const resource =
      rule.kind === "change" ? resourceOf(rule, payload, body, triggeredAt, receivedAtMs) : null;
    return { ...common, status: "received", reason: null, resource };
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    return { ...common, status: "dead", reason: error.message, resource: null };
  }
}

/** What Shopify groups an action's events by, unless it is too long to keep. */
function correlationOf({ eventId = "" }: WebhookHeaders): string | null {
  return eventId !== "" && eventId.length <= longestValue ? eventId : null;
}

const elsewhere =
  "The body was too large for Shopify to send, and it does not say which record it is about. The next catch-up read finds the change.";

/** An Event too large for one message says where its body lies, and no more. */
function isElsewhere(payload: Record<string, unknown>): boolean {
  return typeof payload["payload_url"] === "string" && payload["data"] === undefined;
}

/** The signature covers the body only: whose data is meant has to stand in it. */
function checkOrder(action: string, payload: Record<string, unknown>, shop: string): void {
  const named = payload["shop_domain"];
  if (typeof named === "string" && named.toLowerCase() !== shop)
    throw new ShapeError("The body names another shop than the notification.");
  if (action === "forget_shop") return;
  const customer = payload["customer"] as { id?: unknown; email?: unknown } | null | undefined;
  const { id, email } = typeof customer === "object" && customer !== null ? customer : {};
  const names = (value: unknown) => typeof value === "string" && value !== "";
  if (typeof id !== "number" && !names(id) && !names(email))
    throw new ShapeError(
      "The body does not say which customer it is about (customer.id or customer.email).",
    );
}

type ChangeRule = Extract<TopicRule, { kind: "change" }>;

/** What a large classic body is about, from its first fields; null where it has to be parsed for that. */
function resourceInHead(
  rule: ChangeRule,
  { transport }: WebhookHeaders,
  body: Buffer,
): Resource | null {
  if (transport !== "webhooks" || body.length < largeBytes || rule.deletion) return null;
  const head = readHead(body, ["admin_graphql_api_id", "updated_at"]);
  if (head === null || !gidPattern(rule.resourceType).test(head.admin_graphql_api_id)) return null;
  const version = instantText(head.updated_at);
  if (version === null) return null;
  const { resourceType: type } = rule;
  return { type, id: head.admin_graphql_api_id, version, versionAtMs: Date.parse(version) };
}

function resourceOf(
  rule: ChangeRule,
  payload: Record<string, unknown>,
  body: Buffer,
  triggeredAt: string | null,
  receivedAtMs: number,
): Resource {
  const subject = eventSubject(payload) ?? payload;
  const id = gidOf(rule.resourceType, payload, subject, body);
  const fallback = triggeredAt ?? new Date(receivedAtMs).toISOString();
  // A deletion says nothing of the time but when it happened, so its version is its triggered-at.
  const stated = rule.deletion ? undefined : (subject["updated_at"] ?? subject["updatedAt"]);
  if (stated !== undefined && stated !== null && instantText(stated) === null)
    throw new ShapeError("updated_at is not a point in time (RFC 3339).");
  const version = instantText(stated) ?? fallback;
  return { type: rule.resourceType, id, version, versionAtMs: Date.parse(version) };
}

/** In an Event the resource is the first (and only) field of `data`. */
function eventSubject(payload: Record<string, unknown>): Record<string, unknown> | undefined {
  const data = payload["data"];
  if (typeof data !== "object" || data === null) return undefined;
  const subject: unknown = Object.values(data)[0];
  return typeof subject === "object" && subject !== null
    ? (subject as Record<string, unknown>)
    : undefined;
}

function gidOf(
  type: string,
  payload: Record<string, unknown>,
  subject: Record<string, unknown>,
  body: Buffer,
): string {
  const gid = gidPattern(type);
  const variables = payload["query_variables"];
  const candidates = [
    payload["admin_graphql_api_id"],
    subject["id"],
    ...(typeof variables === "object" && variables !== null
      ? (Object.values(variables) as unknown[])
      : []),
  ];
  for (const candidate of candidates)
    if (typeof candidate === "string" && gid.test(candidate)) return candidate;
  const id = exactId(payload["id"], body);
  if (id !== null && type !== "InventoryLevel") return `gid://shopify/${type}/${id}`;
  throw new ShapeError(
    `The body does not say which ${type} it is about (admin_graphql_api_id is missing).`,
  );
}

const gidPatterns = new Map<string, RegExp>();

/** A stock level's number is not in any other field, hence the tail of anything but spaces. */
function gidPattern(type: string): RegExp {
  const pattern =
    gidPatterns.get(type) ?? new RegExp(`^gid://shopify/${type}/[A-Za-z0-9_.?=&%-]{1,200}$`);
  gidPatterns.set(type, pattern);
  return pattern;
}

/** Shopify's ids are 64-bit; a number without end would not fit into Postgres's index either. */
const largestId = 2n ** 64n - 1n;

/** A numeric id with all its digits: beyond 2^53 they are read from the raw text. */
function exactId(id: unknown, body: Buffer): string | null {
  if (typeof id !== "number" || id <= 0) return null;
  if (Number.isSafeInteger(id)) return String(id);
  const exact = (parseLossless(body.toString("utf8")) as { id: number | bigint }).id;
  return typeof exact === "bigint" && exact <= largestId ? String(exact) : null;
}

function instantText(value: unknown): string | null {
  if (typeof value !== "string" || !rfc3339.test(value)) return null;
  const instant = value.replace(" ", "T");
  const atMs = Date.parse(instant);
  if (!(atMs >= 0 && atMs < latestMs)) return null;
  // JavaScript reads 31 February as 3 March; Postgres would refuse it. Every month has 28 days.
  const day = instant.slice(0, "2026-02-31".length);
  const dayOfMonth = Number(day.slice(-2));
  if (dayOfMonth <= 28) return instant;
  return new Date(`${day}T00:00:00Z`).getUTCDate() === dayOfMonth ? instant : null;
}
