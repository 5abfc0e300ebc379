import { idOfKind, takeId } from "../../state/ids.ts";
import { toSecond } from "../../state/clock.ts";
import type { SubscriptionRow } from "../../state/model.ts";
import { gid } from "../../state/ids.ts";
import { isGiven, objectArg, requiredText, textArg, textsArg } from "../arguments.ts";
import type { Args, FieldFn, GraphContext } from "../context.ts";
import type { UserError } from "../user-errors.ts";
import { topicHeader } from "../webhook-topics.ts";

const MAX_URI_LENGTH = 65_536;

// Errors point at callbackUrl even when `uri` was sent; that is how they were recorded.
const ADDRESS = ["webhookSubscription", "callbackUrl"];
const LOOPBACK = new Set(["127.0.0.1", "localhost", "[::1]"]);

/** webhookSubscriptionCreate */
export const webhookSubscriptionCreate: FieldFn<unknown> = (_source, args, context) => {
  const input = objectArg(args, "webhookSubscription");
  const topic = topicHeader(requiredText(args, "topic"));
  const userErrors = check(context, topic, input, null);
  if (userErrors.length > 0) return { webhookSubscription: null, userErrors };
  const now = toSecond(context.nowMs);
  const row: SubscriptionRow = {
    kind: "WebhookSubscription",
    id: takeId(context.store, "WebhookSubscription"),
    topic,
    uri: uriOf(input) ?? "",
    format: input["format"] === "XML" ? "XML" : "JSON",
    includeFields: textsArg(input, "includeFields") ?? [],
    filter: textArg(input, "filter") ?? null,
    name: textArg(input, "name") ?? null,
    metafieldNamespaces: textsArg(input, "metafieldNamespaces") ?? [],
    consecutiveFailures: 0,
    createdAt: now,
    updatedAt: now,
  };
  context.store.subscriptions.set(row.id, row);
  return { webhookSubscription: row, userErrors: [] };
};

/** webhookSubscriptionUpdate */
export const webhookSubscriptionUpdate: FieldFn<unknown> = (_source, args, context) => {
  const row = find(args, context);
  if (!row) return notFound("webhookSubscription");
  const input = objectArg(args, "webhookSubscription");
  const userErrors = check(context, row.topic, { uri: row.uri, ...input }, row);
  if (userErrors.length > 0) return { webhookSubscription: null, userErrors };
  row.uri = uriOf(input) ?? row.uri;
  row.includeFields = textsArg(input, "includeFields") ?? row.includeFields;
  row.metafieldNamespaces = textsArg(input, "metafieldNamespaces") ?? row.metafieldNamespaces;
  if (isGiven(input, "filter")) row.filter = textArg(input, "filter") ?? null;
  if (isGiven(input, "name")) row.name = textArg(input, "name") ?? null;
  row.updatedAt = toSecond(context.nowMs);
  return { webhookSubscription: row, userErrors: [] };
};

/** webhookSubscriptionDelete */
export const webhookSubscriptionDelete: FieldFn<unknown> = (_source, args, context) => {
  const row = find(args, context);
  if (!row) return notFound("deletedWebhookSubscriptionId");
  context.store.subscriptions.delete(row.id);
  return { deletedWebhookSubscriptionId: gid(row.kind, row.id), userErrors: [] };
};

function find(args: Args, { store }: GraphContext): SubscriptionRow | undefined {
  const id = idOfKind(requiredText(args, "id"), "WebhookSubscription");
  return id === undefined ? undefined : store.subscriptions.get(id);
}

function notFound(name: string) {
  const message = "Webhook subscription does not exist";
  return { [name]: null, userErrors: [{ field: ["id"], message }] };
}

function uriOf(input: Args): string | undefined {
  return textArg(input, "uri") ?? textArg(input, "callbackUrl");
}

function check(
  { store }: GraphContext,
  topic: string,
  input: Args,
  self: SubscriptionRow | null,
): UserError[] {
  const errors: UserError[] = checkAddress(uriOf(input));
  const others = [...store.subscriptions.values()].filter((row) => row !== self);
  const filter = textArg(input, "filter") ?? null;
  const taken = others.some(
    (row) => row.topic === topic && row.uri === uriOf(input) && row.filter === filter,
  );
  if (taken) {
    errors.push({ field: ADDRESS, message: "Address for this topic has already been taken" });
  }
  if (filter !== null && !/[\w.]+:/.test(filter)) {
    const message =
      "The specified filter is invalid, please ensure you specify the field(s) you wish to filter on.";
    errors.push({ field: ["webhookSubscription"], message });
  }
  const name = textArg(input, "name");
  if (name !== undefined && !/^[\w-]{1,50}$/.test(name)) {
    const message =
      "Name name field can only contain alphanumeric characters, underscores, and hyphens";
    errors.push({ field: ["webhookSubscription", "name"], message });
  } else if (name !== undefined && others.some((row) => row.name === name)) {
    const message = "Name already exists, no duplicate allowed";
    errors.push({ field: ["webhookSubscription", "name"], message });
  }
  return errors;
}

/** Plain http is refused, but for this machine: Shopify has no such neighbours, the twin has. */
function checkAddress(uri: string | undefined): UserError[] {
  const complain = (message: string) => [{ field: ADDRESS, message }];
  if (uri === undefined || uri === "") return complain("Address can't be blank");
  if (uri.length > MAX_URI_LENGTH) return complain("Address is too big (maximum is 64 KB)");
  if (uri.startsWith("pubsub://") || uri.startsWith("arn:aws:events:")) return [];
  if (!URL.canParse(uri)) return complain("Address is invalid");
  const url = new URL(uri);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && LOOPBACK.has(url.hostname))) {
    return complain(`Address protocol ${url.protocol}// is not supported`);
  }
  if (/(^|\.)(shopify\.com|myshopify\.com)$/.test(url.hostname)) {
    return complain("Address cannot be a Shopify or an internal domain");
  }
  return [];
}
