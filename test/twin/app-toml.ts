import { readFileSync } from "node:fs";
import { parse, type TomlTable, type TomlValue } from "smol-toml";
import type { AppSubscription, AppToml } from "./types.ts";

const NO_APP: AppToml = {
  name: "App",
  clientId: null,
  applicationUrl: null,
  webhookApiVersion: "2026-10",
  requiredScopes: [],
  optionalScopes: [],
  subscriptions: [],
};

/**
 * What an app's configuration file says that matters to Shopify.
 * @throws when the file cannot be read or is not what Shopify would accept; the message says where.
 */
export function readAppToml(source: { path?: string; text?: string }): AppToml {
  if (source.text === undefined && source.path === undefined) return NO_APP;
  const where = source.text === undefined ? (source.path ?? "") : "shopify.app.toml";
  const table = parse(source.text ?? readFileSync(where, "utf8"));
  const webhooks = tableAt(table, "webhooks");
  const access = tableAt(table, "access_scopes");
  const subscriptions = arrayAt(webhooks, "subscriptions").flatMap((entry, index) =>
    readSubscription(entry, `${where}: [[webhooks.subscriptions]] number ${index + 1}`),
  );
  return {
    name: textAt(table, "name") ?? NO_APP.name,
    clientId: textAt(table, "client_id"),
    applicationUrl: textAt(table, "application_url"),
    webhookApiVersion: textAt(webhooks, "api_version") ?? NO_APP.webhookApiVersion,
    requiredScopes: [
      ...splitScopes(textAt(access, "scopes")),
      ...textsAt(access, "required_scopes"),
    ],
    optionalScopes: textsAt(access, "optional_scopes"),
    subscriptions,
  };
}

function readSubscription(entry: TomlValue, where: string): AppSubscription[] {
  if (!isTable(entry)) throw new Error(`${where} is not a table.`);
  const uri = textAt(entry, "uri");
  if (uri === null) throw new Error(`${where} has no uri.`);
  const topics = [...textsAt(entry, "topics"), ...textsAt(entry, "compliance_topics")];
  if (topics.length === 0) throw new Error(`${where} has neither topics nor compliance_topics.`);
  const includeFields =
    entry["include_fields"] === undefined ? null : textsAt(entry, "include_fields");
  return topics.map((topic) => ({
    topic,
    uri,
    includeFields,
    filter: textAt(entry, "filter"),
    name: textAt(entry, "name"),
  }));
}

function splitScopes(text: string | null): string[] {
  return (text ?? "")
    .split(",")
    .map((scope) => scope.trim())
    .filter((scope) => scope !== "");
}

function isTable(value: TomlValue | undefined): value is TomlTable {
  return typeof value === "object" && !Array.isArray(value) && !(value instanceof Date);
}

function tableAt(table: TomlTable, key: string): TomlTable {
  const value = table[key];
  return isTable(value) ? value : {};
}

function arrayAt(table: TomlTable, key: string): TomlValue[] {
  const value = table[key];
  return Array.isArray(value) ? value : [];
}

function textAt(table: TomlTable, key: string): string | null {
  const value = table[key];
  return typeof value === "string" ? value : null;
}

function textsAt(table: TomlTable, key: string): string[] {
  return arrayAt(table, key).filter((value) => typeof value === "string");
}
