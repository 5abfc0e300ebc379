import { type Explained, explainFindings } from "./explain-findings.ts";
import { type Finding, incidentKey } from "./finding.ts";
import type { Silence } from "#app/silence/types.ts";
import { type FlowFacts, judgeFlow } from "./judge-freshness.ts";
import {
  type DiscrepancyFacts,
  judgeConnection,
  judgeDiscrepancies,
  judgeOrderHolds,
  judgeSilences,
  judgeSubscriptions,
  type TopicFacts,
} from "./judge-shop.ts";
import { deadLetters, judgeSystem, type SystemFacts } from "./judge-systems.ts";

/** Everything the rules look at, of one shop at one moment. */
export interface ShopFacts {
  readonly nowMs: number;
  readonly reconnectNeeded: boolean;
  readonly flows: readonly FlowFacts[];
  readonly systems: readonly SystemFacts[];
  /** Messages of Shopify that nobody could read. */
  readonly deadEvents: number;
  readonly topics: readonly TopicFacts[];
  readonly silences: readonly Silence[];
  /** Orders on hold about which the merchant has to decide. */
  readonly undecidedOrders: number;
  readonly discrepancies: Omit<DiscrepancyFacts, "alerted">;
}

/** What is wrong, and which of it has no alert of its own. */
export interface Verdict {
  readonly findings: readonly Finding[];
  readonly explained: Explained;
}

/**
 * What is wrong in a shop. `open`: the incidents that have an alert already, which takes less to go on
 * than it took to begin, so that nothing opens and closes in turn. Pure.
 */
export function judge(facts: ShopFacts, open: ReadonlySet<string>): Verdict {
  const findings = [
    ...judgeConnection(facts.reconnectNeeded),
    ...judgeSubscriptions(facts.topics),
    ...judgeSilences(facts.silences, facts.nowMs),
    ...judgeOrderHolds(facts.undecidedOrders),
    ...facts.flows.flatMap((flow) => judgeFlow(flow, open)),
    ...facts.systems.flatMap((system) => judgeSystem(system, facts.nowMs)),
    ...deadLetters({ systemId: null, name: "Shopify", count: facts.deadEvents }),
    ...judgeDiscrepancies({
      ...facts.discrepancies,
      alerted: open.has(incidentKey({ kind: "discrepancies", subject: "" })),
    }),
  ];
  return { findings, explained: explainFindings(findings) };
}
