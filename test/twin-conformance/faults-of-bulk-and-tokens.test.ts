import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FaultSettings } from "#test/twin/faults/fault-table.ts";
import type { Twin } from "#test/twin/types.ts";
import { endedBulk, fetchResult, readBulk, resultLines, startBulk } from "./bulk-support.ts";
import {
  at,
  type Client,
  clientFor,
  exchangeToken,
  NORTH,
  postGraphql,
  refreshToken,
  startSmallTwin,
} from "./support.ts";

const SHOP = { query: "{ shop { id } }" };
const STOCK = `{ productVariants { edges { node { id sku inventoryItem { id
  inventoryLevels { edges { node { id } } } } } } } }`;

let twin: Twin;
let token: string;
let refresh: unknown;
let client: Client;
let nowMs: number;

beforeEach(async () => {
  nowMs = Date.parse("2026-11-23T10:00:00Z");
  twin = await startSmallTwin({ now: () => nowMs });
  const { body } = await exchangeToken(twin);
  token = String(body["access_token"]);
  refresh = body["refresh_token"];
  client = clientFor(twin, token);
});
afterEach(() => twin.close());

const set = (faults: Partial<FaultSettings>) => twin.operations.faults(faults);

describe("a fault of bulk operations", () => {
  it("bulkFails: FAILED, with a code and nothing else", async () => {
    set({ bulkFails: 100 });
    const { id } = await startBulk(client, STOCK);
    expect(await endedBulk(client, id)).toMatchObject({
      status: "FAILED",
      errorCode: "INTERNAL_SERVER_ERROR",
      url: null,
      partialDataUrl: null,
      completedAt: null,
    });
  });

  it("bulkPartial: FAILED, with the part that was read", async () => {
    set({ bulkPartial: 100 });
    const { id } = await startBulk(client, STOCK);
    const ended = await endedBulk(client, id);
    expect(ended).toMatchObject({ status: "FAILED", url: null, completedAt: null });
    const lines = await resultLines(twin, ended.partialDataUrl);
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.length).toBeLessThan(120);
    expect(String(lines.length)).toBe(ended.objectCount);
  });

  it("bulkStuck: stays RUNNING until it is cancelled", async () => {
    set({ bulkStuck: 100 });
    const { id } = await startBulk(client, STOCK);
    await expect
      .poll(async () => (await readBulk(client, id)).objectCount, { timeout: 10_000 })
      .toBe("120");
    expect((await readBulk(client, id)).status).toBe("RUNNING");
    await client("mutation($id: ID!) { bulkOperationCancel(id: $id) { userErrors { message } } }", {
      id,
    });
    expect((await endedBulk(client, id)).status).toBe("CANCELED");
  });

  it("bulkTorn: the file ends in mid-line, though fileSize says more", async () => {
    set({ bulkTorn: 100 });
    const { id } = await startBulk(client, STOCK);
    const ended = await endedBulk(client, id);
    const text = await (await fetchResult(twin, ended.url)).text();
    expect(text.length).toBeLessThan(Number(ended.fileSize));
    expect(() => JSON.parse(text.split("\n").at(-1) ?? "") as unknown).toThrow();
  });

  it("bulkBreaksOff: the connection ends before the file does, and goes on where asked to", async () => {
    const { id } = await startBulk(client, STOCK);
    const ended = await endedBulk(client, id);
    set({ bulkBreaksOff: 100 });
    await expect(fetchResult(twin, ended.url).then((answer) => answer.text())).rejects.toThrow();
    set({ bulkBreaksOff: 0 });
    const rest = await fetchResult(twin, ended.url, { range: "bytes=50-" });
    expect((await rest.text()).length).toBe(Number(ended.fileSize) - 50);
  });

  it("bulkExpired: as if seven days had passed", async () => {
    const { id } = await startBulk(client, STOCK);
    const { url } = await endedBulk(client, id);
    set({ bulkExpired: true });
    expect(await readBulk(client, id)).toMatchObject({ status: "EXPIRED", url: null });
    expect((await fetchResult(twin, url)).status).toBe(400);
  });

  it("bulkPace: so many objects a second", async () => {
    set({ bulkPace: 10 });
    const { id } = await startBulk(client, STOCK);
    await expect
      .poll(async () => Number((await readBulk(client, id)).objectCount), { timeout: 10_000 })
      .toBeGreaterThan(1);
    expect((await readBulk(client, id)).status).toBe("RUNNING");
    set({ bulkPace: 0 });
    expect((await endedBulk(client, id)).status).toBe("COMPLETED");
  });
});

describe("a fault of tokens and clocks", () => {
  it("tokenSeconds: the token dies in mid-job", async () => {
    set({ tokenSeconds: 5 });
    const { body } = await refreshToken(twin, refresh);
    expect(body["expires_in"]).toBe(5);
    const short = String(body["access_token"]);
    expect((await postGraphql(twin, short, SHOP)).status).toBe(200);
    nowMs += 5_000;
    expect((await postGraphql(twin, short, SHOP)).status).toBe(401);
  });

  it("lostRefreshes: the answer is lost, and the old refresh token still works", async () => {
    set({ lostRefreshes: 100 });
    await expect(refreshToken(twin, refresh)).rejects.toThrow();
    set({ lostRefreshes: 0 });
    expect((await refreshToken(twin, refresh)).status).toBe(200);
  });

  it("oauthErrors: the token endpoint answers 500", async () => {
    set({ oauthErrors: 100 });
    expect((await refreshToken(twin, refresh)).status).toBe(500);
    expect((await exchangeToken(twin)).status).toBe(500);
  });

  it("deadRefresh: invalid_grant, until the merchant opens the app", async () => {
    set({ deadRefresh: true });
    const answer = await refreshToken(twin, refresh);
    expect([answer.status, answer.body["error"]]).toEqual([400, "invalid_grant"]);
    expect((await exchangeToken(twin)).status).toBe(200);
  });

  it("revokeTokens: 401 at once, with or without the refresh tokens", async () => {
    twin.operations.revokeTokens({ shop: NORTH, keepRefreshTokens: true });
    expect((await postGraphql(twin, token, SHOP)).status).toBe(401);
    const renewed = await refreshToken(twin, refresh);
    expect(renewed.status).toBe(200);
    expect(twin.operations.revokeTokens({ shop: NORTH }).revoked).toBeGreaterThan(1);
    expect((await refreshToken(twin, renewed.body["refresh_token"])).status).toBe(400);
  });

  it("clockSkewSeconds: every stamp of Shopify's moves", async () => {
    set({ clockSkewSeconds: 90 });
    const { productId } = twin.operations.createProduct({ shop: NORTH });
    const answer = await client("query($id: ID!) { product(id: $id) { createdAt } }", {
      id: `gid://shopify/Product/${productId}`,
    });
    expect(at(answer, "product", "createdAt")).toBe("2026-11-23T10:01:30Z");
    const { headers } = await fetch(twin.url);
    expect(headers.get("date")).toBe("Mon, 23 Nov 2026 10:01:30 GMT");
  });
});
