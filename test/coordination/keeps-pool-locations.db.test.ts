import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  addPoolLocation,
  dropOrphans,
  forgetGroupsOfShop,
  leaveGroup,
  listPoolLocations,
  mapLocations,
  removePoolLocation,
} from "#app/coordination/index.server.ts";
import { tablesNaming } from "#test/privacy/whole-database.ts";
import { type ApiRig, createApiRig } from "#test/api/api-rig.ts";

/** Where a group keeps stock: who says it, and what cannot be. */

interface Place {
  readonly id: string;
  readonly name: string;
  readonly shownAt?: string | null;
}

let api: ApiRig;
let north: string;
let south: string;
let groupId: string;

const as = (shop: string, method: string, path: string, body?: unknown) =>
  api.call(api.merchant(shop), method, path, body);
const at = (path = "") => `/store-groups/${groupId}/pool-locations${path}`;
const add = async (name: string, shop = north) =>
  (await as(shop, "POST", at(), { name })).body as Place;
const listed = async (shop: string) =>
  ((await as(shop, "GET", at())).body as { items: Place[] }).items;
const map = (shop: string, ...items: readonly [string, string | null][]) =>
  as(shop, "PUT", at(), {
    items: items.map(([poolLocation, shownAt]) => ({ poolLocation, shownAt })),
  });
const place = (id: number) => `gid://shopify/Location/${String(id)}`;
const errorsOf = (answer: { body: unknown }) =>
  ((answer.body as { errors?: { field: string; message: string }[] }).errors ?? []).map(
    ({ field }) => field,
  );
const caller = (shop: string) => ({ shop, actor: "user:1" });
const deps = () => ({ ...api.rig, enqueue: api.queue.enqueue });

beforeAll(async () => {
  api = await createApiRig();
});
afterAll(() => api.close());
beforeEach(async () => {
  [north, south] = [await api.rig.installedShop(), await api.rig.installedShop()];
  groupId = ((await as(north, "POST", "/store-groups", { name: "Outdoor" })).body as Place).id;
  const made = await as(north, "POST", "/store-groups/pairing-codes", { groupId });
  const { code } = made.body as { code: string };
  await as(south, "POST", "/store-groups/join", { code });
});

describe("the pool locations of a group", () => {
  it("are one, named after the group, until its members add others and name them", async () => {
    expect(await listed(south)).toEqual([{ id: "default", name: "Outdoor", shownAt: "most" }]);
    const west = await add("West");
    expect((await as(south, "PATCH", at("/default"), { name: "East" })).status).toBe(200);
    expect((await as(south, "PATCH", at(`/${west.id}`), { name: "Far West" })).body).toEqual({
      id: west.id,
      name: "Far West",
    });
    expect(await listed(north)).toEqual([
      { id: "default", name: "East", shownAt: "most" },
      { id: west.id, name: "Far West", shownAt: null },
    ]);
    const { rows } = await api.rig.db.query<{ shop: string; action: string }>(
      "SELECT shop, action FROM audit_entries WHERE subject = $1 AND action LIKE 'pool-location%' ORDER BY id",
      [groupId],
    );
    expect(rows.map(({ shop, action }) => [shop, action])).toEqual([
      [north, "pool-location.added"],
      [south, "pool-location.renamed"],
      [south, "pool-location.renamed"],
    ]);
  });

  it("have each a name of their own, whoever adds them at once", async () => {
    expect(errorsOf(await as(north, "POST", at(), { name: "outdoor" }))).toEqual(["name"]);
    const added = await Promise.all(
      [north, south, north, south].map((shop) => as(shop, "POST", at(), { name: "West" })),
    );
    expect(added.map(({ status }) => status).sort()).toEqual([201, 422, 422, 422]);
    expect(errorsOf(await as(north, "PATCH", at("/default"), { name: "WEST" }))).toEqual(["name"]);
    for (let count = 3; count <= 20; count += 1) await add(`Number ${String(count)}`);
    expect((await as(north, "POST", at(), { name: "One too many" })).status).toBe(409);
  });

  it("are nobody's business outside of the group, and a system's only to read", async () => {
    const stranger = await api.rig.installedShop();
    expect((await as(stranger, "GET", at())).status).toBe(404);
    expect((await as(stranger, "POST", at(), { name: "Mine" })).status).toBe(404);
    expect(await addPoolLocation(api.rig, caller(stranger), "Mine")).toEqual({ outcome: "gone" });
    const wanted = { name: "WMS", kind: "wms", url: "http://127.0.0.1:9/", domains: ["inventory"] };
    const { apiKey } = (await as(north, "POST", "/systems", wanted)).body as { apiKey: string };
    expect((await api.call(apiKey, "GET", at())).status).toBe(200);
    expect((await api.call(apiKey, "POST", at(), { name: "Mine" })).status).toBe(403);
  });

  it("are shown by each store where it says, never two at one of its locations", async () => {
    const west = await add("West");
    expect((await map(north, ["default", place(1)], [west.id, place(2)])).status).toBe(200);
    // What one store says is not what the other does.
    expect((await listed(south)).map(({ shownAt }) => shownAt)).toEqual(["most", null]);
    expect(errorsOf(await map(north, ["default", place(2)], [west.id, place(2)]))).toEqual([
      "items.0.shownAt",
      "items.1.shownAt",
    ]);
    expect(errorsOf(await map(north, [west.id, "most"]))).toEqual(["items.0.shownAt"]);
    expect(errorsOf(await map(north, ["ploc_guessed", place(3)]))).toEqual([
      "items.0.poolLocation",
    ]);
    expect(errorsOf(await map(north, [west.id, "Berlin"]))).toEqual(["items.0.shownAt"]);
    expect((await listed(north)).map(({ shownAt }) => shownAt)).toEqual([place(1), place(2)]);
    // Round at once; what is left out is shown nowhere.
    expect((await map(north, ["default", place(2)], [west.id, place(1)])).status).toBe(200);
    expect((await listed(north)).map(({ shownAt }) => shownAt)).toEqual([place(2), place(1)]);
    expect((await map(north, [west.id, place(1)])).status).toBe(200);
    expect((await listed(north)).map(({ shownAt }) => shownAt)).toEqual([null, place(1)]);
    const { rows } = await api.rig.db.query<{ detail: object }>(
      "SELECT detail FROM audit_entries WHERE shop = $1 AND action = 'store-group.locations-mapped' ORDER BY id",
      [north],
    );
    expect(rows.at(-1)?.detail).toEqual({ places: { [west.id]: place(1) } });
    expect(rows).toHaveLength(3);
  });

  it("are said by two stores at once, and by one store twice, without losing one", async () => {
    const [west, far] = [await add("West"), await add("Far West")];
    const answers = await Promise.all([
      map(north, ["default", place(1)], [west.id, place(2)]),
      map(south, ["default", place(7)], [far.id, place(8)]),
      map(north, ["default", place(2)], [west.id, place(1)]),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    const [, ...mine] = (await listed(north)).map(({ shownAt }) => shownAt);
    expect(mine).toEqual([expect.stringMatching(/\/[12]$/), null]);
    expect((await listed(south)).map(({ shownAt }) => shownAt)).toEqual([place(7), null, place(8)]);
  });

  it("go only when nothing is left there, and never the default one", async () => {
    expect((await as(north, "DELETE", at("/default"))).status).toBe(409);
    const west = await add("West");
    await map(south, ["default", place(1)], [west.id, place(2)]);
    const shown = await as(north, "DELETE", at(`/${west.id}`));
    expect([shown.status, JSON.stringify(shown.body)]).toEqual([
      409,
      expect.stringContaining(south),
    ]);
    await map(south, ["default", place(1)]);
    const { rows } = await api.rig.db.query<{ id: string }>(
      `INSERT INTO pools (id, group_id, pool_location_id, sku) VALUES (gen_random_uuid(), $1, $2, 'MUG')
       RETURNING id`,
      [groupId, west.id],
    );
    const pool = rows[0]?.id;
    await api.rig.db.query(
      `INSERT INTO pool_levels (shop, level_id, pool_id, item_id, location_id)
       VALUES ($1, 'level', $2, 'item', $3)`,
      [south, pool, place(2)],
    );
    expect((await as(north, "DELETE", at(`/${west.id}`))).status).toBe(409);
    await api.rig.db.query("DELETE FROM pool_levels WHERE pool_id = $1", [pool]);
    await api.rig.db.query(
      `WITH entry AS (
         INSERT INTO pool_ledger (pool_id, seq, kind, delta, after, source, at)
         VALUES ($1, 1, 'set', 4, 4, 'test', now()))
       UPDATE pools SET quantity = 4, seq = 1 WHERE id = $1`,
      [pool],
    );
    const full = await as(north, "DELETE", at(`/${west.id}`));
    expect(JSON.stringify(full.body)).toContain("1 article is");
    await api.rig.db.query(
      `WITH entry AS (
         INSERT INTO pool_ledger (pool_id, seq, prev_seq, kind, delta, before, after, source, at)
         VALUES ($1, 2, 1, 'set', -4, 4, 0, 'test again', now()))
       UPDATE pools SET quantity = 0, seq = 2 WHERE id = $1`,
      [pool],
    );
    const removed = await Promise.all([0, 1].map(() => as(north, "DELETE", at(`/${west.id}`))));
    expect(removed.map(({ status }) => status).sort()).toEqual([204, 404]);
    expect((await listed(north)).map(({ id }) => id)).toEqual(["default"]);
    const left = await api.rig.db.query("SELECT 1 FROM pools WHERE id = $1", [pool]);
    expect(left.rows).toEqual([]);
  });

  it("that are removed while a store says where it shows them are one or the other", async () => {
    for (let round = 0; round < 5; round += 1) {
      const { id } = await add(`West ${String(round)}`);
      const items = [{ poolLocation: id, shownAt: place(9) }];
      const [removed, mapped] = await Promise.all([
        removePoolLocation(api.rig, caller(north), id),
        mapLocations(deps(), caller(south), items),
      ]);
      const there = (await listPoolLocations(api.rig, south))?.find((one) => one.id === id);
      if (removed.outcome === "done") expect([mapped.outcome, there]).toEqual(["wrong", undefined]);
      else expect([mapped.outcome, there?.shownAt]).toEqual(["mapped", place(9)]);
      await map(south);
    }
  });

  it("are forgotten with the store that showed them, and go with the group", async () => {
    const west = await add("West");
    await map(south, ["default", place(1)], [west.id, place(2)]);
    await map(north, ["default", place(1)], [west.id, place(2)]);
    await forgetGroupsOfShop(api.rig.db, south);
    const named = await tablesNaming(api.rig.db, south);
    expect(named.filter((table) => /group|pool/.test(table))).toEqual([]);
    expect((await listed(north)).at(-1)?.shownAt).toBe(place(2));
    expect(await leaveGroup(api.rig, caller(north), groupId)).toEqual({ outcome: "left" });
    await dropOrphans(api.rig.db, 0, 100);
    for (const table of ["pool_locations", "pool_location_maps"]) {
      const { rows } = await api.rig.db.query(
        `SELECT 1 AS one FROM ${table} WHERE position($1 IN ${table}::text) > 0`,
        [west.id],
      );
      expect([table, rows]).toEqual([table, []]);
    }
  });
});
