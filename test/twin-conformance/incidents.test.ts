import { afterEach, beforeEach, expect, it } from "vitest";
import type { Twin } from "#test/twin/types.ts";
import {
  at,
  clientFor,
  exchangeToken,
  NORTH,
  postGraphql,
  startSmallTwin,
  startTestApp,
  type TestApp,
} from "./support.ts";

const TOML = '[webhooks]\n[[webhooks.subscriptions]]\ntopics = ["customers/create"]\nuri = "/w"\n';

let app: TestApp;
let twin: Twin;
let token: string;

beforeEach(async () => {
  app = await startTestApp();
  twin = await startSmallTwin({ appUrl: app.url, appTomlText: TOML });
  token = String((await exchangeToken(twin)).body["access_token"]);
});
afterEach(async () => {
  await twin.close();
  await app.close();
});

const customer = () => twin.operations.createCustomer({ shop: NORTH });
const running = (name: string) =>
  twin.operations.incidents().find((each) => each.name === name)?.running ?? null;

it("outage then surge: silence, then everything at once, then a good day", async () => {
  const started = twin.operations.incident({ name: "outage_then_surge", seconds: 4 });
  expect(started.running).toMatchObject({ phase: "Nothing is sent" });
  for (let count = 0; count < 10; count += 1) customer();
  await new Promise((done) => setTimeout(done, 100));
  expect(app.received).toEqual([]);
  await expect
    .poll(() => running("outage_then_surge")?.phase, { timeout: 10_000 })
    .toBe("Everything arrives at once");
  await twin.settled();
  expect(app.received).toHaveLength(10);
  await expect.poll(() => running("outage_then_surge"), { timeout: 10_000 }).toBeNull();
  expect(twin.operations.faults().hold).toBe(false);
});

it("retries dropped: deliveries are lost though the app answers 200", async () => {
  twin.operations.incident({ name: "retries_dropped", seconds: 60 });
  for (let count = 0; count < 200; count += 1) customer();
  await twin.settled();
  const { dropped, delivered } = twin.operations.ledger().counters;
  expect(dropped).toBeGreaterThan(5);
  expect(dropped + delivered).toBe(200);
  expect(app.received).toHaveLength(delivered);
  twin.operations.incident({ name: "retries_dropped", stop: true });
  expect(twin.operations.faults()).toMatchObject({ dropRetries: 0, unreachable: 0 });
});

it("subscriptions deleted: those made through the API are gone, those of the file stay", async () => {
  const client = clientFor(twin, token);
  await client(`mutation { webhookSubscriptionCreate(topic: CUSTOMERS_UPDATE,
    webhookSubscription: { uri: "${app.url}/api-made" }) { userErrors { message } } }`);
  twin.operations.incident({ name: "subscriptions_deleted", seconds: 0.05 });
  const count = await client("{ webhookSubscriptionsCount { count } }");
  expect(at(count, "webhookSubscriptionsCount", "count")).toBe(0);
  customer();
  await twin.settled();
  expect(app.received).toHaveLength(1);
});

it("cyber monday: the API fails while webhooks flow; what was set before comes back", async () => {
  twin.operations.faults({ http5xx: 1 });
  twin.operations.incident({ name: "cyber_monday", seconds: 60 });
  twin.operations.faults({ slowMs: 0, http5xx: 100 });
  const answer = await fetch(`${twin.url}/admin/api/2026-10/graphql.json`, {
    method: "POST",
    headers: { "x-twin-shop": NORTH, "x-shopify-access-token": token },
    body: "{}",
  });
  expect(answer.status).toBeGreaterThanOrEqual(500);
  customer();
  await twin.settled();
  expect(app.received).toHaveLength(1);
  twin.operations.incident({ name: "cyber_monday", stop: true });
  expect(twin.operations.faults()).toMatchObject({ http5xx: 1, oauthErrors: 0, slowShare: 0 });
  twin.operations.faults({ http5xx: 0 });
  expect((await postGraphql(twin, token, { query: "{ shop { id } }" })).status).toBe(200);
});
