/** What a shop pays Shopify for decides how fast its cost bucket fills. */
export const PLANS = {
  standard: { restoreRate: 100, publicDisplayName: "Basic", shopifyPlus: false },
  advanced: { restoreRate: 200, publicDisplayName: "Advanced", shopifyPlus: false },
  plus: { restoreRate: 1_000, publicDisplayName: "Plus", shopifyPlus: true },
  enterprise: { restoreRate: 2_000, publicDisplayName: "Enterprise", shopifyPlus: true },
} as const;

export type PlanName = keyof typeof PLANS;

export const PLAN_NAMES = Object.keys(PLANS) as PlanName[];

/** Observed: a full bucket holds what it gets back in twenty seconds. */
const BUCKET_SECONDS = 20;
/** The dearest single operation must always fit. */
const LEAST_BUCKET = 1_000;

export type BucketLimits = { maximumAvailable: number; restoreRate: number };

/** The bucket of a plan. */
export function planLimits(plan: PlanName): BucketLimits {
  const { restoreRate } = PLANS[plan];
  return { restoreRate, maximumAvailable: restoreRate * BUCKET_SECONDS };
}

/** The same, while Shopify has lowered its limits by so many percent. */
export function cutLimits(limits: BucketLimits, percent: number): BucketLimits {
  if (percent === 0) return limits;
  const share = 1 - percent / 100;
  const least = Math.min(LEAST_BUCKET, limits.maximumAvailable);
  return {
    maximumAvailable: Math.max(least, Math.floor(limits.maximumAvailable * share)),
    restoreRate: Math.max(1, Math.round(limits.restoreRate * share)),
  };
}
