import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectSystem, disconnectSystem } from "#app/connections/index.server.ts";
import { changeSla, hasChosenSlas, readSlas, replaceSlas } from "#app/freshness/index.server.ts";
import { listSystems, parseNewSystem } from "#app/systems/index.server.ts";
import { createRig, type Rig } from "#test/worker/rig.ts";

let rig: Rig;

beforeAll(async () => {
  rig = await createRig();
});
afterAll(() => rig.close());

const replace = (shop: string, items: unknown) =>
  replaceSlas({ ...rig, systemsOf: listSystems }, shop, "user:1", items);

const tight = {
  domain: "inventory" as const,
  warnAfterSeconds: 2,
  breachAfterSeconds: 4,
  targetPercent: 95,
  windowDays: 7,
  syncMethod: "webhook_and_polling" as const,
  pollEverySeconds: 1,
};

describe("the SLAs of a shop", () => {
  it("begin with the defaults, one for each kind of data", async () => {
    const shop = await rig.installedShop();
    const slas = await readSlas(rig.db, shop);
    expect(Object.fromEntries(slas.map((sla) => [sla.domain, sla.breachAfterSeconds]))).toEqual({
      inventory: 60,
      orders: 30,
      products: 900,
      pricing: 30,
      customers: 300,
      fulfillments: 60,
      loyalty: 120,
    });
    for (const sla of slas) {
      expect(sla.warnAfterSeconds).toBeLessThan(sla.breachAfterSeconds);
      expect(sla.pollEverySeconds).toBeLessThan(sla.warnAfterSeconds);
    }
  });

  it("are replaced whole and written down; what was not sent has its default again", async () => {
    const shop = await rig.installedShop();
    const first = await replace(shop, [tight, { ...tight, domain: "orders" }]);
    expect(first).toMatchObject({ ok: true });
    await replace(shop, [tight]);
    const slas = await readSlas(rig.db, shop);
    expect(slas).toContainEqual(tight);
    expect(slas.find((sla) => sla.domain === "orders")?.breachAfterSeconds).toBe(30);
    const { rows } = await rig.db.query<{ action: string }>(
      "SELECT action FROM audit_entries WHERE shop = $1",
      [shop],
    );
    expect(rows.map((row) => row.action)).toEqual(["freshness.replaced", "freshness.replaced"]);
  });

  it("stay as they are when one of the list is wrong, and another shop's are its own", async () => {
    const [shop, other] = [await rig.installedShop(), await rig.installedShop()];
    await replace(shop, [tight]);
    expect(await replace(shop, [{ ...tight, windowDays: 0 }])).toMatchObject({
      ok: false,
      errors: [{ field: "items[0].windowDays" }],
    });
    expect(await readSlas(rig.db, shop)).toContainEqual(tight);
    const calendar = { ...tight, windowKind: "calendar" as const };
    expect(await replace(shop, [calendar])).toMatchObject({ ok: true });
    expect(await readSlas(rig.db, shop)).toContainEqual(calendar);
    expect(await readSlas(rig.db, other)).not.toContainEqual(tight);
  });

  it("of a system stand beside the store's, and go with the system", async () => {
    const shop = await rig.installedShop();
    const wanted = { name: "WMS", kind: "wms", url: "http://127.0.0.1:9/", domains: ["inventory"] };
    const parsed = parseNewSystem(wanted, { allowPrivate: true });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
    const { system } = await connectSystem(rig, shop, "user:1", parsed.value);
    const own = { ...tight, system: system.id };
    expect(await replace(shop, [own])).toMatchObject({ ok: true });
    const slas = await readSlas(rig.db, shop);
    expect(slas).toContainEqual(own);
    expect(slas.filter((sla) => sla.domain === "inventory")).toHaveLength(2);
    await disconnectSystem(rig, shop, "user:1", system.id);
    expect((await readSlas(rig.db, shop)).some((sla) => "system" in sla)).toBe(false);
    expect(await replace(shop, [own])).toMatchObject({ errors: [{ field: "items[0].system" }] });
  });
});

describe("one SLA", () => {
  const store = { domain: "inventory", system: null } as const;
  const change = (shop: string, place: Parameters<typeof changeSla>[3], sla: unknown) =>
    changeSla({ ...rig, systemsOf: listSystems }, shop, "user:1", place, sla);
  const breachOf = async (shop: string, domain: string) =>
    (await readSlas(rig.db, shop)).find((sla) => sla.domain === domain)?.breachAfterSeconds;

  it("is changed by itself: what somebody else changes at the same moment stands too", async () => {
    const shop = await rig.installedShop();
    expect(await hasChosenSlas(rig.db, shop)).toBe(false);
    await Promise.all([
      change(shop, store, tight),
      change(shop, { domain: "orders", system: null }, { ...tight, domain: "orders" }),
      change(shop, store, { ...tight, breachAfterSeconds: 9 }),
    ]);
    expect([4, 9]).toContain(await breachOf(shop, "inventory"));
    expect(await breachOf(shop, "orders")).toBe(4);
    expect(await breachOf(shop, "products")).toBe(900);
    expect(await hasChosenSlas(rig.db, shop)).toBe(true);
  });

  it("of each that many change at once is on record with what the others had changed by then", async () => {
    const shop = await rig.installedShop();
    const domains = ["inventory", "orders", "products", "pricing", "customers"] as const;
    await Promise.all(
      domains.map((domain) => change(shop, { domain, system: null }, { ...tight, domain })),
    );
    const { rows } = await rig.db.query<{ tightened: number }>(
      `SELECT jsonb_array_length(jsonb_path_query_array(detail::jsonb,
         '$.slas[*] ? (@.breachAfterSeconds == 4)')) AS tightened
       FROM audit_entries WHERE shop = $1 ORDER BY 1`,
      [shop],
    );
    expect(rows.map((row) => row.tightened)).toEqual([1, 2, 3, 4, 5]);
  });

  it("is given up: the one it stood in for holds again", async () => {
    const shop = await rig.installedShop();
    await change(shop, store, tight);
    expect(await change(shop, store, null)).toMatchObject({ ok: true });
    expect(await breachOf(shop, "inventory")).toBe(60);
    const { rows } = await rig.db.query<{ action: string }>(
      "SELECT action FROM audit_entries WHERE shop = $1",
      [shop],
    );
    expect(rows.map((row) => row.action)).toEqual(["freshness.changed", "freshness.changed"]);
  });

  it("that cannot be is refused, and what was there stays", async () => {
    const shop = await rig.installedShop();
    await change(shop, store, tight);
    const refused = await change(shop, store, {
      ...tight,
      warnAfterSeconds: 5,
      system: "sys_other",
    });
    expect(refused).toMatchObject({
      ok: false,
      errors: [{ field: "items[0].system" }, { field: "items[0].breachAfterSeconds" }],
    });
    expect(await breachOf(shop, "inventory")).toBe(4);
  });
});
