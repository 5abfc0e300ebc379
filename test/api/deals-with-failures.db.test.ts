import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createLanes } from "#app/delivery/index.server.ts";
import { soon } from "#test/delivery/lane-set-up.ts";
import {
  type ConnectedSystem,
  connectSystem,
  publish,
  statusesOf,
} from "#test/delivery/publish.ts";
import { type Receiver, startReceiver } from "#test/delivery/receiver.ts";
import { createWorkbench } from "#test/processing/workbench.ts";
import { productBody } from "#test/worker/webhooks.ts";
import { type ApiRig, createApiRig } from "./api-rig.ts";

let api: ApiRig;
let receiver: Receiver;
let system: ConnectedSystem;
let merchant: string;

interface Letters {
  readonly items: { id: string; domain: string; at: string }[];
}

beforeAll(async () => {
  api = await createApiRig();
});
afterAll(() => api.close());

/** A store whose system has refused three changes for good. */
beforeEach(async () => {
  const { rig } = api;
  receiver = await startReceiver();
  receiver.react = () => ({ status: 422 });
  const shop = await rig.installedShop();
  merchant = api.merchant(shop);
  system = await connectSystem(rig, shop, receiver.url, { domains: ["inventory", "products"] });
  await publish(
    rig,
    shop,
    { resource: "a" },
    { resource: "b" },
    { resource: "c", domain: "products" },
  );
  const lanes = createLanes(rig);
  await expect.poll(() => statusesOf(rig, shop), soon).toEqual(["dead", "dead", "dead"]);
  await lanes.stop(1_000);
  return async () => {
    await receiver.close();
    await rig.db.query("UPDATE systems SET deleted_at = now()");
  };
});

const get = async (path: string) => (await api.call(merchant, "GET", path)).body;
const post = (path: string, body?: unknown, bearer = merchant) =>
  api.call(bearer, "POST", path, body);

describe("dead letters", () => {
  it("are previewed, replayed and discarded by filter", async () => {
    const { rig } = api;
    const shop = await rig.installedShop();
    const own = api.merchant(shop);
    const bench = createWorkbench(rig);
    const body = productBody(7, new Date().toISOString(), []);
    await bench.process({ shop, topic: "products/create", body });
    const kill = () =>
      rig.db.query("UPDATE events SET status = 'dead', reason = 'test' WHERE shop = $1", [shop]);
    await kill();
    const filter = { kind: "event" };
    const preview = await post("/dead-letters/replay", { filter, dryRun: true }, own);
    expect(preview).toMatchObject({ status: 200, body: { count: 1, effects: { willProcess: 1 } } });
    const none = { filter: { ...filter, to: "2020-01-01T00:00:00Z" }, reason: "old" };
    expect((await post("/dead-letters/discard", none, own)).body).toEqual({ count: 0 });
    const replayed = await post("/dead-letters/replay", { filter }, own);
    expect(replayed).toMatchObject({ status: 202, body: { count: 1 } });
    await kill();
    const discard = { filter, reason: "not needed" };
    expect((await post("/dead-letters/discard", discard, own)).body).toEqual({ count: 1 });
    expect((await api.call(own, "GET", "/dead-letters")).body).toMatchObject({ items: [] });
  });

  it("are listed by domain, system, kind and time", async () => {
    const { items } = (await get("/dead-letters")) as Letters;
    expect(items).toHaveLength(3);
    const countFor = async (query: string) =>
      ((await get(`/dead-letters?${query}`)) as Letters).items.length;
    expect(await countFor("domain=products")).toBe(1);
    expect(await countFor("kind=delivery")).toBe(3);
    expect(await countFor("kind=event")).toBe(0);
    expect(await countFor(`systemId=${system.id}`)).toBe(3);
    expect(await countFor("systemId=sys_other")).toBe(0);
    expect(await countFor("to=2020-01-01T00:00:00Z")).toBe(0);
    expect(await countFor(`from=${items[2]?.at ?? ""}&domain=inventory`)).toBe(2);
    expect(await api.call(merchant, "GET", "/dead-letters?domain=weather")).toMatchObject({
      status: 422,
      body: { errors: [{ field: "domain" }] },
    });
  });
});

describe("issues", () => {
  const theIssue = async (query = "") => {
    const { items } = (await get(`/issues${query}`)) as { items: { id: string; state: string }[] };
    return items[0];
  };

  it("are acknowledged, ignored and opened again; each is on record", async () => {
    const id = (await theIssue())?.id ?? "";
    expect(await theIssue()).toMatchObject({
      state: "open",
      systemId: system.id,
      cause: "4xx:rejected",
      resources: 3,
    });
    expect((await post(`/issues/${id}/acknowledge`)).body).toMatchObject({ state: "acknowledged" });
    expect((await post(`/issues/${id}/acknowledge`)).body).toMatchObject({ state: "acknowledged" });
    expect((await post(`/issues/${id}/ignore`)).body).toMatchObject({ state: "ignored" });
    expect(await post(`/issues/${id}/acknowledge`)).toMatchObject({
      status: 409,
      body: { detail: "This issue is ignored: open it again first." },
    });
    expect(await theIssue()).toBeUndefined();
    expect(await theIssue("?state=ignored")).toMatchObject({ id });
    expect((await post(`/issues/${id}/reopen`)).body).toMatchObject({ state: "open" });
    expect(await theIssue(`?systemId=${system.id}`)).toMatchObject({ id, state: "open" });
    const { rows } = await api.rig.db.query<{ action: string }>(
      "SELECT action FROM audit_entries WHERE subject = $1 ORDER BY id",
      [id],
    );
    expect(rows.map((row) => row.action)).toEqual([
      "delivery-issue.acknowledged",
      "delivery-issue.ignored",
      "delivery-issue.reopened",
    ]);
  });

  it("are the merchant's to decide, and of no other store", async () => {
    const id = (await theIssue())?.id ?? "";
    expect((await post(`/issues/${id}/ignore`, undefined, system.apiKey)).status).toBe(403);
    const other = api.merchant(await api.rig.installedShop());
    expect((await post(`/issues/${id}/ignore`, undefined, other)).status).toBe(404);
  });

  it("are paged without a gap, also when several were seen at the same moment", async () => {
    const second = await connectSystem(api.rig, system.shop, receiver.url);
    await api.rig.db.query(
      `INSERT INTO delivery_issues (id, shop, system_id, fingerprint, state_since, reason, count,
         first_seen_at, last_seen_at)
       SELECT gen_random_uuid(), $1, $2, 'made-' || n, now(), 'made', 1, now(), $3::timestamptz
       FROM generate_series(1, 5) n`,
      [system.shop, second.id, new Date()],
    );
    const seen: string[] = [];
    for (let next: string | null = ""; next !== null; ) {
      const after: string = next === "" ? "" : `&after=${next}`;
      const page = (await get(`/issues?limit=2${after}`)) as {
        items: { id: string }[];
        next: string | null;
      };
      seen.push(...page.items.map((item) => item.id));
      next = page.next;
    }
    expect([seen.length, new Set(seen).size]).toEqual([6, 6]);
  });
});

describe("a replay", () => {
  it("tells how far it is, and is paused, resumed and cancelled", async () => {
    // Two go at once; the third waits for the next second.
    const started = await post("/dead-letters/replay", { filter: {}, pacePerSecond: 2 });
    expect(started).toMatchObject({ status: 202, body: { count: 3 } });
    const { jobId } = started.body as { jobId: string };
    const path = `/replays/${jobId}`;
    expect(await get(path)).toMatchObject({ status: "running", total: 3, done: 2 });
    expect(await get("/replays")).toMatchObject({ items: [{ id: jobId }], next: null });
    expect((await post(`${path}/pause`)).body).toMatchObject({ status: "paused" });
    expect((await post(`${path}/resume`)).body).toMatchObject({ status: "running" });
    expect((await post(`${path}/cancel`)).body).toMatchObject({ status: "cancelled", done: 2 });
    for (const verb of ["resume", "pause"])
      expect(await post(`${path}/${verb}`)).toMatchObject({
        status: 409,
        body: { detail: "This replay is cancelled: it cannot be changed any more." },
      });
    const other = api.merchant(await api.rig.installedShop());
    expect((await api.call(other, "GET", path)).status).toBe(404);
    expect((await post(`${path}/cancel`, undefined, other)).status).toBe(404);
    expect((await post(`${path}/cancel`, undefined, system.apiKey)).status).toBe(403);
  });

  it("at a pace that is none is refused by the name of the field", async () => {
    for (const pacePerSecond of [0, -1, 5_000, "fast"])
      expect(await post("/dead-letters/replay", { filter: {}, pacePerSecond })).toMatchObject({
        status: 422,
        body: { errors: [{ field: "pacePerSecond" }] },
      });
  });
});
