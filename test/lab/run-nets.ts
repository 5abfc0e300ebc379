import { setTimeout as sleep } from "node:timers/promises";
import { type SeededRandom, seededRandom } from "#test/crash/random.ts";
import { unfinishedWork } from "#test/crash/unfinished-work.ts";
import type { ResourceState } from "#test/demo-systems/types.ts";
import { NORTH } from "#test/twin-conformance/support.ts";
import type { TwinOptions } from "#test/twin/types.ts";
import type { Rig } from "#test/worker/rig-on.ts";
import { type Edit, type FoundChange, judgeNets, type NetVerdict } from "./judge-nets.ts";
import {
  healthySystems,
  type Level,
  levelsOf,
  type OpenStore,
  pollEvery,
  withStore,
} from "./open-store.ts";
import { readSystem } from "./run-scenario.ts";

/** A store whose changes Shopify does not always tell: polls have to find them. */
export interface NetScenario {
  readonly about: string;
  readonly store?: Partial<TwinOptions>;
  /** What goes wrong while people work. */
  readonly mishap: (stage: Stage) => Promise<void>;
  /** How long after a change its search knows of it, at worst. */
  readonly searchLagMs?: number;
}

/** What a mishap has in its hands. */
export interface Stage extends OpenStore {
  readonly random: SeededRandom;
  readonly levels: readonly Level[];
  /** People count stock and rename products for so long, dozens of times a second. */
  work(seconds: number): Promise<void>;
  /** Somebody counts one article. */
  count(level: Level): void;
  /** Somebody gives a product another title. */
  rename(productId: string): void;
  /** Notes what somebody did otherwise. */
  note(edit: Omit<Edit, "atMs">): void;
}

const pollEverySeconds = 3;
const gapMs = 25;
const mostLevels = 400;
/** Shopify tells of a change within this time, so that a read leaves it alone for so long. */
const graceMs = 9_000;
const settledWithinMs = 90_000;

/** Plays a scenario: in the end everybody has what Shopify has, and the ledger of what was missed is right. */
export async function runNets(rig: Rig, scenario: NetScenario, seed: number): Promise<NetVerdict> {
  const twin = { skusPerStore: 200, ledgerSize: 20_000, seed, ...scenario.store };
  const systems = { ...healthySystems, domains: ["inventory", "products"] };
  return withStore(rig, { twin, systems }, async (store) => {
    await pollEvery(store, pollEverySeconds);
    const edits: Edit[] = [];
    await scenario.mishap(stageOf(store, seededRandom(seed), edits));
    await store.twin.settled(30_000);
    await untilFound(store, Date.now() + graceMs + (scenario.searchLagMs ?? 0));
    return judge(store, edits);
  });
}

function stageOf(store: OpenStore, random: SeededRandom, edits: Edit[]): Stage {
  const { operations } = store.twin;
  const levels = levelsOf(store.twin, mostLevels);
  const products = [...new Set(levels.map((level) => level.productId))];
  let serial = 1_000;
  const note = (edit: Omit<Edit, "atMs">) => edits.push({ ...edit, atMs: Date.now() });
  const count = ({ sku, locationId }: Level) => {
    const available = (serial += 1);
    const done = operations.setStock({ shop: NORTH, sku, locationId, available });
    note({ id: done.inventoryLevelId, eventId: done.eventId, value: available });
  };
  const rename = (productId: string) => {
    const title = `Edited ${String((serial += 1))}`;
    const { eventId } = operations.editProduct({ shop: NORTH, productId, title });
    note({ id: `gid://shopify/Product/${productId}`, eventId, value: title });
  };
  let turn = 0;
  return {
    ...store,
    random,
    levels,
    note,
    count,
    rename,
    work: async (seconds) => {
      // In turns: two changes of one record within a second carry one stamp, and no read could tell them apart.
      for (const endMs = Date.now() + seconds * 1_000; Date.now() < endMs; turn += 1) {
        const level = levels[turn % levels.length];
        const product = products[Math.floor(turn / 2) % products.length];
        if (turn % 2 === 0 && product !== undefined) rename(product);
        else if (level) count(level);
        await sleep(random.integer(gapMs / 2, gapMs * 2));
      }
    },
  };
}

/** Waits until passes that began after a moment have read everything, and what they found is settled. */
async function untilFound({ installation }: OpenStore, afterMs: number): Promise<void> {
  const { rig, shop } = installation;
  for (const deadlineMs = Date.now() + settledWithinMs; Date.now() < deadlineMs; await sleep(250)) {
    const { rows } = await rig.db.query<{ passes: number; waiting: number }>(
      `SELECT (SELECT count(DISTINCT feed)::int FROM poll_passes WHERE shop = $1
               AND started_at > $2 AND feed IN ('inventory', 'products')) AS passes,
         (SELECT count(*)::int FROM missed_webhooks WHERE shop = $1 AND state = 'waiting') AS waiting`,
      [shop, new Date(afterMs)],
    );
    const { received, open } = await unfinishedWork(installation);
    if (rows[0]?.passes === 2 && rows[0].waiting + received + open === 0) return;
  }
  console.log(
    "  not settled:",
    JSON.stringify(
      (await rig.db.query("SELECT feed, problem, failures FROM poll_feeds WHERE shop = $1", [shop]))
        .rows,
    ),
  );
}

async function judge({ twin, installation }: OpenStore, edits: readonly Edit[]) {
  const { rig, shop } = installation;
  const { entries } = twin.operations.ledger({ shop, limit: 20_000 });
  const stored = await rig.db.query<{ id: string }>(
    "SELECT delivery_key AS id FROM events WHERE shop = $1 AND source = 'webhook'",
    [shop],
  );
  const arrived = new Set(stored.rows.map(({ id }) => id));
  const told = entries.filter(
    ({ outcome, webhookId }) => outcome === "delivered" || arrived.has(webhookId),
  );
  const found = await rig.db.query<FoundChange>(
    `SELECT resource_id AS id, (extract(epoch FROM changed_at) * 1000)::float8 AS "atMs"
     FROM missed_webhooks WHERE shop = $1 AND state = 'missed'`,
    [shop],
  );
  const counted = await rig.db.query<{ value: string }>(
    "SELECT sum(value) AS value FROM counters WHERE name = 'converge_missed_webhooks_total'",
  );
  const systems = await Promise.all(
    installation.systems.map(async (system) => ({
      ...(await readSystem(installation, system)),
      held: await heldBy(system.url),
    })),
  );
  return judgeNets({
    edits,
    told: new Set(told.map(({ eventId, resource }) => `${eventId} ${resource}`)),
    found: found.rows,
    counted: Number(counted.rows[0]?.value ?? 0),
    systems,
  });
}

/** What a system has: a level's stock, a product's title. */
async function heldBy(url: string): Promise<Map<string, unknown>> {
  const answer = await fetch(`${url}/resources`);
  const { items } = (await answer.json()) as { items: ResourceState[] };
  return new Map(items.map(({ id, data }) => [id, data["available"] ?? data["title"]]));
}
