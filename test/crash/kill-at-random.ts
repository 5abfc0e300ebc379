import { setTimeout as sleep } from "node:timers/promises";
import type { MortalProcess } from "./mortal-process.ts";
import type { SeededRandom } from "./random.ts";

/** Who was killed, and when last (epoch ms). */
export interface Kills {
  readonly names: string[];
  lastMs: number;
}

const fewestKills = 4;

/**
 * kill -9 of one process after the other at random moments until `signal` is aborted, and four at the
 * least; each is started again a moment later, and all are ready at the end. What is killed may be
 * just starting, but not twice in a row: on a slow machine it would never serve.
 */
export async function killAtRandom(
  victims: readonly [MortalProcess, ...MortalProcess[]],
  random: SeededRandom,
  signal: AbortSignal,
): Promise<Kills> {
  const kills: Kills = { names: [], lastMs: 0 };
  const killedUnseen = new Set<MortalProcess>();
  for (;;) {
    const victim = random.pick(victims);
    if (killedUnseen.delete(victim)) await victim.untilReady();
    else killedUnseen.add(victim);
    await sleep(random.integer(500, 2_500));
    if (signal.aborted && kills.names.length >= fewestKills) break;
    await victim.kill();
    kills.names.push(victim.name);
    kills.lastMs = Date.now();
    await sleep(random.integer(0, 600));
    victim.start();
  }
  await Promise.all(victims.map((one) => one.untilReady()));
  return kills;
}
