/**
 * How much to keep back so that units sold elsewhere, which a store has not heard of yet, are there
 * all but so often.
 *
 * While a store shows what other stores may have sold already, the group sells blindly; that lasts as
 * long as it takes to lower a store after a sale elsewhere (the lag). Sales that come one by one and
 * independently are Poisson, of mean velocity x lag, so the least buffer B with
 * P(Poisson(velocity x lag) > B) <= risk is enough but for that risk in each such time: the newsvendor's
 * critical fractile, with a service level of 1 - risk and the lag as the lead time. Silver, Pyke &
 * Thomas, Inventory and Production Management in Supply Chains, 4th ed., 2017, ch. 6 and 9 (order
 * point by service level, Poisson demand in the lead time).
 */
export function autoBuffer(given: {
  /** Units a second, in all stores together. */
  readonly unitsPerSecond: number;
  readonly lagSeconds: number;
  /** From 0 to 1, exclusive. */
  readonly risk: number;
}): number {
  return poissonQuantile(given.unitsPerSecond * given.lagSeconds, 1 - given.risk);
}

/** The least k with P(Poisson(mean) <= k) >= level. Pure. */
export function poissonQuantile(mean: number, level: number): number {
  if (mean <= 0) return 0;
  let sum = 0;
  let reached = 0;
  for (const { count, chance } of poissonChances(mean)) {
    reached = count;
    sum += chance;
    if (sum >= level) break;
  }
  return reached;
}

/** The chance of each count that is worth adding up, in order; `mean` is above 0. Pure. */
export function* poissonChances(
  mean: number,
): Generator<{ readonly count: number; readonly chance: number }> {
  // What lies ten deviations below the mean is no chance worth adding up, and e^-mean would be 0.
  let count = Math.max(0, Math.floor(mean - 10 * Math.sqrt(mean)));
  let chance = Math.exp(count * Math.log(mean) - mean - logFactorial(count));
  yield { count, chance };
  while (count < mean || chance > 1e-18) {
    count += 1;
    chance *= mean / count;
    yield { count, chance };
  }
}

/** ln k!, by Stirling's series where k is large. https://dlmf.nist.gov/5.11 */
function logFactorial(k: number): number {
  if (k > 20) {
    const series = 1 / (12 * k) - 1 / (360 * k ** 3);
    return k * Math.log(k) - k + Math.log(2 * Math.PI * k) / 2 + series;
  }
  let sum = 0;
  for (let factor = 2; factor <= k; factor += 1) sum += Math.log(factor);
  return sum;
}
