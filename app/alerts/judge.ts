import { type Finding, incidentKey } from "./finding.ts";
import {
  type DiscrepancyFacts,
  judgeConnection,
  judgeDiscrepancies,
  judgeSubscriptions,
  type TopicFacts,
} from "./judge-shop.ts";
import { deadLetters, judgeSystem, type SystemFacts } from "./judge-systems.ts";
import type { AlertKind, CloseReason } from "./types.ts";

/** Everything the rules look at, of one shop at one moment. */
export interface ShopFacts {
  readonly nowMs: number;
  readonly reconnectNeeded: boolean;
  readonly systems: readonly SystemFacts[];
  /** Messages of Shopify that nobody could read. */
  readonly deadEvents: number;
  readonly topics: readonly TopicFacts[];
  readonly discrepancies: Omit<DiscrepancyFacts, "alerted">;
}

/** The kinds `judge` decides about; silence is found by its own job. */
export const judgedKinds: readonly AlertKind[] = [
  "dead_letters",
  "oldest_job",
  "subscription",
  "reconnect",
  "discrepancies",
  "system_failing",
  "system_disabled",
];

/** What is wrong, and what is only a consequence of it and has no alert of its own. */
export interface Verdict {
  readonly findings: readonly Finding[];
  /** By incident. */
  readonly explained: ReadonlyMap<string, Exclude<CloseReason, "over">>;
}

/**
 * What is wrong in a shop. `open`: the incidents that have an alert already, which takes less to go on
 * than it took to begin, so that nothing opens and closes in turn. Pure.
 */
export function judge(facts: ShopFacts, open: ReadonlySet<string>): Verdict {
  const found = [
    ...judgeConnection(facts.reconnectNeeded),
    ...judgeSubscriptions(facts.topics),
    ...facts.systems.flatMap((system) => judgeSystem(system, facts.nowMs)),
    ...deadLetters({ systemId: null, name: "Shopify", count: facts.deadEvents }),
    ...judgeDiscrepancies({
      ...facts.discrepancies,
      alerted: open.has(incidentKey({ kind: "discrepancies", subject: "" })),
    }),
  ];
  const explained = new Map(found.flatMap(consequencesOf));
  return { findings: found.filter((one) => !explained.has(incidentKey(one))), explained };
}

/**
 * One incident, one alert: who hears of the cause need not hear of each consequence. Incidents that a
 * finding explains, whether or not they are found at the moment.
 */
function consequencesOf(cause: Finding): [string, Exclude<CloseReason, "over">][] {
  const subject = cause.systemId ?? "";
  const stuck = incidentKey({ kind: "oldest_job", subject });
  const failing = incidentKey({ kind: "system_failing", subject });
  if (cause.kind === "system_failing") return [[stuck, "explained"]];
  if (cause.kind !== "system_disabled") return [];
  return [
    [failing, "worse"],
    [stuck, "explained"],
  ];
}
