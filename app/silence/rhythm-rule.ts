/** Weeks that are looked back at; more would be another season. */
export const weeksBack = 6;
/** A store that is younger has no rhythm yet. */
const leastWeeks = 3;
/** Less likely than this, a silence is worth a question to Shopify. */
const unlikely = 1 / 1_000;

/**
 * How likely it is to hear nothing at all in a stretch of time in which `counts` were heard in earlier
 * weeks, at the same hours of the same weekdays. Notifications are taken for a Poisson process whose
 * rate is known from n weeks only: after them (prior of Jeffreys, sum s) the next count is negative
 * binomial, and P(0) = (n / (n + 1)) ^ (s + 1/2), which is exp(-rate) when n is large.
 * Gelman et al., Bayesian Data Analysis, 3rd ed., section 2.6. For s stands n times the median: one
 * week of a sale or of an import is no rhythm. Pure.
 */
export function chanceOfSilence(counts: readonly number[]): number {
  const weeks = counts.length;
  if (weeks === 0) return 1;
  return (weeks / (weeks + 1)) ** (weeks * median(counts) + 0.5);
}

/**
 * Whether a silence is against a topic's rhythm. `counts`: what was heard in the same stretch of the
 * last weeks; null: the store was not there yet. It may well be wrong: being wrong costs one question
 * of a few points, and only Shopify's answer makes an alert. Pure.
 */
export function isAgainstRhythm(counts: readonly (number | null)[]): boolean {
  const known = counts.filter((count) => count !== null);
  return known.length >= leastWeeks && chanceOfSilence(known) < unlikely;
}

function median(counts: readonly number[]): number {
  const sorted = counts.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}
