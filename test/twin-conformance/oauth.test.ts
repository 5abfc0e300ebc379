import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mintSessionToken } from "#test/twin/oauth/session-token.ts";
import type { Twin } from "#test/twin/types.ts";
import {
  API_KEY,
  API_SECRET,
  clientFor,
  exchangeToken,
  NORTH,
  ONLINE,
  postGraphql,
  refreshToken,
  SOUTH,
  startSmallTwin,
} from "./support.ts";

const START_MS = Date.parse("2026-11-23T10:00:00Z");
const HOUR_MS = 3_600_000;

let twin: Twin;
let nowMs = START_MS;

beforeAll(async () => {
  twin = await startSmallTwin({ now: () => nowMs });
});
afterAll(() => twin.close());

const SHOP_QUERY = { query: "{ shop { id } }" };

describe("token exchange", () => {
  it("installs the app and returns an expiring offline token with a refresh token", async () => {
    expect(twin.operations.installState({ shop: SOUTH }).installed).toBe(false);
    const answer = await exchangeToken(twin, {}, SOUTH);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      access_token: expect.stringMatching(/^shpat_/) as string,
      scope: expect.stringContaining("write_inventory") as string,
      expires_in: 3600,
      refresh_token: expect.stringMatching(/^shprt_/) as string,
      refresh_token_expires_in: 7_776_000,
    });
    expect(twin.operations.installState({ shop: SOUTH }).installed).toBe(true);
    const token = String(answer.body["access_token"]);
    expect((await clientFor(twin, token, SOUTH)("{ shop { myshopifyDomain } }")).data).toEqual({
      shop: { myshopifyDomain: SOUTH },
    });
  });

  it("lets two exchanges happen at once, both tokens being good", async () => {
    const answers = await Promise.all([exchangeToken(twin), exchangeToken(twin)]);
    const tokens = answers.map(({ body }) => String(body["access_token"]));
    expect(new Set(tokens).size).toBe(2);
    for (const token of tokens) {
      expect((await postGraphql(twin, token, SHOP_QUERY)).status).toBe(200);
    }
  });

  it("returns the user with online tokens, and no refresh token", async () => {
    const { body } = await exchangeToken(twin, { requested_token_type: ONLINE });
    expect(body).toMatchObject({
      expires_in: 86_400,
      associated_user: { account_owner: true, locale: "en" },
      associated_user_scope: expect.any(String) as string,
    });
    expect(body).not.toHaveProperty("refresh_token");
  });

  it("gives tokens that do not expire to apps that do not ask for it", async () => {
    const { body } = await exchangeToken(twin, { expiring: "0" });
    expect(Object.keys(body).sort()).toEqual(["access_token", "scope"]);
  });

  const mint = (changes: Partial<Parameters<typeof mintSessionToken>[0]>) =>
    mintSessionToken({
      apiKey: API_KEY,
      apiSecret: API_SECRET,
      shop: NORTH,
      nowMs: START_MS,
      ...changes,
    });

  it.each([
    ["signed with another secret", () => mint({ apiSecret: "wrong" })],
    ["for another app", () => mint({ apiKey: "other" })],
    ["for another shop", () => mint({ shop: SOUTH })],
    ["expired", () => mint({ nowMs: START_MS - HOUR_MS })],
    ["not valid yet", () => mint({ nowMs: START_MS + HOUR_MS })],
    ["not a token", () => "nonsense"],
    ["unsigned", () => `${mint({}).split(".").slice(0, 2).join(".")}.`],
  ])("refuses a session token that is %s", async (_name, token) => {
    const answer = await exchangeToken(twin, { subject_token: token() });
    expect(answer.status).toBe(400);
    expect(answer.body["error"]).toBe("invalid_subject_token");
  });

  it("refuses a wrong client secret with 401", async () => {
    const answer = await exchangeToken(twin, { client_secret: "wrong" });
    expect(answer.status).toBe(401);
    expect(answer.body["error"]).toBe("invalid_client");
  });
});

describe("expiry and refresh", () => {
  it("answers 401 in Shopify's words to a token that is unknown or too old", async () => {
    const { body } = await exchangeToken(twin);
    const token = String(body["access_token"]);
    const unknown = await postGraphql(twin, "shpat_nobody", SHOP_QUERY);
    expect(unknown.status).toBe(401);
    expect(unknown.body).toEqual({
      errors: "[API] Invalid API key or access token (unrecognized login or wrong password)",
    });
    nowMs += HOUR_MS + 1000;
    expect((await postGraphql(twin, token, SHOP_QUERY)).status).toBe(401);
  });

  it("keeps the old refresh token good until the new one is used", async () => {
    const first = (await exchangeToken(twin)).body["refresh_token"];
    const second = await refreshToken(twin, first);
    expect(second.body).toMatchObject({ expires_in: 3600, refresh_token_expires_in: 7_776_000 });
    // The answer with the second got lost: the first still works.
    const third = await refreshToken(twin, first);
    expect(third.status).toBe(200);
    // The third is used: now the first is gone.
    expect((await refreshToken(twin, third.body["refresh_token"])).status).toBe(200);
    const late = await refreshToken(twin, first);
    expect(late.status).toBe(400);
    expect(late.body["error"]).toBe("invalid_grant");
  });

  it("forgets a refresh token after 90 days", async () => {
    const token = (await exchangeToken(twin)).body["refresh_token"];
    nowMs += 91 * 24 * HOUR_MS;
    expect((await refreshToken(twin, token)).body["error"]).toBe("invalid_grant");
  });

  it("refuses the refresh token of another shop", async () => {
    const token = (await exchangeToken(twin)).body["refresh_token"];
    expect((await refreshToken(twin, token, SOUTH)).status).toBe(400);
  });

  it("kills every token when the app is uninstalled", async () => {
    const { body } = await exchangeToken(twin);
    twin.operations.uninstall({ shop: NORTH });
    expect((await postGraphql(twin, String(body["access_token"]), SHOP_QUERY)).status).toBe(401);
    expect((await refreshToken(twin, body["refresh_token"])).body["error"]).toBe("invalid_grant");
  });
});
