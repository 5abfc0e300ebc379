import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  activeSystems,
  deleteSystem,
  getSystem,
  holderOf,
  listSystems,
  loadDestination,
  pauseSystem,
  renewApiKey,
  resumeSystem,
  rotateSecret,
  subscribersOf,
} from "#app/systems/index.server.ts";
import { connectSystem, type ConnectedSystem } from "#test/delivery/publish.ts";
import { createRig, type Rig } from "#test/worker/rig.ts";

let rig: Rig;

beforeAll(async () => {
  rig = await createRig();
});
afterAll(() => rig.close());

async function connected(): Promise<ConnectedSystem> {
  return connectSystem(rig, await rig.installedShop(), "http://127.0.0.1:1/hook");
}

const secretsAt = async (id: string, nowMs: number) =>
  (await loadDestination(rig.db, rig.vault, id, nowMs))?.secrets;

async function auditOf(shop: string): Promise<string[]> {
  const { rows } = await rig.db.query<{ action: string }>(
    "SELECT action FROM audit_entries WHERE shop = $1 ORDER BY id",
    [shop],
  );
  return rows.map((row) => row.action);
}

describe("a signing secret", () => {
  it("is told once, stored sealed, and in no view", async () => {
    const { id, shop, secret } = await connected();
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{32}$/);
    const { rows } = await rig.db.query("SELECT * FROM systems WHERE id = $1", [id]);
    const key = secret.slice("whsec_".length);
    for (const shown of [rows, await listSystems(rig.db, shop), await getSystem(rig.db, shop, id)])
      expect(JSON.stringify(shown)).not.toContain(key);
    const sealed = (rows[0] as { secret: Buffer }).secret;
    expect(sealed.includes(Buffer.from(secret))).toBe(false);
    expect(await secretsAt(id, Date.now())).toEqual([secret]);
  });

  it("of one system does not open as another's", async () => {
    const one = await connected();
    const other = await connected();
    await rig.db.query(
      "UPDATE systems SET secret = (SELECT secret FROM systems WHERE id = $2) WHERE id = $1",
      [one.id, other.id],
    );
    await expect(secretsAt(one.id, Date.now())).rejects.toThrow("sealed for another purpose");
    await rig.db.query("DELETE FROM systems WHERE id = $1", [one.id]);
  });

  it("that is rotated signs beside the new one for a day, then no more", async () => {
    const { id, shop, secret } = await connected();
    const renewed = await rotateSecret(rig, shop, "user:1", id);
    const nowMs = Date.now();
    expect(await secretsAt(id, nowMs)).toEqual([renewed, secret]);
    expect(await secretsAt(id, nowMs + 23 * 3_600_000)).toEqual([renewed, secret]);
    expect(await secretsAt(id, nowMs + 25 * 3_600_000)).toEqual([renewed]);
    expect(await auditOf(shop)).toEqual(["system.connected", "system.secret-rotated"]);
  });
});

describe("an API key", () => {
  const holders = (keys: readonly (string | null)[]) =>
    Promise.all(keys.map((key) => holderOf(rig.db, key ?? "")));

  it("that is renewed takes the place of every one before", async () => {
    const { id, shop, apiKey } = await connected();
    const holder = { shop, systemId: id };
    expect(await holders([apiKey])).toEqual([holder]);
    const renewed = await renewApiKey(rig, shop, "user:1", id);
    expect(await holders([apiKey, renewed])).toEqual([null, holder]);
    expect(await auditOf(shop)).toEqual(["system.connected", "system.key-renewed"]);
  });

  it("renewed by several at once leaves one that is good", async () => {
    const { id, shop, apiKey } = await connected();
    const renewing = Array.from({ length: 5 }, () => renewApiKey(rig, shop, "user:1", id));
    const good = await holders([apiKey, ...(await Promise.all(renewing))]);
    expect(good.filter((holder) => holder !== null)).toEqual([{ shop, systemId: id }]);
  });
});

describe("a system", () => {
  it("is paused and resumed once each, whoever presses twice", async () => {
    const { id, shop } = await connected();
    await pauseSystem(rig, shop, "user:1", id);
    expect(await pauseSystem(rig, shop, "user:2", id)).toMatchObject({
      status: "paused",
      statusReason: "Paused by you.",
    });
    expect((await activeSystems(rig.db)).map((system) => system.id)).not.toContain(id);
    expect((await subscribersOf(rig.db, shop)).map((system) => system.id)).toEqual([id]);
    await resumeSystem(rig, shop, "user:1", id);
    expect(await resumeSystem(rig, shop, "user:1", id)).toMatchObject({ status: "active" });
    expect(await auditOf(shop)).toEqual(["system.connected", "system.paused", "system.resumed"]);
  });

  it("of another shop does not exist", async () => {
    const { id } = await connected();
    const other = await rig.installedShop();
    expect(await getSystem(rig.db, other, id)).toBeNull();
    expect(await pauseSystem(rig, other, "user:1", id)).toBeNull();
    expect(await resumeSystem(rig, other, "user:1", id)).toBeNull();
    expect(await rotateSecret(rig, other, "user:1", id)).toBeNull();
    expect(await renewApiKey(rig, other, "user:1", id)).toBeNull();
    expect(await deleteSystem(rig, other, "user:1", id)).toBe(false);
    expect(await auditOf(other)).toEqual([]);
  });

  it("that is disconnected is gone from everywhere", async () => {
    const { id, shop, apiKey } = await connected();
    expect(await deleteSystem(rig, shop, "user:1", id)).toBe(true);
    expect(await renewApiKey(rig, shop, "user:1", id)).toBeNull();
    expect(await holderOf(rig.db, apiKey)).toBeNull();
    expect(await deleteSystem(rig, shop, "user:1", id)).toBe(false);
    expect(await listSystems(rig.db, shop)).toEqual([]);
    expect(await subscribersOf(rig.db, shop)).toEqual([]);
    expect(await secretsAt(id, Date.now())).toBeUndefined();
  });
});
