import { setTimeout as sleep } from "node:timers/promises";
import { Agent } from "undici";
import { statePurpose, statesOf } from "#app/mirror/index.server.ts";
import { type Installation, startInstallation } from "#test/crash/installation.ts";
import { historyOf, type Notification, sendAll } from "#test/crash/load.ts";
import { seededRandom } from "#test/crash/random.ts";
import { unfinishedWork } from "#test/crash/unfinished-work.ts";
import type { ResourceState } from "#test/demo-systems/types.ts";
import type { Rig } from "#test/worker/rig-on.ts";
import type { Scenario } from "./scenarios.ts";
import { judge, type Ledgers, type SystemLedger, type Verdict } from "./verdict.ts";

const usualSize = { single: 200, busy: 20, changesPerBusy: 15 };
const usualGapMs = 15;
/** From the end of the trouble: 14 s until a dead worker's jobs are handed out again, and the rest. */
const settledWithinMs = 60_000;

/** Plays a scenario on a fresh database and compares the ledgers of both ends. */
export async function runScenario(
  rig: Rig,
  scenario: Scenario,
  seed: number,
  options: {
    /** Folder of the app's source, when it is not this one. */
    readonly root?: string | undefined;
    readonly killDatabase?: () => Promise<void>;
  } = {},
): Promise<Verdict> {
  const { root, killDatabase = nobody } = options;
  const installation = await startInstallation(rig, scenario.systems, root ? { root } : {});
  try {
    const history = historyOf(scenario.size ?? usualSize, seededRandom(seed));
    const agent = new Agent({ connections: 32 });
    const over = new AbortController();
    const { webhookUrl: url, shop } = installation;
    const options = { url, shop, agent, random: seededRandom(seed + 1), gapMs: usualGapMs };
    await Promise.all([
      sendAll(history, { ...options, ...scenario.load }).finally(() => {
        over.abort();
      }),
      scenario.trouble?.(installation, seededRandom(seed + 2), over.signal, killDatabase),
    ]);
    await agent.close();
    await settle(installation);
    return judge(await readLedgers(installation, history));
  } finally {
    await installation.close();
  }
}

const nobody = () => Promise.reject(new Error("this scenario has no database server of its own"));

/** Waits until nothing is on its way any more, or the time is over: the verdict tells. */
export async function settle(installation: Installation): Promise<void> {
  const deadlineMs = Date.now() + settledWithinMs;
  while (Date.now() < deadlineMs) {
    const { received, open } = await unfinishedWork(installation);
    if (received + open === 0) return;
    await sleep(250);
  }
}

async function readLedgers(
  installation: Installation,
  history: readonly Notification[],
): Promise<Ledgers> {
  const { rig, shop } = installation;
  const events = await rig.db.query<{ id: string; status: string }>(
    "SELECT delivery_key AS id, status FROM events WHERE shop = $1",
    [shop],
  );
  const doubled = await rig.db.query(
    "SELECT event_id FROM changes WHERE shop = $1 GROUP BY event_id HAVING count(*) > 1",
    [shop],
  );
  return {
    sent: history.length,
    newest: new Map(history.map((item) => [item.resourceId, item.available])),
    // The sender goes on until it has its 200.
    acknowledged: history.map((item) => item.webhookId),
    events: new Map(events.rows.map((row) => [row.id, row.status])),
    doubledChanges: doubled.rows.length,
    doubledEvents: events.rows.length - new Set(events.rows.map((row) => row.id)).size,
    mirror: await readMirror(installation),
    systems: await Promise.all(
      installation.systems.map((system) => readSystem(installation, system)),
    ),
  };
}

async function readMirror({ rig, shop }: Installation): Promise<Map<string, number>> {
  const { rows } = await rig.db.query<{ id: string }>(
    "SELECT id FROM mirror_resources WHERE shop = $1",
    [shop],
  );
  const type = "InventoryLevel";
  const keys = rows.map(({ id }) => ({ type, id }));
  const sealed = await rig.db.transaction((tx) => statesOf(tx, shop, keys));
  return new Map(
    rows.map(({ id }) => {
      const state = sealed.get(`${type} ${id}`) ?? Buffer.alloc(0);
      const text = rig.vault.open(state, statePurpose(shop, type, id)).toString("utf8");
      return [id, (JSON.parse(text) as { available: number }).available];
    }),
  );
}

/** A system's ledger and what Converge still owes it. */
export async function readSystem(
  { rig, shop }: Installation,
  system: Installation["systems"][number],
): Promise<SystemLedger> {
  const answer = await fetch(`${system.url}/resources`);
  const { items } = (await answer.json()) as { items: ResourceState[] };
  const owed = await rig.db.query<{ id: string }>(
    `SELECT DISTINCT d.resource_id AS id FROM deliveries d JOIN systems s ON s.id = d.system_id
     WHERE d.shop = $1 AND s.url = $2 AND d.status NOT IN ('delivered', 'superseded', 'discarded')`,
    [shop, `${system.url}/webhooks`],
  );
  const report = system.received();
  return {
    name: system.url,
    held: new Map(items.map((item) => [item.id, item.data["available"]])),
    applied: report.applied,
    distinct: new Set(system.receivedIds()).size,
    regressions: report.regressions,
    owed: new Set(owed.rows.map((row) => row.id)),
  };
}
