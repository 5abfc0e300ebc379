import type { FaultSettings } from "../faults/fault-table.ts";
import type { Random } from "../state/random.ts";
import type { Ledger } from "./ledger.ts";

/** Spread of Shopify's delivery time: with a median of 1 s, 1 in 100 takes 7 s. */
const LATENCY_SIGMA = 0.84;
/** A reordered delivery waits long enough for later ones to pass it. */
const REORDER_MS = { low: 400, high: 2_000 };
/** The second copy of a duplicate comes at the same instant or a little later. */
const DUPLICATE_GAP_MS = { low: 0, high: 250 };

export type DeliveryPlan = {
  random: Random;
  ledger: Ledger;
  faults: FaultSettings;
  latencyMs: number;
};

/** How long the first attempt waits: normal latency plus what the faults add. */
export function firstDelayMs({ random, ledger, faults, latencyMs }: DeliveryPlan): number {
  const { reorder, delayMs, delayShare, latencyFactor } = faults;
  const medianMs = latencyMs * (latencyFactor || 1);
  let waitMs = medianMs <= 0 ? 0 : medianMs * Math.exp(LATENCY_SIGMA * normal(random));
  if (random.chance(reorder)) {
    ledger.count("reordered");
    waitMs += random.between(REORDER_MS.low, REORDER_MS.high);
  }
  if (delayMs > 0 && random.chance(delayShare)) {
    ledger.count("delayed");
    waitMs += delayMs;
  }
  return waitMs;
}

/** When copies of a delivery are sent besides it, in milliseconds from now. */
export function copyDelaysMs({ random, faults }: DeliveryPlan): number[] {
  const delays: number[] = [];
  if (random.chance(faults.duplicate)) {
    delays.push(random.between(DUPLICATE_GAP_MS.low, DUPLICATE_GAP_MS.high));
  }
  if (random.chance(faults.lateCopyShare)) {
    const copies = Math.max(1, faults.lateCopies);
    for (let count = 1; count <= copies; count += 1) delays.push(count * faults.lateCopyMs);
  }
  return delays;
}

/** A normally distributed number (Box and Muller). */
function normal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.next()));
  return radius * Math.cos(2 * Math.PI * random.next());
}

/** Remembers bodies for a while, to tell when the same is about to be sent again. */
export function createCoalescer(now: () => number) {
  const sentAt = new Map<string, number>();
  return (address: string, body: string, windowMs: number): boolean => {
    if (windowMs <= 0) return false;
    const nowMs = now();
    for (const [key, at] of sentAt) if (at <= nowMs - windowMs) sentAt.delete(key);
    const key = `${address} ${body}`;
    const isRepeated = sentAt.has(key);
    if (!isRepeated) sentAt.set(key, nowMs);
    return isRepeated;
  };
}
