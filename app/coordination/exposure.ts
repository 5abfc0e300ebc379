import { poissonChances } from "./auto-buffer.ts";

/** An article as its risk is seen now. */
export interface ExposureFacts {
  /** What there is and is not held: what may still be sold before a unit is sold twice. */
  readonly free: number;
  /** What all stores show, added up. */
  readonly shown: number;
  /** Units a second, in all stores together. */
  readonly unitsPerSecond: number;
  /** How long a sale takes to lower the other stores. */
  readonly lagSeconds: number;
}

/**
 * Units of an article that are sold twice, to be expected, before stores hear of each other's sales.
 *
 * In that time (the lag) a group sells velocity x lag units, and no store knows of the others'. Only
 * what is sold beyond the units that are there, the buffer among them, is sold twice; and no store
 * sells more than it shows. With sales that come one by one (Poisson) that is the loss function of
 * inventory theory, E[max(0, sold - free)], at most shown - free. Silver, Pyke & Thomas,
 * Inventory and Production Management in Supply Chains, 4th ed., 2017, ch. 6 (expected units short).
 * Pure.
 */
export function unitsAtRisk(facts: ExposureFacts): number {
  const { free, shown } = facts;
  const most = shown - Math.max(0, free);
  if (most <= 0) return 0;
  const mean = facts.unitsPerSecond * facts.lagSeconds;
  return Math.min(most, expectedBeyond(mean, Math.max(0, free)));
}

/** E[max(0, N - units)] for a Poisson N: mean - units + the sum of what is missing below. Pure. */
export function expectedBeyond(mean: number, units: number): number {
  if (mean <= 0) return 0;
  let beyond = mean - units;
  for (const { count, chance } of poissonChances(mean)) {
    if (count >= units) break;
    beyond += (units - count) * chance;
  }
  return Math.max(0, beyond);
}
