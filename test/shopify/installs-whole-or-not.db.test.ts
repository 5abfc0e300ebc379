import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { readOfflineTokens } from "#app/shopify/session-store.ts";
import { type TestDatabase, testDatabase } from "../support/database.ts";
import { type FakeShopify, signSessionToken, startFakeShopify } from "./fake-shopify.ts";
import {
  app,
  fromScript,
  north,
  openedByAdmin,
  rejection,
  testShopify,
  testVault,
  thrownResponse,
} from "./set-up.ts";

let database: TestDatabase;
let shopify: FakeShopify;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.db.query("DELETE FROM sessions");
  shopify = await startFakeShopify();
});
afterEach(() => shopify.close());

/** Every column of every session, as one text. */
async function storedText(): Promise<string> {
  const { rows } = await database.db.query("SELECT * FROM sessions");
  return JSON.stringify(rows);
}

test("opening the app exchanges its session token, tells about it and lets the request in", async () => {
  const installed: [string, string][] = [];
  const room = testShopify({
    db: database.db,
    twinUrl: shopify.url,
    onInstalled: async (shop, scopes) => void installed.push([shop, scopes]),
  });
  const { session, sessionToken } = await room.authenticate.admin(openedByAdmin(north));
  expect(session.shop).toBe(north);
  expect(sessionToken.sub).toBe("42");
  expect(installed).toEqual([[north, "read_products,read_inventory"]]);
  const exchange = shopify.seen[0];
  expect(exchange?.headers["x-twin-shop"]).toBe(north);
  expect(exchange?.fields).toMatchObject({
    grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
    requested_token_type: "urn:shopify:params:oauth:token-type:offline-access-token",
    expiring: "1",
  });

  await room.authenticate.admin(fromScript(signSessionToken(app, north)));
  expect(shopify.issued).toHaveLength(1);
});

test("two loaders may exchange at once, and each tells about it", async () => {
  let told = 0;
  const room = testShopify({
    db: database.db,
    twinUrl: shopify.url,
    onInstalled: async () => void (told += 1),
  });
  const opened = openedByAdmin(north);
  await Promise.all([
    room.authenticate.admin(opened),
    room.authenticate.admin(new Request(opened.url, { headers: opened.headers })),
  ]);
  expect(shopify.issued.length).toBeGreaterThanOrEqual(1);
  expect(told).toBe(shopify.issued.length);
});

test("no token is stored in the clear, and both can be opened again", async () => {
  const vault = testVault();
  const room = testShopify({ db: database.db, vault, twinUrl: shopify.url });
  await room.authenticate.admin(openedByAdmin(north));
  const [pair] = shopify.issued;
  const stored = await storedText();
  expect(stored).toContain(`offline_${north}`);
  expect(stored).not.toContain(pair?.accessToken ?? "shpat_");
  expect(stored).not.toContain(pair?.refreshToken ?? "shprt_");
  expect(stored).not.toMatch(/shpat_|shprt_/);

  expect(await room.sessionStorage.loadSession(`offline_${north}`)).toMatchObject({
    accessToken: pair?.accessToken,
    refreshToken: pair?.refreshToken,
  });
  expect(await room.sessionStorage.findSessionsByShop(north)).toHaveLength(1);
  expect(await readOfflineTokens(database.db, vault, north)).toMatchObject({
    accessToken: pair?.accessToken,
    refreshToken: pair?.refreshToken,
  });
});

test("a sealed token moved to another shop's row cannot be opened there", async () => {
  const vault = testVault();
  const room = testShopify({ db: database.db, vault, twinUrl: shopify.url });
  await room.authenticate.admin(openedByAdmin(north));
  const south = "south.myshopify.com";
  await database.db.query("UPDATE sessions SET id = $1, shop = $2", [`offline_${south}`, south]);
  expect(await room.sessionStorage.loadSession(`offline_${south}`)).toBeUndefined();
  expect(await readOfflineTokens(database.db, vault, south)).toBeUndefined();
});

test("after the encryption key was changed a visit exchanges anew", async () => {
  const before = testShopify({ db: database.db, twinUrl: shopify.url });
  await before.authenticate.admin(openedByAdmin(north));
  const after = testShopify({ db: database.db, twinUrl: shopify.url });
  expect(await after.sessionStorage.loadSession(`offline_${north}`)).toBeUndefined();
  await after.authenticate.admin(openedByAdmin(north));
  expect(shopify.issued).toHaveLength(2);
});

test("an installation that could not be written down is repeated at the next request", async () => {
  const told: string[] = [];
  let broken = true;
  const room = testShopify({
    db: database.db,
    twinUrl: shopify.url,
    async onInstalled(shop) {
      if (broken) throw new Error("the database went away");
      told.push(shop);
    },
  });
  const error = await rejection(room.authenticate.admin(openedByAdmin(north)));
  expect(String(error)).toContain("the database went away");
  broken = false;
  await room.authenticate.admin(openedByAdmin(north));
  expect(told).toEqual([north]);
});

test("a Shopify that fails the exchange is 503 and leaves nothing behind", async () => {
  shopify.onToken(() => ({ status: 500, body: { error: "oops" } }));
  const room = testShopify({ db: database.db, twinUrl: shopify.url });
  expect((await thrownResponse(room.authenticate.admin(openedByAdmin(north)))).status).toBe(503);
  expect(await storedText()).toBe("[]");
});

test("a Shopify that cannot be reached is 503", async () => {
  const room = testShopify({ db: database.db, twinUrl: shopify.url });
  await shopify.close();
  expect((await thrownResponse(room.authenticate.admin(openedByAdmin(north)))).status).toBe(503);
});

test("a token that Shopify itself turns down gets 401, or a fresh token for a document", async () => {
  shopify.onToken(() => ({ status: 400, body: { error: "invalid_subject_token" } }));
  const room = testShopify({ db: database.db, twinUrl: shopify.url });
  const script = fromScript(signSessionToken(app, north));
  expect((await thrownResponse(room.authenticate.admin(script))).status).toBe(401);
  const document = await thrownResponse(room.authenticate.admin(openedByAdmin(north)));
  expect(document.headers.get("location")).toContain("/auth/session-token");
});

test("a shop that is forgotten has no session any more; another one keeps its own", async () => {
  const room = testShopify({ db: database.db, twinUrl: shopify.url });
  const south = "south.myshopify.com";
  await room.authenticate.admin(openedByAdmin(north));
  await room.authenticate.admin(openedByAdmin(south));
  await database.db.transaction((tx) => room.forgetShop(tx, north));
  expect(await room.sessionStorage.findSessionsByShop(north)).toEqual([]);
  expect(await room.sessionStorage.findSessionsByShop(south)).toHaveLength(1);
});
