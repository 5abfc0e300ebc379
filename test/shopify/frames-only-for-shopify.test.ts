import { afterAll, expect, test } from "vitest";
import { appUrl, hostOf, noDatabase, north, testShopify, thrownResponse } from "./set-up.ts";

const db = noDatabase();
afterAll(() => db.close());

const twinUrl = "http://127.0.0.1:4000";
const cdn = "https://cdn.shopify.com/shopifycloud/app-bridge.js";

/** The headers of a document opened with that query. */
function documentHeaders(twin: string | undefined, query: string): Headers {
  const headers = new Headers();
  testShopify({ db, twinUrl: twin }).addDocumentResponseHeaders(
    new Request(`${appUrl}/app?${query}`),
    headers,
  );
  return headers;
}

function frameAncestors(headers: Headers): string[] {
  const policy = headers.get("content-security-policy") ?? "";
  return (/frame-ancestors ([^;]*)/.exec(policy)?.[1] ?? "").split(" ");
}

test("in production a document can be framed by its shop and the Shopify admin, nobody else", () => {
  const ancestors = frameAncestors(documentHeaders(undefined, `shop=${north}`));
  expect(ancestors).toContain(`https://${north}`);
  expect(ancestors).toContain("https://admin.shopify.com");
  for (const ancestor of ancestors)
    expect(ancestor).toMatch(
      /\.(?:shopify\.com|myshopify\.com|myshopify\.io|spin\.dev|shop\.dev)$/,
    );
});

test.each(["", "shop=evil.example.com", "shop=north.myshopify.com.evil.example"])(
  "a document of no shop (%j) can be framed by the Shopify admin only",
  (query) => {
    expect(frameAncestors(documentHeaders(undefined, query))).toEqual([
      "https://admin.shopify.com",
    ]);
    expect(documentHeaders(undefined, query).get("link")).toBeNull();
  },
);

test("with a twin its origin may frame as well, and serves App Bridge", () => {
  const headers = documentHeaders(twinUrl, `shop=${north}`);
  expect(frameAncestors(headers)).toContain(twinUrl);
  expect(headers.get("link")).toContain(`<${twinUrl}/app-bridge.js>`);
  expect(testShopify({ db, twinUrl }).appBridge.url).toBe(`${twinUrl}/app-bridge.js`);
});

test("in production App Bridge comes from Shopify", () => {
  expect(documentHeaders(undefined, `shop=${north}`).get("link")).toContain(`<${cdn}>`);
  expect(testShopify({ db }).appBridge).toEqual({ url: cdn, apiKey: "the-api-key" });
});

const bouncePage = () =>
  new Request(
    `${appUrl}/auth/session-token?${new URLSearchParams({ shop: north, host: hostOf(north) }).toString()}`,
    { headers: { "user-agent": "Mozilla/5.0 Chrome/153.0.0.0" } },
  );

test("the page that fetches a fresh session token obeys the same rules in production", async () => {
  const page = await thrownResponse(testShopify({ db }).authenticate.admin(bouncePage()));
  expect(page.status).toBe(200);
  expect(frameAncestors(page.headers)).not.toContain(twinUrl);
  expect(await page.text()).toContain(`src="${cdn}"`);
});

test("the page that fetches a fresh session token obeys the same rules with a twin", async () => {
  const page = await thrownResponse(testShopify({ db, twinUrl }).authenticate.admin(bouncePage()));
  expect(frameAncestors(page.headers)).toContain(twinUrl);
  const html = await page.text();
  expect(html).toContain(`src="${twinUrl}/app-bridge.js"`);
  expect(html).not.toContain("cdn.shopify.com");
});

test("the way out of the frame does not lead to a foreign site", async () => {
  const request = new Request(
    `${appUrl}/auth/exit-iframe?${new URLSearchParams({ shop: north, exitIframe: "https://evil.example" }).toString()}`,
    { headers: { "user-agent": "Mozilla/5.0 Chrome/153.0.0.0" } },
  );
  const answer = await thrownResponse(testShopify({ db }).authenticate.admin(request));
  expect(answer.status).toBe(400);
});
