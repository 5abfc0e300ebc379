import { setTimeout as sleep } from "node:timers/promises";
import { replaceRules } from "#app/ownership/index.server.ts";
import { listSystems } from "#app/systems/index.server.ts";
import { NORTH, SOUTH } from "#test/twin-conformance/support.ts";
import type { TwinOptions } from "#test/twin/types.ts";
import type { Rig } from "#test/worker/rig-on.ts";
import {
  ApiRefusal,
  callerOf,
  healthySystems,
  installIn,
  type OpenStore,
  pollEvery,
  withStore,
} from "./open-store.ts";
import type { WatchedShopify } from "./watch-steps.ts";

/** The twin's third store. */
export const WEST = "west.myshopify.com";

const shops = [NORTH, SOUTH, WEST] as const;
const pollEverySeconds = 3;
const followedWithinMs = 60_000;

/** A pool as it is stored, beside what its ledger adds up to. */
export interface StoredPool {
  readonly quantity: number;
  readonly held: number;
  readonly buffer: number;
  readonly sum: number;
  readonly heldSum: number;
  /** Units of holds that are not over. */
  readonly promised: number;
}

interface Shown {
  readonly available: number;
  readonly reserved: number;
}

/** Three stores of one twin that share stock, whose owner is the warehouse of the first. */
export interface OpenGroup extends OpenStore {
  readonly groupId: string;
  readonly shops: readonly string[];
  /** Articles that all three have, each at one place. */
  readonly skus: readonly string[];
  /** The API as the merchant of a store, by its domain, or with a system's key. */
  readonly as: (who: string) => ReturnType<typeof callerOf>;
  /** The warehouse says what there is; returns once every store shows `shown`. */
  readonly stock: (sku: string, available: number, shown?: number) => Promise<void>;
  /** What a store shows and keeps in reserved. */
  readonly levelOf: (shop: string, sku: string) => Shown;
  readonly pool: (sku: string) => Promise<StoredPool>;
}

/** Opens three stores, makes them a group, does something with them, and closes everything. */
export async function withGroup<Result>(
  rig: Rig,
  draft: { readonly twin: Partial<TwinOptions>; readonly through?: WatchedShopify },
  use: (group: OpenGroup) => Promise<Result>,
): Promise<Result> {
  const size = { storeCount: shops.length, locationsPerStore: 1, skusPerStore: 40 };
  const { through, twin } = draft;
  const wanted = { twin: { ...size, ...twin }, systems: healthySystems, through };
  return withStore(rig, wanted, async (store) => {
    await installIn(store, SOUTH);
    await installIn(store, WEST);
    for (const shop of shops)
      await pollEvery(store, pollEverySeconds, { shop, domain: "inventory" });
    return use(await groupOf(store));
  });
}

async function groupOf(store: OpenStore): Promise<OpenGroup> {
  const { twin, installation, origin } = store;
  const { rig, owner } = installation;
  const as = (who: string) =>
    callerOf(origin, () => (who.endsWith(".myshopify.com") ? twin.mintSessionToken(who) : who));
  const items = [{ domain: "inventory", owner: owner.id, onForeignWrite: "flag" }];
  const saved = await replaceRules({ ...rig, systemsOf: listSystems }, NORTH, "user:1", items);
  if (!saved.ok) throw new Error("the warehouse could not be made the owner");
  const { id: groupId } = await as(NORTH)<{ id: string }>("POST", "/store-groups", {
    name: "Outdoor",
  });
  for (const shop of shops.slice(1)) {
    const codes = "/store-groups/pairing-codes";
    const { code } = await as(NORTH)<{ code: string }>("POST", codes, { groupId });
    await as(shop)("POST", "/store-groups/join", { code });
  }
  const articles = shops.map((shop) => twin.operations.listStock({ shop, limit: 1_000 }));
  const [first = [], ...others] = articles.map((rows) => rows.map((row) => row.sku));
  const levelOf = (shop: string, sku: string) => {
    const rows = twin.operations.listStock({ shop, search: sku });
    const row = rows.find((one) => one.sku === sku);
    const { available = 0, reserved = 0 } = row?.levels[0] ?? {};
    return { available, reserved };
  };
  const group: OpenGroup = {
    ...store,
    groupId,
    shops,
    as,
    levelOf,
    skus: first.filter((sku) => others.every((skus) => skus.includes(sku))),
    stock: async (sku, available, shown = available) => {
      // Somebody counted it there: what was never told of is learned at night only.
      for (const shop of shops) twin.operations.setStock({ shop, sku, available: available + 1 });
      await twin.settled();
      await untilProcessed(rig);
      await say(group, sku, available);
      await untilShown(group, sku, shown);
    },
    pool: (sku) => readPool(group, sku),
  };
  return group;
}

/** Waits until what Shopify told is processed. */
async function untilProcessed({ db }: Rig): Promise<void> {
  for (const deadlineMs = Date.now() + followedWithinMs; Date.now() < deadlineMs; await sleep(50)) {
    const { rows } = await db.query<{ open: boolean }>(
      `SELECT EXISTS (SELECT 1 FROM events WHERE status = 'received') OR EXISTS (
         SELECT 1 FROM pgboss.job WHERE name = 'process-events' AND state < 'completed') AS open`,
    );
    if (rows[0]?.open === false) return;
  }
  throw new Error("what Shopify told was not processed");
}

/** Says it until it is taken: what a store has just learned is not an article of the group at once. */
async function say({ as, installation }: OpenGroup, sku: string, available: number) {
  const change = { domain: "inventory", sku, set: { available } };
  for (const deadlineMs = Date.now() + followedWithinMs; ; await sleep(500)) {
    try {
      const observedAt = new Date().toISOString();
      await as(installation.owner.apiKey)("POST", "/changes", { ...change, observedAt });
      return;
    } catch (error) {
      if (!(error instanceof ApiRefusal) || Date.now() > deadlineMs) throw error;
    }
  }
}

/** Waits until every store of the group shows so many. */
export async function untilShown(
  { levelOf, shops: all, pool }: OpenGroup,
  sku: string,
  wanted: number,
): Promise<void> {
  for (const deadlineMs = Date.now() + followedWithinMs; Date.now() < deadlineMs; await sleep(50))
    if (all.every((shop) => levelOf(shop, sku).available === wanted)) return;
  const shown = all.map((shop) => levelOf(shop, sku).available).join(", ");
  throw new Error(
    `the stores show ${shown} of ${sku} instead of ${String(wanted)}: ${JSON.stringify(await pool(sku))}`,
  );
}

async function readPool({ installation, groupId }: OpenGroup, sku: string): Promise<StoredPool> {
  const { rows } = await installation.rig.db.query<StoredPool>(
    `SELECT p.quantity, p.held, p.buffer, coalesce(l.sum, 0)::int AS sum,
       coalesce(l.held, 0)::int AS "heldSum",
       (SELECT coalesce(sum(quantity), 0)::int FROM holds h
        WHERE h.pool_id = p.id AND h.status IN ('held', 'confirmed')) AS promised
     FROM pools p,
       LATERAL (SELECT sum(delta) AS sum, sum(held_delta) AS held
                FROM pool_ledger WHERE pool_id = p.id) l
     WHERE p.group_id = $1 AND p.sku = $2`,
    [groupId, sku],
  );
  const [row] = rows;
  if (row === undefined) throw new Error(`there is no pool of ${sku}`);
  return row;
}
