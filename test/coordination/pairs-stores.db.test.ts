import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { forgetGroupsOfShop, joinGroup, makePairingCode } from "#app/coordination/index.server.ts";
import { tablesNaming } from "#test/privacy/whole-database.ts";
import { type ApiRig, createApiRig } from "#test/api/api-rig.ts";

interface Group {
  readonly id: string;
  readonly shops: readonly string[];
}

let api: ApiRig;
let north: string;
let south: string;

beforeAll(async () => {
  api = await createApiRig();
});
afterAll(() => api.close());
beforeEach(async () => {
  north = await api.rig.installedShop();
  south = await api.rig.installedShop();
});

const as = (shop: string, method: string, path: string, body?: unknown) =>
  api.call(api.merchant(shop), method, path, body);
const begin = async (shop: string) =>
  (await as(shop, "POST", "/store-groups", { name: "Outdoor" })).body as Group;
const codeFor = async (shop: string, groupId: string) =>
  (await as(shop, "POST", "/store-groups/pairing-codes", { groupId })).body as {
    code: string;
    expiresAt: string;
  };
const join = (shop: string, code: string) => as(shop, "POST", "/store-groups/join", { code });

describe("a store group", () => {
  it("is joined with a code of another store, typed as people type, once", async () => {
    const group = await begin(north);
    const { code, expiresAt } = await codeFor(north, group.id);
    expect(Date.parse(expiresAt) - Date.now()).toBeGreaterThan(14 * 60_000);
    const typed = ` ${code.toLowerCase().replace("-", " ").replaceAll("0", "o")} `;
    const joined = await join(south, typed);
    expect([joined.status, (joined.body as Group).shops]).toEqual([200, [north, south]]);
    const third = await api.rig.installedShop();
    const again = await join(third, code);
    expect([again.status, JSON.stringify(again.body)]).toEqual([
      422,
      expect.stringContaining('"field":"code"'),
    ]);
    expect((await as(third, "GET", `/store-groups/${group.id}`)).status).toBe(404);
    expect((await as(third, "POST", `/store-groups/${group.id}/leave`)).status).toBe(404);
    expect(
      (await as(third, "POST", "/store-groups/pairing-codes", { groupId: group.id })).status,
    ).toBe(404);
    const { rows } = await api.rig.db.query<{ shop: string; action: string }>(
      "SELECT shop, action FROM audit_entries WHERE subject = $1 ORDER BY id",
      [group.id],
    );
    expect(rows.map(({ shop, action }) => [shop, action])).toEqual([
      [north, "store-group.created"],
      [north, "store-group.code-made"],
      [south, "store-group.joined"],
      [north, "store-group.code-used"],
    ]);
  });

  it("lets one of many in that use the same code at once", async () => {
    const group = await begin(north);
    const { code } = await codeFor(north, group.id);
    const others = await Promise.all(Array.from({ length: 6 }, () => api.rig.installedShop()));
    const answers = await Promise.all(others.map((shop) => join(shop, code)));
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 422, 422, 422, 422, 422]);
    const { body } = await as(north, "GET", `/store-groups/${group.id}`);
    expect((body as Group).shops).toHaveLength(2);
  });

  it("is one per store, however many are begun at once", async () => {
    const begun = await Promise.all(
      Array.from({ length: 4 }, () => as(north, "POST", "/store-groups", { name: "Mine" })),
    );
    expect(begun.map((answer) => answer.status).sort()).toEqual([201, 409, 409, 409]);
    const group = await begin(south);
    const { code } = await codeFor(south, group.id);
    expect((await join(north, code)).status).toBe(409);
    // Refused, the code is still good for the store it was meant for.
    expect((await join(await api.rig.installedShop(), code)).status).toBe(200);
  });

  it("cannot be joined with a code that has run out or whose store has left", async () => {
    const group = await begin(north);
    const { db } = api.rig;
    const late = { db, queue: api.queue, clock: { now: () => Date.now() + 16 * 60_000 } };
    const caller = { shop: south, actor: "user:1" };
    const code = await makePairingCode(
      { db, queue: api.queue, clock: api.rig.clock },
      { shop: north, actor: "user:1" },
      group.id,
    );
    expect(await joinGroup(late, caller, { code: code?.code ?? "" })).toEqual({
      outcome: "no_such_code",
    });
    const { code: second } = await codeFor(north, group.id);
    await join(await api.rig.installedShop(), (await codeFor(north, group.id)).code);
    expect((await as(north, "POST", `/store-groups/${group.id}/leave`)).status).toBe(204);
    expect((await join(south, second)).status).toBe(422);
  });

  it("goes with its last store, and a store that is forgotten leaves nothing behind", async () => {
    const group = await begin(north);
    const { code } = await codeFor(north, group.id);
    await join(south, code);
    await codeFor(south, group.id);
    await forgetGroupsOfShop(api.rig.db, south);
    const named = await tablesNaming(api.rig.db, south);
    expect(named.filter((table) => /group|code/.test(table))).toEqual([]);
    expect((await as(north, "GET", "/store-groups")).body).toMatchObject({
      items: [{ id: group.id, shops: [north] }],
    });
    await as(north, "POST", `/store-groups/${group.id}/leave`);
    const { rows } = await api.rig.db.query("SELECT 1 FROM store_groups WHERE id = $1", [group.id]);
    expect(rows).toEqual([]);
  });
});
