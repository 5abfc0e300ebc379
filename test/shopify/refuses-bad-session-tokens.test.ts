import { afterAll, expect, test } from "vitest";
import { signSessionToken } from "./fake-shopify.ts";
import {
  app,
  fromScript,
  noDatabase,
  north,
  openedByAdmin,
  testShopify,
  thrownResponse,
} from "./set-up.ts";

// No database and no Shopify: nothing is asked before the token has proved itself.
const db = noDatabase();
afterAll(() => db.close());
const shopify = testShopify({
  db,
  send: () => Promise.reject(new Error("nobody should be asked")),
});

const nowSeconds = Math.floor(Date.now() / 1000);
const good = signSessionToken(app, north);
const [header = "", claims = "", signature = ""] = good.split(".");
const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
const forged = { ...(JSON.parse(Buffer.from(claims, "base64url").toString()) as object), sub: "1" };

const badTokens: [string, string][] = [
  ["tampered with: other claims", `${header}.${encode(forged)}.${signature}`],
  ["tampered with: other signature", `${header}.${claims}.${"A".repeat(43)}`],
  ["without a signature", `${header}.${claims}.`],
  ["with the algorithm none", `${encode({ alg: "none", typ: "JWT" })}.${claims}.`],
  ["expired", signSessionToken(app, north, { exp: nowSeconds - 60, nbf: nowSeconds - 120 })],
  ["not valid yet", signSessionToken(app, north, { nbf: nowSeconds + 600 })],
  ["of another app", signSessionToken(app, north, { aud: "another-api-key" })],
  ["signed by another app", signSessionToken({ ...app, apiSecret: "another" }, north)],
  ["for another site", signSessionToken(app, north, { dest: "https://evil.example" })],
  ["for no site", signSessionToken(app, north, { dest: undefined })],
  ["for a shop without https", signSessionToken(app, north, { dest: north })],
  ["for a claim that is no text", signSessionToken(app, north, { dest: 7 })],
  ["that is no token", "garbage"],
  ["that looks like one", "a.b.c"],
  ["whose claims are null", `${header}.${Buffer.from("null").toString("base64url")}.${signature}`],
  ["of 8 KB", "x".repeat(8192)],
];

test.each(badTokens)(
  "a session token %s gets 401 and a chance to fetch a fresh one",
  async (_n, token) => {
    const answer = await thrownResponse(shopify.authenticate.admin(fromScript(token)));
    expect(answer.status).toBe(401);
    expect(answer.headers.get("x-shopify-retry-invalid-session-request")).toBe("1");
  },
);

test.each(["Bearer", "Bearer ", "Basic YTpi", "Bearer two words", "token"])(
  "an Authorization header %j gets 401",
  async (authorization) => {
    const request = new Request("https://converge.test/app", { headers: { authorization } });
    expect((await thrownResponse(shopify.authenticate.admin(request))).status).toBe(401);
  },
);

test.each([
  ["expired", { exp: nowSeconds - 60, nbf: nowSeconds - 120 }],
  ["of another app", { aud: "another-api-key" }],
])("a document whose token is %s shows nothing and fetches a fresh token", async (_name, wrong) => {
  const answer = await thrownResponse(shopify.authenticate.admin(openedByAdmin(north, wrong)));
  expect(answer.status).toBe(302);
  expect(answer.headers.get("location")).toMatch(/^\/auth\/session-token\?/);
});

test("a document that says no shop is sent away", async () => {
  const request = new Request("https://converge.test/app?shop=evil.example&host=eA");
  const answer = await thrownResponse(shopify.authenticate.admin(request));
  expect(answer.status).toBe(302);
  expect(answer.headers.get("location")).toBe("/auth/login");
});
