import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { cancelRun, listRuns, startRun } from "#app/reconciliation/index.server.ts";
import { noteSeen } from "#app/reconciliation/presence-store.ts";
import { createReconciler, greetNewcomers, tick } from "#app/reconciliation/reconciler.ts";
import { installShop, markLearned, uninstallShop } from "#app/shops/index.server.ts";
import { connectSystem } from "#test/delivery/publish.ts";
import { createRig, holdJobs, type Rig } from "#test/worker/rig.ts";

const hour = 3_600_000;
const minute = 60_000;
/** Shopify gives a webhook up after so long. */
const longest = 4 * hour;
const noonMs = Date.UTC(2026, 10, 26, 12);
/** In the comparison's hour, after every store's minute in it. */
const nightMs = Date.UTC(2026, 10, 27, 3, 59);

let rig: Rig;
let shop: string;
let held = holdJobs();

beforeAll(async () => {
  rig = await createRig();
});
afterAll(() => rig.close());
beforeEach(async () => {
  held = holdJobs();
  for (const table of ["reconciliations", "shops", "systems", "web_presence"])
    await rig.db.query(`DELETE FROM ${table}`);
  shop = await rig.installedShop();
});

const depsAt = (nowMs: number) => ({
  db: rig.db,
  log: rig.log,
  clock: { now: () => nowMs },
  enqueue: held.enqueue,
});
const lookAt = (nowMs: number) => tick(depsAt(nowMs));

async function begun(): Promise<string[]> {
  const { items } = await listRuns(rig.db, shop, {}, { limit: 50 });
  return items.map((run) => `${run.trigger} ${run.domain} ${run.system}`).sort();
}

const everything = (trigger: string) =>
  ["inventory", "pricing", "products"].map((domain) => `${trigger} ${domain} shopify`);

/** Every comparison comes to its end. */
const finish = () =>
  rig.db.query("UPDATE reconciliations SET status = 'completed', finished_at = updated_at");

describe("at night", () => {
  it("everything is compared once, in the store's own hour", async () => {
    await lookAt(noonMs);
    expect(await begun()).toEqual([]);
    await lookAt(nightMs);
    expect(await begun()).toEqual(everything("schedule"));
    expect(held.jobs.map((job) => job.name)).toEqual(Array(3).fill("run-reconciliation"));
    await finish();
    await lookAt(nightMs + 30_000);
    expect(await begun()).toHaveLength(3);
    await lookAt(nightMs + 24 * hour);
    expect(await begun()).toHaveLength(6);
    await rig.db.query("DELETE FROM reconciliations");
    await rig.db.query("UPDATE shops SET time_zone = 'Australia/Sydney'");
    await lookAt(nightMs);
    expect(await begun()).toEqual([]);
    await lookAt(Date.UTC(2026, 10, 27, 16, 59));
    expect(await begun()).toHaveLength(3);
  });

  it("a system that tells what it has is compared too", async () => {
    const { id } = await connectSystem(rig, shop, "http://127.0.0.1:9/");
    await rig.db.query("UPDATE systems SET snapshot_url = url");
    await lookAt(nightMs);
    expect(await begun()).toContain(`schedule inventory ${id}`);
    expect(await begun()).not.toContain("schedule inventory shopify");
  });

  it("two workers begin nothing twice", async () => {
    await Promise.all([lookAt(nightMs), lookAt(nightMs)]);
    expect(await begun()).toEqual(everything("schedule"));
  });
});

describe("after an installation", () => {
  it("the store is learned once its articles are known, once", async () => {
    await lookAt(noonMs);
    expect(await begun()).toEqual([]);
    await rig.db.query("UPDATE shops SET installed_at = $1", [new Date(noonMs)]);
    await markLearned(rig.db, shop, noonMs + minute);
    await lookAt(noonMs + 2 * minute);
    expect(await begun()).toEqual(everything("install"));
    await finish();
    await lookAt(noonMs + 3 * minute);
    expect(await begun()).toHaveLength(3);
    // Long ago: what is missing by now is the night's.
    await rig.db.query("DELETE FROM reconciliations");
    await lookAt(noonMs + 26 * hour);
    expect(await begun()).toEqual([]);
  });

  it("at once, and a store whose articles have been known for long waits for its night", async () => {
    await rig.db.query("UPDATE shops SET installed_at = $1", [new Date(noonMs)]);
    await greetNewcomers(depsAt(noonMs + minute));
    expect(await begun()).toEqual([]);
    await markLearned(rig.db, shop, noonMs + minute);
    await greetNewcomers(depsAt(noonMs + 4 * minute));
    expect(await begun()).toEqual([]);
    for (const at of [1, 2]) await greetNewcomers(depsAt(noonMs + minute + at * 5_000));
    expect(await begun()).toEqual(everything("install"));
  });

  it("with nobody asking, within seconds", async () => {
    await rig.db.query("UPDATE shops SET installed_at = $1", [new Date(noonMs)]);
    await markLearned(rig.db, shop, noonMs);
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    const reconciler = createReconciler(depsAt(noonMs + 1_000));
    vi.advanceTimersByTime(5_000);
    vi.useRealTimers();
    await expect.poll(begun).toEqual(everything("install"));
    reconciler.stop();
  });

  it("and again after it was installed again", async () => {
    await rig.db.query("UPDATE shops SET installed_at = $1", [new Date(noonMs)]);
    await markLearned(rig.db, shop, noonMs);
    await lookAt(noonMs + minute);
    await finish();
    const againMs = noonMs + 2 * hour;
    await rig.db.transaction((tx) => uninstallShop(tx, shop, null, againMs - minute));
    await rig.db.transaction((tx) => installShop(tx, shop, "", againMs));
    await lookAt(againMs + minute);
    expect(await begun()).toHaveLength(3);
    await markLearned(rig.db, shop, againMs + minute);
    await lookAt(againMs + 2 * minute);
    expect(await begun()).toHaveLength(6);
  });
});

describe("after an outage", () => {
  it("of more than four hours everything is compared; after a shorter one nothing is", async () => {
    await noteSeen(rig.db, noonMs, longest);
    await noteSeen(rig.db, noonMs + longest - minute, longest);
    await lookAt(noonMs + longest);
    expect(await begun()).toEqual([]);
    await noteSeen(rig.db, noonMs + 10 * hour, longest);
    await lookAt(noonMs + 10 * hour);
    expect(await begun()).toEqual(everything("outage"));
    await finish();
    await lookAt(noonMs + 10 * hour + minute);
    expect(await begun()).toHaveLength(3);
  });

  it("a worker that dies in between leaves the rest to the next one", async () => {
    const other = await rig.installedShop();
    await noteSeen(rig.db, noonMs, longest);
    await noteSeen(rig.db, noonMs + 6 * hour, longest);
    const deps = depsAt(noonMs + 6 * hour);
    let left = 3;
    const dying = {
      ...deps,
      enqueue: (async (...given: Parameters<typeof held.enqueue>) => {
        if (given[2].length > 0 && (left -= 1) < 0) throw new Error("the process died");
        await held.enqueue(...given);
      }) as typeof held.enqueue,
    };
    await expect(tick(dying)).rejects.toThrow("died");
    await finish();
    await tick(deps);
    for (const each of [shop, other]) {
      const { items } = await listRuns(rig.db, each, {}, { limit: 50 });
      expect(items.map((run) => run.trigger)).toEqual(["outage", "outage", "outage"]);
    }
  });
});

describe("a comparison whose worker died", () => {
  it("is handed out again after five minutes, to one worker", async () => {
    const request = {
      domain: "inventory",
      system: "shopify",
      mode: "report",
      trigger: "manual",
      actor: "user:1",
    } as const;
    const started = await startRun(depsAt(noonMs), shop, request);
    const runId = started.ok ? started.run.id : "";
    held.jobs.length = 0;
    await lookAt(noonMs + 4 * minute);
    expect(held.jobs).toEqual([]);
    await Promise.all([lookAt(noonMs + 6 * minute), lookAt(noonMs + 6 * minute)]);
    expect(held.jobs).toMatchObject([{ name: "run-reconciliation", payload: { shop, runId } }]);
    await cancelRun(depsAt(noonMs + 7 * minute), shop, "user:1", runId);
    held.jobs.length = 0;
    await lookAt(noonMs + 20 * minute);
    expect(held.jobs).toEqual([]);
  });
});
