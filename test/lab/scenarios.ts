import { setTimeout as sleep } from "node:timers/promises";
import { faultySystems, type Installation, type SystemsDraft } from "#test/crash/installation.ts";
import { killAtRandom } from "#test/crash/kill-at-random.ts";
import type { LoadOptions, LoadSize } from "#test/crash/load.ts";
import type { SeededRandom } from "#test/crash/random.ts";
import { comparisonScenarios } from "./comparison-scenarios.ts";
import { netScenarios } from "./net-scenarios.ts";
import type { ComparisonScenario } from "./run-comparison.ts";
import { type PoolScenario, poolScenarios } from "./pool-scenarios.ts";
import type { FloorScenario } from "./run-floor.ts";
import type { NetScenario } from "./run-nets.ts";

/** One way in which the world misbehaves while changes flow. */
export interface Scenario {
  readonly about: string;
  readonly size?: LoadSize;
  readonly load?: Partial<Pick<LoadOptions, "gapMs" | "repeatShare" | "repeats" | "disorderMs">>;
  readonly systems?: SystemsDraft;
  /** It needs a database server of its own, which it breaks. */
  readonly breaksDatabase?: boolean;
  /** What goes wrong; `signal` is aborted once everything was sent. */
  readonly trouble?: (
    installation: Installation,
    random: SeededRandom,
    signal: AbortSignal,
    /** kill -9 of the database server; it is started again by itself. */
    killDatabase: () => Promise<void>,
  ) => Promise<void>;
}

/** Whatever the lab can play. */
export type AnyScenario =
  | Scenario
  | FloorScenario
  | NetScenario
  | ComparisonScenario
  | PoolScenario;

const healthy = {
  behaviours: { Warehouse: { mode: "healthy" }, ERP: { mode: "healthy" } },
} as const;
const quickCircuit = {
  minimumRequests: 10,
  failurePercent: 50,
  windowSeconds: 10,
  probeAfterMs: 500,
};

/** Lets one system misbehave for some seconds in the middle, then heals it. */
function outage(name: string, mode: "error" | "drop" | "slow" | "lose_answer", seconds: number) {
  return async ({ systems }: Installation) => {
    const system = systems[name === "Warehouse" ? 0 : 1];
    await sleep(1_000);
    await system?.setBehaviour({ mode, delayMs: 400 });
    await sleep(seconds * 1_000);
    await system?.setBehaviour({ mode: "healthy" });
  };
}

/** kill -9 of chosen processes at random moments while changes flow. */
function killing(
  ...which: readonly [0 | 1 | 2, ...(0 | 1 | 2)[]]
): NonNullable<Scenario["trouble"]> {
  return async ({ processes }, random, signal) => {
    const [first, ...rest] = which;
    const victims = [processes[first], ...rest.map((index) => processes[index])] as const;
    await killAtRandom(victims, random, signal);
    await Promise.all(processes.map((one) => one.untilReady()));
  };
}

/** Everything `npm run lab` can do, by name. */
export const scenarios: Readonly<Record<string, AnyScenario>> = {
  ...netScenarios,
  ...comparisonScenarios,
  ...poolScenarios,
  duplicates: {
    about: "every webhook comes six times, five of them at once",
    load: { repeatShare: 1, repeats: 5, disorderMs: 0 },
    systems: healthy,
  },
  reordering: {
    about: "webhooks leave up to three seconds out of order",
    load: { disorderMs: 3_000 },
    systems: healthy,
  },
  surge: {
    about: "nothing for a while, then everything at once",
    load: { gapMs: 0, disorderMs: 50 },
    systems: healthy,
  },
  "erp-down": {
    about: "the ERP fails every request for eight seconds; its circuit opens, work waits",
    systems: { ...healthy, circuit: quickCircuit },
    trouble: outage("ERP", "error", 8),
  },
  "flapping-wms": {
    about: "the warehouse is up and down every second",
    systems: { ...healthy, circuit: quickCircuit },
    trouble: async ({ systems: [warehouse] }, random, signal) => {
      while (!signal.aborted) {
        await warehouse?.setBehaviour({ mode: random.next() < 0.5 ? "error" : "healthy" });
        await sleep(1_000);
      }
      await warehouse?.setBehaviour({ mode: "healthy" });
    },
  },
  "slow-wms": {
    about: "the warehouse takes 400 ms for every change",
    systems: healthy,
    trouble: outage("Warehouse", "slow", 6),
  },
  "network-cut": {
    about:
      "connections to the warehouse break, and answers of the ERP are lost after it applied them",
    systems: {
      behaviours: {
        Warehouse: { mode: "healthy" },
        ERP: { mode: "lose_answer", share: 20 },
      },
      circuit: quickCircuit,
    },
    trouble: async (installation) => {
      await outage("Warehouse", "drop", 6)(installation);
      await installation.systems[1]?.setBehaviour({ mode: "healthy" });
    },
  },
  "worker-killed": {
    about: "kill -9 of the workers",
    systems: faultySystems,
    trouble: killing(1, 2),
  },
  "postgres-killed": {
    about: "kill -9 of the database server, three times",
    systems: healthy,
    breaksDatabase: true,
    trouble: async ({ processes }, random, signal, killDatabase) => {
      for (let kill = 0; kill < 3 && !signal.aborted; kill += 1) {
        await sleep(random.integer(1_000, 2_500));
        await killDatabase();
      }
      await Promise.all(processes.map((one) => one.untilReady()));
    },
  },
  "two-writers": {
    about: "the warehouse counts while people edit the same stock in Shopify and customers buy",
    twin: {},
  },
  "bad-webhooks": {
    about: "the same, and Shopify's webhooks come late, twice and out of order",
    twin: {
      webhookLatencyMs: 400,
      faults: { duplicate: 30, reorder: 20, delayShare: 30, delayMs: 2_000 },
    },
  },
  "token-expired": {
    about: "the same, and Shopify's access tokens last four seconds",
    twin: { accessTokenSeconds: 4 },
  },
  throttled: {
    about: "the same, and Shopify answers a trickle: 30 points per second",
    twin: { costBucket: { maximumAvailable: 100, restoreRate: 30 } },
  },
  "web-killed": {
    about: "kill -9 of the web process; Shopify sends again",
    systems: faultySystems,
    trouble: killing(0),
  },
};
