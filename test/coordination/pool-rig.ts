import { print } from "graphql";
import {
  consumeHolds,
  countLevels,
  createGroup,
  expireHolds,
  followBuffers,
  joinGroup,
  keepOrderHold,
  linkStore,
  makePairingCode,
  moveStoreLevels,
  publishLevels,
  setPools,
} from "#app/coordination/index.server.ts";
import { receiveSystemChange } from "#app/intake/index.server.ts";
import { defaultPoolLocation } from "#app/coordination/types.ts";
import type { Database } from "#app/db.server.ts";
import type { JobName, JobPayload } from "#app/jobs.ts";
import { linkSkus } from "#app/mirror/index.server.ts";
import { replaceRules } from "#app/ownership/index.server.ts";
import { confirmResource } from "#app/polling/index.server.ts";
import type { Shopify } from "#app/shopify/index.server.ts";
import { installShop } from "#app/shops/index.server.ts";
import { listSystems } from "#app/systems/index.server.ts";
import { connectSystem } from "#test/delivery/publish.ts";
import { createWorkbench, type Workbench } from "#test/processing/workbench.ts";
import { NORTH, SOUTH } from "#test/twin-conformance/support.ts";
import { createRig, type Rig } from "#test/worker/rig.ts";
import { openStores } from "./twin-stores.ts";

/** What is put around each call of the app to Shopify: a test may lose it, or its answer. */
export type Around = (ask: () => Promise<unknown>, shop: string, text: string) => Promise<unknown>;

function takeFirst(skus: string[]): string {
  const sku = skus.shift();
  if (sku === undefined) throw new Error("the twin has too few articles");
  return sku;
}

type Stores = Awaited<ReturnType<typeof openStores>>;

/** The app's client, with `hooks.around` around each call. */
function clientFor(stores: Stores, hooks: Hooks, written: number[]): Shopify["graphql"] {
  return (async (shop: string, document: Parameters<typeof print>[0], variables: object) => {
    const text = print(document);
    written.push(...availableAfter(variables));
    const ask = async () => (await stores.clientOf(shop)(text, { ...variables })).data;
    return hooks.around(ask, shop, text);
  }) as Shopify["graphql"];
}

/** What a call leaves available, if it is one that writes stock. */
function availableAfter(variables: object): number[] {
  const { input } = variables as {
    input?: {
      quantities?: readonly { quantity: number }[];
      changes?: readonly {
        quantity: number;
        from?: { name: string; changeFromQuantity: number };
      }[];
    };
  };
  const sets = (input?.quantities ?? []).map((row) => row.quantity);
  const takes = (input?.changes ?? []).flatMap(({ quantity, from }) =>
    from?.name === "available" ? [from.changeFromQuantity - quantity] : [],
  );
  return [...sets, ...takes];
}

type Parts = Rig & {
  readonly bench: Workbench;
  readonly enqueue: Workbench["queue"]["enqueue"];
  readonly shopify: Pick<Shopify, "graphql">;
};

/** A database that says when a transaction was committed. */
function reporting(db: Database, hooks: { committed: () => void }): Database {
  return {
    ...db,
    transaction: async (work) => {
      const result = await db.transaction(work);
      hooks.committed();
      return result;
    },
  };
}

/** Runs the jobs of pools as a worker does, when the test says so. */
function createRunner(deps: Parts) {
  const { db, bench } = deps;
  const handlers: Partial<
    Record<JobName, (payloads: readonly never[]) => Promise<readonly (Error | null)[] | void>>
  > = {
    "process-events": (payloads) => bench.run(payloads),
    "set-pool": (payloads) => db.transaction((tx) => setPools(deps, tx, payloads)),
    "move-store-levels": (payloads) => db.transaction((tx) => moveStoreLevels(deps, tx, payloads)),
    "link-store": (payloads) => db.transaction((tx) => linkStore(deps, tx, payloads)),
    "count-pool-level": (payloads) => countLevels(deps, payloads),
    "publish-pool-level": (payloads) => publishLevels(deps, payloads),
    "follow-buffers": (payloads) => db.transaction((tx) => followBuffers(deps, tx, payloads)),
    "consume-hold": (payloads) => db.transaction((tx) => consumeHolds(deps, tx, payloads)),
    "expire-hold": (payloads) => db.transaction((tx) => expireHolds(deps, tx, payloads)),
    "keep-order-hold": async ([payload, ...others]: readonly JobPayload<"keep-order-hold">[]) => {
      if (payload !== undefined) await keepOrderHold({ ...deps, db }, payload);
      return [null, ...others.map(() => new Error("one at a time"))];
    },
  };
  const ready = () =>
    bench.jobs.filter((job) => job.name in handlers && job.startAfterSeconds <= 1);
  /** Runs what waits of one kind; what failed waits on. Returns the errors. */
  const step = async (): Promise<Error[]> => {
    const name = ready()[0]?.name;
    if (name === undefined) return [];
    const mine = ready().filter((job) => job.name === name);
    for (const job of mine) bench.jobs.splice(bench.jobs.indexOf(job), 1);
    const payloads = mine.map((job) => job.payload) as never[];
    const back = (errors: readonly (Error | null)[]) => {
      bench.jobs.push(...mine.filter((_job, index) => errors[index]));
      return errors.filter((error) => error !== null);
    };
    try {
      return back((await handlers[name]?.(payloads)) ?? []);
    } catch (error) {
      return back(mine.map(() => error as Error));
    }
  };
  /** Until nothing waits any more, whatever failed on the way. */
  const settle = async () => {
    for (let rounds = 0; rounds < 200; rounds += 1) {
      if (ready().length === 0) return;
      await step();
    }
    throw new Error(`it never ends: ${JSON.stringify(bench.jobs.slice(0, 5))}`);
  };
  return { step, settle };
}

/** Installs both stores, makes them a group, and connects a warehouse that owns inventory. */
async function formGroup(deps: Parts, stores: Stores) {
  await deps.db.transaction(async (tx) => {
    for (const [shop, levels] of stores.stock) {
      await installShop(tx, shop, "", Date.now() - 3_600_000);
      const links = [...levels].map(([sku, [level]]) => ({
        sku,
        inventoryItemId: level?.itemId ?? "",
        variantId: null,
        productId: null,
      }));
      await linkSkus(tx, shop, links);
    }
  });
  const warehouse = await connectSystem(deps, NORTH, "http://127.0.0.1:9/");
  const items = [{ domain: "inventory", owner: warehouse.id, onForeignWrite: "revert" }];
  await replaceRules({ ...deps, systemsOf: listSystems }, NORTH, "user:1", items);
  const changing = { ...deps, queue: deps.bench.queue };
  const north = { shop: NORTH, actor: "user:1" };
  const group = await createGroup(changing, north, { name: "Outdoor" });
  if (group === null) throw new Error("there is a group already");
  const code = await makePairingCode(changing, north, group.id);
  await joinGroup(changing, { shop: SOUTH, actor: "user:2" }, { code: code?.code ?? "" });
  return { groupId: group.id, warehouse };
}

interface Hooks {
  around: Around;
  committed: () => void;
  laterMs: number;
}

/** What may go wrong while the jobs run. */
function mishaps(hooks: Hooks, deps: Parts) {
  const { bench } = deps;
  return {
    putAround: (next: Around) => {
      hooks.around = next;
    },
    /** Reads what processing wants to know for certain, and takes it in. */
    confirm: async () => {
      const asked = bench.jobs.filter((job) => job.name === "confirm-resource");
      for (const job of asked) {
        bench.jobs.splice(bench.jobs.indexOf(job), 1);
        await confirmResource(deps, job.payload as JobPayload<"confirm-resource">);
      }
      await bench.run();
    },
    /** Moves the clock on. */
    later: (ms: number) => {
      hooks.laterMs += ms;
    },
    /** Everything works again. */
    restore: () => {
      Object.assign(hooks, { around: (ask: () => unknown) => ask(), committed: () => undefined });
    },
    /** The process dies after so many commits and answers, once. */
    dieAfter: (steps: number) => {
      let left = steps;
      const took = () => {
        left -= 1;
        if (left === 0) throw new Error("the process died");
      };
      hooks.committed = took;
      hooks.around = async (ask) => {
        const answer = await ask();
        took();
        return answer;
      };
      return { died: () => left <= 0 };
    },
    /** Lets jobs of a kind run that wait for their time; `holdId`: only those of a hold. */
    due: (kind: JobName, holdId?: string) => {
      const isMeant = (payload: unknown) =>
        holdId === undefined || (payload as { holdId?: string }).holdId === holdId;
      const mine = bench.jobs.filter((job) => job.name === kind && isMeant(job.payload));
      if (mine.length === 0) throw new Error(`no ${kind} waits for its time`);
      for (const job of mine)
        bench.jobs.splice(bench.jobs.indexOf(job), 1, { ...job, startAfterSeconds: 0 });
    },
  };
}

/** What happens to articles in the two stores, and what is told of it. */
function articles(
  { twin, levelOf, quantities, skus }: Awaited<ReturnType<typeof openStores>>,
  bench: Workbench,
  settle: () => Promise<void>,
  restore: () => void,
) {
  const tail = (gid: string) => gid.split("/").at(-1) ?? "";
  const at = (shop: string, sku: string, place: number) => ({
    shop,
    sku,
    locationId: levelOf(shop, sku, place).locationId,
  });
  const edit = (shop: string, sku: string, available: number, place = 0) =>
    twin.operations.setStock({ ...at(shop, sku, place), available });
  /** The webhook Shopify would send of a level now, or of when so much was available. */
  const hint = async (shop: string, sku: string, available?: number, place = 0) => {
    const { id, itemId, locationId } = levelOf(shop, sku, place);
    const now = available ?? (await quantities(shop, sku, place)).available;
    await bench.receive({
      shop,
      topic: "inventory_levels/update",
      body: `{"inventory_item_id":${tail(itemId)},"location_id":${tail(locationId)},"available":${String(now)},"updated_at":"${new Date().toISOString()}","admin_graphql_api_id":"${id}"}`,
    });
  };
  return {
    /** One of them that no test has had yet, with as many units as told; everything works again. */
    nextShared: (units: { readonly north?: number; readonly south?: number } = {}) => {
      restore();
      const sku = takeFirst(skus);
      if (units.north !== undefined) edit(NORTH, sku, units.north);
      if (units.south !== undefined) edit(SOUTH, sku, units.south);
      return sku;
    },
    /** Both stores tell of an article, and everybody does what follows. */
    tellBoth: async (sku: string) => {
      await hint(NORTH, sku);
      await hint(SOUTH, sku);
      await settle();
    },
    hint,
    edit,
    sell: (shop: string, sku: string, quantity = 1, place = 0) =>
      twin.operations.sell({ ...at(shop, sku, place), quantity }),
  };
}

/**
 * Two stores of a twin in one group, with a warehouse in the first that owns inventory; jobs run when
 * the test says so.
 */
export async function createPoolRig({ locationsPerStore = 1 } = {}) {
  const rig = await createRig();
  const stores = await openStores(locationsPerStore);
  const { twin, levelOf, quantities } = stores;
  const bench = createWorkbench(rig);
  const hooks: Hooks = { around: (ask) => ask(), committed: () => undefined, laterMs: 0 };
  const clock = { now: () => Date.now() + hooks.laterMs };
  const written: number[] = [];
  const shopify = { graphql: clientFor(stores, hooks, written) };
  const deps = { ...rig, clock, bench, enqueue: bench.queue.enqueue, queue: bench.queue, shopify };
  const { groupId, warehouse } = await formGroup(deps, stores);
  const runner = createRunner({ ...deps, db: reporting(rig.db, hooks) });
  const troubles = mishaps(hooks, deps);
  return {
    ...deps,
    deps,
    twin,
    groupId,
    warehouse,
    /** Articles both stores have. */
    shared: stores.skus,
    quantities,
    levelOf,
    /** What each write of the app left available, or would have. */
    written,
    ...runner,
    ...troubles,
    ...articles(stores, bench, runner.settle, troubles.restore),
    /** The warehouse's word, as the API takes it in; returns its id. */
    say: async (
      sku: string,
      set: Record<string, number>,
      observedAt = new Date().toISOString(),
      poolLocation?: string,
    ) => {
      const trace = { correlationId: undefined, traceparent: undefined };
      const about = { shop: NORTH, systemId: warehouse.id, domain: "inventory" as const, sku };
      const change = { ...about, groupId, poolLocation, set, observedAt, trace };
      const received = await receiveSystemChange(deps, change);
      if (!received.ok) throw new Error(JSON.stringify(received.errors));
      return received.id;
    },
    pool: async (sku: string, poolLocation = defaultPoolLocation) => {
      type Row = Record<"quantity" | "held" | "buffer" | "sum" | "heldSum", number> & {
        id: string;
      };
      const { rows } = await rig.db.query<Row>(
        `SELECT p.id, p.quantity, p.held, p.buffer, coalesce(sum(l.delta), 0)::int AS sum,
           coalesce(sum(l.held_delta), 0)::int AS "heldSum"
         FROM pools p LEFT JOIN pool_ledger l ON l.pool_id = p.id
         WHERE p.group_id = $1 AND p.sku = $2 AND p.pool_location_id = $3 GROUP BY p.id`,
        [groupId, sku, poolLocation],
      );
      return rows[0];
    },
    close: async () => {
      await Promise.all([rig.close(), twin.close()]);
    },
  };
}
