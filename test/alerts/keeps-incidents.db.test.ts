import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { dropOldAlerts, listAlerts } from "#app/alerts/index.server.ts";
import { lookAtNext } from "#app/alerts/look-at-shops.ts";
import type { AlertView } from "#app/alerts/types.ts";
import { keepWatches } from "#app/alerts/watch-store.ts";
import { disableSystem, resumeSystem } from "#app/systems/index.server.ts";
import { type ApiRig, createApiRig } from "#test/api/api-rig.ts";
import { connectSystem } from "#test/delivery/publish.ts";

let api: ApiRig;
let shop: string;
let merchant: string;

beforeAll(async () => {
  api = await createApiRig();
});
beforeEach(async () => {
  shop = await api.rig.installedShop();
  merchant = api.merchant(shop);
  await keepWatches(api.rig.db, [shop]);
});
afterAll(() => api.close());

/** Looks at the shop now; its rest is over. */
async function look(minutesLater = 0): Promise<void> {
  await due();
  const nowMs = Date.now() + minutesLater * 60_000;
  await lookAtNext({ ...api.rig, clock: { now: () => nowMs } });
}

const due = () =>
  api.rig.db.query("UPDATE alert_watches SET next_at = now() WHERE shop = $1", [shop]);

async function alerts(): Promise<AlertView[]> {
  return (await listAlerts(api.rig.db, shop, {}, { limit: 50 })).items;
}

/** A system that Converge switched off. */
async function disabled(): Promise<string> {
  const { id } = await connectSystem(api.rig, shop, "http://127.0.0.1:9/hook");
  await api.rig.db.transaction((tx) => disableSystem(tx, shop, id, "It answered 410.", Date.now()));
  return id;
}

describe("an incident", () => {
  it("opens once, however many workers look at once, and closes when it is over", async () => {
    const id = await disabled();
    await due();
    await Promise.all(Array.from({ length: 6 }, () => lookAtNext(api.rig)));
    await look();
    const opened = await alerts();
    expect(opened).toMatchObject([
      {
        kind: "system_disabled",
        system: id,
        state: "open",
        severity: "critical",
        summary: "Nothing is sent to Warehouse any more. It answered 410.",
        closedAt: null,
      },
    ]);
    await resumeSystem(api.rig, shop, "user:1", id);
    await look();
    expect(await alerts()).toMatchObject([
      { id: opened[0]?.id, state: "closed", closedBecause: "over" },
    ]);
  });

  it("is a new one when it comes back", async () => {
    const id = await disabled();
    await look();
    await resumeSystem(api.rig, shop, "user:1", id);
    await look();
    await api.rig.db.transaction((tx) => disableSystem(tx, shop, id, "Again.", Date.now()));
    await look();
    expect((await alerts()).map((one) => one.state)).toEqual(["open", "closed"]);
  });

  it("is not lost when the worker dies between the look and its commit", async () => {
    await disabled();
    await due();
    const dying = new Error("killed");
    const { rig } = api;
    const mortal = {
      ...rig,
      db: {
        ...rig.db,
        transaction: (work: Parameters<typeof rig.db.transaction>[0]) =>
          rig.db.transaction(async (tx, last) => {
            await work(tx, last);
            throw dying;
          }),
      } as typeof rig.db,
    };
    await lookAtNext(mortal);
    expect(await alerts()).toEqual([]);
    await look();
    expect(await alerts()).toHaveLength(1);
  });

  it("of a shop that cannot be looked at holds up nobody", async () => {
    const other = await api.rig.installedShop();
    await keepWatches(api.rig.db, [shop, other]);
    await api.rig.db.query("UPDATE alert_watches SET next_at = now() - interval '1 hour'");
    const { rig } = api;
    let failures = 0;
    const failing = {
      ...rig,
      clock: {
        now: () => {
          failures += 1;
          if (failures === 1) throw new Error("broken");
          return Date.now();
        },
      },
    };
    while (await lookAtNext(failing));
    const { rows } = await rig.db.query<{ looked: number }>(
      "SELECT count(looked_at)::int AS looked FROM alert_watches",
    );
    expect(rows[0]?.looked).toBe(1);
    await keepWatches(rig.db, [shop]);
  });

  it("is kept for as long as it is open, however old", async () => {
    await disabled();
    await look();
    await dropOldAlerts(api.rig.db, Date.now() + 3_600_000, 100);
    expect(await alerts()).toMatchObject([{ state: "open" }]);
    expect(await dropOldAlerts(api.rig.db, Date.now() + 3_600_000, 100)).toBe(0);
  });
});

describe("/alerts", () => {
  it("lists them and takes a person's word, which is in the audit log", async () => {
    await disabled();
    await look();
    const listed = await api.call(merchant, "GET", "/alerts?state=open&kind=system_disabled");
    const { items } = listed.body as { items: AlertView[] };
    const id = items[0]?.id ?? "";
    const snoozed = await api.call(merchant, "POST", `/alerts/${id}/snooze`, { minutes: 60 });
    expect(snoozed.body).toMatchObject({ state: "open" });
    expect((snoozed.body as AlertView).snoozedUntil).not.toBeNull();
    const taken = await api.call(merchant, "POST", `/alerts/${id}/acknowledge`, {});
    expect(taken.body).toMatchObject({ state: "acknowledged", snoozedUntil: null });
    const again = await api.call(merchant, "POST", `/alerts/${id}/acknowledge`, {});
    expect(again.body).toEqual(taken.body);
    await look();
    expect(await alerts()).toMatchObject([{ state: "acknowledged" }]);
    const { rows } = await api.rig.db.query<{ action: string }>(
      "SELECT action FROM audit_entries WHERE shop = $1 AND subject = $2 ORDER BY id",
      [shop, id],
    );
    expect(rows.map((row) => row.action)).toEqual(["alert.snoozed", "alert.acknowledged"]);
  });

  it("refuses what cannot be, and says why", async () => {
    const system = await disabled();
    await look();
    const [alert] = await alerts();
    const path = `/alerts/${alert?.id ?? ""}`;
    const refusals: [string, string, unknown, number][] = [
      [merchant, `${path}/snooze`, { minutes: 0 }, 422],
      [merchant, `${path}/snooze`, {}, 422],
      [merchant, "/alerts/nonsense/acknowledge", {}, 404],
      [api.merchant(await api.rig.installedShop()), `${path}/acknowledge`, {}, 404],
    ];
    for (const [caller, url, body, status] of refusals)
      expect((await api.call(caller, "POST", url, body)).status).toBe(status);
    await resumeSystem(api.rig, shop, "user:1", system);
    await look();
    expect((await api.call(merchant, "POST", `${path}/acknowledge`, {})).status).toBe(409);
  });
});
