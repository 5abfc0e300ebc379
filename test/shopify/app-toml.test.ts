import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { IntrospectionEnumType, IntrospectionQuery } from "graphql";
import { parse } from "smol-toml";
import { expect, test } from "vitest";
import { z } from "zod";
import { installScopes } from "#app/shops/types.ts";

const toml = z
  .object({
    application_url: z.url(),
    embedded: z.literal(true),
    access_scopes: z.object({ scopes: z.string(), optional_scopes: z.array(z.string()) }),
    auth: z.object({ redirect_urls: z.array(z.url()).min(1) }),
    webhooks: z.object({
      api_version: z.literal("2026-10"),
      subscriptions: z.array(
        z.object({
          topics: z.array(z.string()).default([]),
          compliance_topics: z.array(z.string()).default([]),
          uri: z.literal("/webhooks"),
        }),
      ),
    }),
  })
  .parse(parse(readFileSync("shopify.app.toml", "utf8")));

const required = toml.access_scopes.scopes.split(",");
const topics = toml.webhooks.subscriptions.flatMap((subscription) => subscription.topics);

/** The topics of the Admin API, each with the scopes of which its subscription needs one. */
const scopesOfTopic = new Map<string, readonly string[]>(
  adminTopics().map(({ name, description }) => [
    /`([a-z_]+\/[a-z_]+)`/.exec(description ?? "")?.[1] ?? name,
    (description ?? "").split(/Requires (?:the|at least one of)/)[1]?.match(/\bread_\w+/g) ?? [],
  ]),
);

test("every topic exists and is subscribed to once", () => {
  expect(topics.length).toBeGreaterThan(30);
  expect(new Set(topics).size).toBe(topics.length);
  expect(topics.filter((topic) => !scopesOfTopic.has(topic))).toEqual([]);
});

test.each(topics)("%s needs no scope beyond those asked for at the install", (topic) => {
  const needed = scopesOfTopic.get(topic) ?? [];
  if (needed.length > 0) expect(required.some((scope) => needed.includes(scope))).toBe(true);
});

test("every compliance topic is there once", () => {
  const compliance = toml.webhooks.subscriptions.flatMap((s) => s.compliance_topics);
  expect(compliance.sort()).toEqual(["customers/data_request", "customers/redact", "shop/redact"]);
});

test("no scope is both required and optional", () => {
  const { optional_scopes: optional } = toml.access_scopes;
  expect(optional.filter((scope) => required.includes(scope))).toEqual([]);
  expect(required).toEqual(expect.arrayContaining(["read_products", "write_inventory"]));
});

function adminTopics(): IntrospectionEnumType["enumValues"] {
  const packed = "node_modules/@shopify/dev-mcp/dist/data/admin_2026-10.json.gz";
  const { data } = JSON.parse(gunzipSync(readFileSync(packed)).toString()) as {
    data: IntrospectionQuery;
  };
  const type = data.__schema.types.find(({ name }) => name === "WebhookSubscriptionTopic");
  if (type?.kind !== "ENUM") throw new Error("the schema has no WebhookSubscriptionTopic");
  return type.enumValues;
}

test("what the screens call needed at the installation is what the installation asks for", () => {
  expect(installScopes).toEqual(required);
});
