import { setTimeout as sleep } from "node:timers/promises";
import { replaceRules } from "#app/ownership/index.server.ts";
import { listSystems } from "#app/systems/index.server.ts";
import { type SeededRandom, seededRandom } from "#test/crash/random.ts";
import { NORTH } from "#test/twin-conformance/support.ts";
import type { TwinOptions } from "#test/twin/types.ts";
import type { Rig } from "#test/worker/rig-on.ts";
import {
  healthySystems,
  heldBy,
  keyOf,
  type Level,
  levelsOf,
  type OpenStore,
  tailOf,
  withStore,
} from "./open-store.ts";
import { readSystem, settle } from "./run-scenario.ts";
import type { Verdict } from "./verdict.ts";

/** A store in which the warehouse counts, customers buy and people edit, all at once. */
export interface FloorScenario {
  readonly about: string;
  readonly twin: Partial<TwinOptions>;
}

const levelCount = 12;
const secondsOfTrouble = 10;

/**
 * Plays a floor: the warehouse owns the stock and sends counts through the API, people edit the same
 * levels in the Shopify admin, customers buy. Then the warehouse counts everything once more, and all
 * four (Shopify, Converge's writes, the warehouse, the ERP) have to agree.
 */
export async function runFloor(rig: Rig, scenario: FloorScenario, seed: number): Promise<Verdict> {
  const draft = { skusPerStore: levelCount * 2, seed, ...scenario.twin };
  return withStore(rig, { twin: draft, systems: healthySystems }, async (store) => {
    await makeOwner(store);
    return play(store, seededRandom(seed));
  });
}

async function play(floor: OpenStore, random: SeededRandom): Promise<Verdict> {
  const levels = levelsOf(floor.twin).slice(0, levelCount);
  const counted = new Map<string, number>();
  const sent: string[] = [];
  const count = async (level: Level) => {
    const onHand = random.integer(50, 150);
    counted.set(level.key, onHand);
    sent.push(await sendCount(floor, level, onHand));
  };
  await trouble(floor, levels, random, count);
  for (const level of levels) await count(level);
  await floor.twin.settled(60_000).catch(() => undefined);
  await settle(floor.installation);
  return judgeFloor(floor, levels, counted, sent);
}

/** Makes the warehouse the owner of the stock. */
async function makeOwner({ installation: { rig, shop, owner } }: OpenStore): Promise<void> {
  const items = [{ domain: "inventory", owner: owner.id, onForeignWrite: "flag" }];
  const saved = await replaceRules({ ...rig, systemsOf: listSystems }, shop, "user:1", items);
  if (!saved.ok) throw new Error("the warehouse could not be made the owner");
}

/** Sends a count of the warehouse until Converge has taken it; returns its id. */
async function sendCount({ installation, origin }: OpenStore, level: Level, onHand: number) {
  for (;;) {
    const answer = await fetch(`${origin}/api/v1/changes`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${installation.owner.apiKey}`,
        "content-type": "application/json",
      },
      body: JSON.stringify({
        domain: "inventory",
        sku: level.sku,
        locationId: `gid://shopify/Location/${tailOf(level.locationId)}`,
        set: { onHand },
        observedAt: new Date().toISOString(),
      }),
    });
    const body = (await answer.json()) as { id?: string };
    if (answer.status === 202 && body.id !== undefined) return body.id;
    if (answer.status < 500) throw new Error(`a count was refused: ${JSON.stringify(body)}`);
    await sleep(200);
  }
}

/** Three hands on the same levels. */
async function trouble(
  { twin }: OpenStore,
  levels: readonly Level[],
  random: SeededRandom,
  count: (level: Level) => Promise<void>,
): Promise<void> {
  const endMs = Date.now() + secondsOfTrouble * 1_000;
  const any = () => levels[random.integer(0, levels.length - 1)] as Level;
  const repeat = async (gapMs: number, act: (level: Level) => unknown) => {
    while (Date.now() < endMs) {
      await act(any());
      await sleep(random.integer(gapMs / 2, gapMs * 2));
    }
  };
  await Promise.all([
    repeat(150, count),
    repeat(200, ({ sku, locationId }) =>
      twin.operations.sell({ shop: NORTH, sku, locationId, quantity: 1 }),
    ),
    repeat(600, ({ sku, locationId }) =>
      twin.operations.setStock({ shop: NORTH, sku, locationId, available: random.integer(10, 90) }),
    ),
  ]);
}

/**
 * Lost: a count that Converge has forgotten, a level on which Shopify does not have the warehouse's
 * last word, or one of which the ERP has not heard what Shopify has. Applied twice: a system's second
 * effect of one change, or an older version after a newer one.
 */
async function judgeFloor(
  { twin, installation }: OpenStore,
  levels: readonly Level[],
  counted: ReadonlyMap<string, number>,
  sent: readonly string[],
): Promise<Verdict> {
  const { rig } = installation;
  const { rows } = await rig.db.query<{ id: string; status: string }>(
    "SELECT event_id AS id, status FROM write_intents WHERE reason = 'system_change'",
  );
  const statuses = new Map(rows.map((row) => [row.id, row.status]));
  const tally = (status: string) => sent.filter((id) => statuses.get(id) === status).length;
  const stock = twin.operations
    .listStock({ shop: NORTH, limit: 100 })
    .flatMap((row) =>
      row.levels.map((level) => [keyOf(row.inventoryItemId, level.locationId), level] as const),
    );
  const shopify = new Map(stock);
  const erp = await heldBy(installation.systems[1]?.url ?? "");
  const wrong = levels.filter(({ key }) => shopify.get(key)?.onHand !== counted.get(key));
  const behind = levels.filter(({ key }) => erp.get(key) !== shopify.get(key)?.available);
  const ledgers = await Promise.all(
    installation.systems.map((system) => readSystem(installation, system)),
  );
  const appliedTwice = ledgers.reduce(
    (sum, system) => sum + (system.applied - system.distinct) + system.regressions,
    0,
  );
  const lost = sent.filter((id) => !statuses.has(id)).length + wrong.length + behind.length;
  const dead = tally("dead") + tally("conflict");
  const converged = wrong.length === 0 && behind.length === 0;
  return {
    sent: sent.length,
    acknowledged: sent.length,
    applied: tally("applied"),
    superseded: tally("superseded"),
    dead,
    lost,
    appliedTwice,
    converged,
    passed: lost === 0 && appliedTwice === 0 && converged && dead === 0,
  };
}
