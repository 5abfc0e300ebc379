import { setTimeout as sleep } from "node:timers/promises";
import { Agent } from "undici";
import { type Installation, startInstallation } from "#test/crash/installation.ts";
import { historyOf, type Notification, sendAll } from "#test/crash/load.ts";
import { seededRandom } from "#test/crash/random.ts";
import type { ResourceState } from "#test/demo-systems/types.ts";
import type { Rig } from "#test/worker/rig-on.ts";
import type { Scenario } from "./scenarios.ts";
import { judge, type Ledgers, type SystemLedger, type Verdict } from "./verdict.ts";

const usualSize = { single: 200, busy: 20, changesPerBusy: 15 };
const usualGapMs = 15;
/** From the end of the trouble: 14 s until a dead worker's jobs are handed out again, and the rest. */
const settledWithinMs = 60_000;

/** Plays a scenario on a fresh database and compares the ledgers of both ends. */
export async function runScenario(rig: Rig, scenario: Scenario, seed: number): Promise<Verdict> {
  const installation = await startInstallation(rig, scenario.systems);
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
      scenario.trouble?.(installation, seededRandom(seed + 2), over.signal),
    ]);
    await agent.close();
    await settle(installation);
    return judge(await readLedgers(installation, history));
  } finally {
    await installation.close();
  }
}

/** Waits until nothing is on its way any more, or the time is over: the verdict tells. */
async function settle({ rig, shop }: Installation): Promise<void> {
  const deadlineMs = Date.now() + settledWithinMs;
  while (Date.now() < deadlineMs) {
    const { rows } = await rig.db.query<{ open: number }>(
      `SELECT (SELECT count(*)::int FROM events WHERE shop = $1 AND status = 'received')
         + (SELECT count(*)::int FROM pgboss.job WHERE state < 'completed')
         + (SELECT count(*)::int FROM deliveries WHERE shop = $1
            AND status NOT IN ('delivered', 'superseded', 'dead', 'discarded')) AS open`,
      [shop],
    );
    if (rows[0]?.open === 0) return;
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
    systems: await Promise.all(
      installation.systems.map((system) => readSystem(installation, system)),
    ),
  };
}

async function readSystem(
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
