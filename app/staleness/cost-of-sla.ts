import type { FreshnessSla, SlaCost } from "#app/freshness/types.ts";
import { cadencesOf, readPollHealth } from "#app/polling/index.server.ts";
import { feedOf, type PollHealth } from "#app/polling/types.ts";
import type { FreshnessDeps } from "./read-freshness.ts";

/** Live work needs the rest. */
const tightPercent = 50;

/**
 * What the reads that some SLAs need cost of a shop's API budget, by what a read cost of late, and
 * whether they can keep what the SLAs ask for. `slas`: all of the shop's, as they would be.
 */
export async function costOfSla(
  { db }: Pick<FreshnessDeps, "db">,
  shop: string,
  slas: readonly FreshnessSla[],
): Promise<SlaCost> {
  return costOf(shop, slas, await readPollHealth(db, shop));
}

/** The same from what is known of polling. Pure. */
export function costOf(shop: string, slas: readonly FreshnessSla[], health: PollHealth): SlaCost {
  const perSecond = cadencesOf(shop, slas).map(({ feed, everySeconds }) => {
    const known = health.feeds.find((one) => one.feed === feed);
    if (known === undefined || known.pointsPerHour === null) return null;
    return (known.pointsPerHour * known.everySeconds) / 3_600 / everySeconds;
  });
  const pointsPerSecond = perSecond.includes(null)
    ? null
    : perSecond.reduce<number>((sum, points) => sum + (points ?? 0), 0);
  const budgetPerSecond = health.budgetPerHour === null ? null : health.budgetPerHour / 3_600;
  const percent =
    pointsPerSecond === null || budgetPerSecond === null
      ? null
      : (pointsPerSecond / budgetPerSecond) * 100;
  const tooSlow = slas.find((sla) => isOutOfReach(sla, health));
  const facts = { pointsPerSecond, budgetPerSecond, percent };
  if (tooSlow !== undefined)
    return { ...facts, feasible: "no", sentence: outOfReachText(tooSlow, health) };
  if (percent === null || pointsPerSecond === null || budgetPerSecond === null)
    return {
      ...facts,
      feasible: "unknown",
      sentence: "What this costs is known once Shopify has been read completely.",
    };
  const restless = slas.find((sla) => readsWithin(sla, health) > sla.warnAfterSeconds);
  const isTight = percent > tightPercent || restless !== undefined;
  const feasible = percent > 100 ? "no" : isTight ? "tight" : "yes";
  const needs = `At your plan this needs ${numberText(pointsPerSecond)} of ${numberText(budgetPerSecond)} points per second.`;
  const advice = `${adviceOn(percent)}${restless === undefined ? "" : restlessText(restless)}`;
  return { ...facts, feasible, sentence: `${needs}${advice}` };
}

function adviceOn(percent: number): string {
  if (percent > 100) return " That is more than there is: read less often.";
  return percent > tightPercent ? " Little is left for writes and comparisons." : "";
}

/**
 * How old data gets before each read, when all goes well: it is complete up to the start of the last
 * one, until the next has ended.
 */
function readsWithin(sla: FreshnessSla, health: PollHealth): number {
  if (sla.syncMethod === "event_driven") return 0;
  return sla.pollEverySeconds + readSeconds(sla, health);
}

function isOutOfReach(sla: FreshnessSla, health: PollHealth): boolean {
  return sla.breachAfterSeconds < readsWithin(sla, health);
}

function restlessText(sla: FreshnessSla): string {
  const { pollEverySeconds, warnAfterSeconds } = sla;
  return ` Read every ${String(pollEverySeconds)} s, data is older than the warning of ${String(warnAfterSeconds)} s before each read: read more often or warn later.`;
}

function outOfReachText(sla: FreshnessSla, health: PollHealth): string {
  const takes = Math.ceil(readSeconds(sla, health));
  const best = sla.breachAfterSeconds - takes;
  const how =
    best >= 1
      ? `read every ${String(best)} s at most`
      : `allow more than ${String(takes)} s, which a read takes`;
  return `Reading every ${String(sla.pollEverySeconds)} s cannot keep data within ${String(sla.breachAfterSeconds)} s: ${how}.`;
}

/** How long a read of the SLA's kind of data takes, by those of late. */
function readSeconds(sla: FreshnessSla, { certificates }: PollHealth): number {
  const own = certificates.filter((one) => one.feed === feedOf[sla.domain]);
  if (own.length === 0) return 0;
  const total = own.reduce(
    (sum, { startedAt, completedAt }) => sum + Date.parse(completedAt) - Date.parse(startedAt),
    0,
  );
  return Math.max(0, total / own.length / 1_000);
}

function numberText(value: number): string {
  return value >= 10 ? Math.round(value).toLocaleString("en") : value.toFixed(1);
}
