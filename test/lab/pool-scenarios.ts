import type { Rig } from "#test/worker/rig-on.ts";
import type { PoolJudgement } from "./judge-pool.ts";
import { runFlashSale } from "./run-flash-sale.ts";
import { runParticipantDown, runStoreLeaves } from "./run-group-mishaps.ts";
import { runHoldStorm } from "./run-hold-storm.ts";

/** Something that happens to stock that three stores share. */
export interface PoolScenario {
  readonly about: string;
  readonly play: (rig: Rig, seed: number) => Promise<PoolJudgement & { readonly passed: boolean }>;
}

const crowd =
  "500 customers want 120 units of three stores in a minute; 5 % of webhooks are lost, a fifth out of order, one store's 30 s late";

/** What happens to stock that stores share, by name. */
export const poolScenarios: Readonly<Record<string, PoolScenario>> = {
  "flash-sale": {
    about: `${crowd}. What that pace and lag call for is kept back, at a risk of 1 %`,
    play: (rig, seed) => runFlashSale(rig, 1, seed),
  },
  "flash-sale-bare": {
    about: `${crowd}. Nothing is kept back: see how many are sold twice`,
    play: (rig, seed) => runFlashSale(rig, null, seed),
  },
  "hold-storm": {
    about:
      "three stores want the last units at once, and everything is killed at each step of a hold",
    play: runHoldStorm,
  },
  "participant-down": {
    about: "one of two systems that holds ask is down until they expire, and answers too late",
    play: runParticipantDown,
  },
  "store-leaves": {
    about: "a store leaves its group in the middle of a sale",
    play: runStoreLeaves,
  },
};
