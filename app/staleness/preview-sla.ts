import {
  leftPercent,
  placeKey,
  readHours,
  readSlas,
  type SlaWindow,
  slaOf,
  windowOf,
} from "#app/freshness/index.server.ts";
import type { FreshnessSla, SlaPreview } from "#app/freshness/types.ts";
import { gatherFlows } from "./gather-flows.ts";
import type { FreshnessDeps } from "./read-freshness.ts";

const days = 30;
const dayMs = 24 * 3_600_000;
const minuteMs = 60_000;

/** The worst age in a minute. */
export interface AgedMinute {
  readonly atMs: number;
  readonly ageSeconds: number;
}

/**
 * What an SLA would have meant over the last 30 days: of its system, or, where it is for all, of
 * Converge and of every system without an SLA of its own, the worst of them counting.
 */
export async function previewSla(
  { db, clock }: FreshnessDeps,
  shop: string,
  sla: FreshnessSla,
): Promise<SlaPreview> {
  const nowMs = clock.now();
  const others = (await readSlas(db, shop)).filter(
    (one) => one.domain !== sla.domain || one.system !== sla.system,
  );
  const flows = await gatherFlows(db, [shop]);
  const mine = new Set(
    flows
      .filter(({ domain, system }) => slaOf([sla, ...others], domain, system?.id ?? null) === sla)
      .map(({ domain, system }) => placeKey(domain, system?.id ?? null)),
  );
  const worst = new Map<number, number>();
  for (const place of flows) {
    const key = placeKey(place.domain, place.system?.id ?? null);
    if (!mine.has(key)) continue;
    const only = { domain: place.domain, system: place.system?.id ?? null };
    for (const { hourMs, ages } of await readHours(db, shop, nowMs - days * dayMs, nowMs, only))
      for (const [minute, age] of ages.entries()) {
        const atMs = hourMs + minute * minuteMs;
        if (age !== null) worst.set(atMs, Math.max(age, worst.get(atMs) ?? 0));
      }
  }
  const minutes = [...worst].map(([atMs, ageSeconds]) => ({ atMs, ageSeconds }));
  return judge(minutes, sla, nowMs, windowOf(sla, nowMs, flows[0]?.shop.timeZone ?? null));
}

/** What an SLA says of what was, minute by minute. Pure. */
export function judge(
  minutes: readonly AgedMinute[],
  sla: FreshnessSla,
  nowMs: number,
  window: SlaWindow,
): SlaPreview {
  const runs = runsOver(minutes, sla.warnAfterSeconds);
  const breaches = runsOver(minutes, sla.breachAfterSeconds);
  const bad = breaches.flat();
  const sinceMs = Math.max(nowMs - days * dayMs, window.fromMs);
  const inWindow = bad.filter((minute) => minute.atMs >= sinceMs).length * 60;
  const allowedSeconds = ((window.toMs - window.fromMs) * (100 - sla.targetPercent)) / 100 / 1_000;
  const known = minutes.length;
  return {
    knownSeconds: known * 60,
    warnings: runs.filter((run) => run.every((one) => one.ageSeconds <= sla.breachAfterSeconds))
      .length,
    breaches: breaches.length,
    sliPercent: known === 0 ? null : (1 - bad.length / known) * 100,
    leftPercent: leftPercent(allowedSeconds, inWindow),
    sentence: sentenceOf(known, breaches.length, bad.length),
  };
}

/** Minutes in a row over a limit; what is not known ends a row. */
function runsOver(minutes: readonly AgedMinute[], limitSeconds: number): AgedMinute[][] {
  const runs: AgedMinute[][] = [];
  let lastMs = -Infinity;
  for (const minute of [...minutes].sort((a, b) => a.atMs - b.atMs)) {
    if (minute.ageSeconds <= limitSeconds) continue;
    if (minute.atMs === lastMs + minuteMs) runs.at(-1)?.push(minute);
    else runs.push([minute]);
    lastMs = minute.atMs;
  }
  return runs;
}

function sentenceOf(knownMinutes: number, breaches: number, badMinutes: number): string {
  if (knownMinutes === 0) return "Nothing is known of the last 30 days yet.";
  const times =
    breaches === 0
      ? "Would not have breached"
      : `Would have breached ${["once", "twice"][breaches - 1] ?? `${breaches.toLocaleString("en")} times`}`;
  const long = badMinutes === 0 ? "" : `, for ${durationText(badMinutes)} in all`;
  const known = knownMinutes >= days * 24 * 60 * 0.98;
  const of = known ? "" : ` (${durationText(knownMinutes)} of them are known)`;
  return `${times} in the last 30 days${of}${long}.`;
}

function durationText(minutes: number): string {
  if (minutes < 120) return minutes === 1 ? "1 minute" : `${String(minutes)} minutes`;
  const hours = minutes / 60;
  return hours < 48 ? `${hours.toFixed(1)} hours` : `${(hours / 24).toFixed(1)} days`;
}
