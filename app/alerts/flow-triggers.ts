import type { AlertKind, AlertView } from "./types.ts";

/** A trigger of Shopify Flow: `handle` and fields as its file in `extensions/` declares them. */
export interface FlowTrigger {
  readonly handle: string;
  readonly kinds: readonly AlertKind[];
}

/** The triggers merchants can build workflows on. Each has a file `extensions/<handle>/shopify.extension.toml`. */
export const flowTriggers: readonly FlowTrigger[] = [
  { handle: "freshness-sla-breached", kinds: ["sla_breach", "sla_burn"] },
  { handle: "event-dead-lettered", kinds: ["dead_letters"] },
  { handle: "discrepancy-found", kinds: ["discrepancies"] },
];

/** The trigger an alert starts; undefined: none. */
export function triggerOf(kind: AlertKind): FlowTrigger | undefined {
  return flowTriggers.find(({ kinds }) => kinds.includes(kind));
}

/** Far below Flow's 50 KB. */
const longestText = 1_000;

/**
 * What a trigger carries: every field its file declares, and no other. Keys have letters and spaces
 * only. https://shopify.dev/docs/apps/build/flow/triggers
 */
export function flowPayload(
  alert: Pick<AlertView, "id" | "summary" | "advice" | "severity" | "domain" | "openedAt">,
  link: string,
): Readonly<Record<string, string>> {
  const payload = {
    "Alert id": alert.id,
    Summary: alert.summary,
    Advice: alert.advice,
    Severity: alert.severity,
    "Kind of data": alert.domain ?? "",
    "Opened at": alert.openedAt,
    Link: link,
  };
  return Object.fromEntries(
    Object.entries(payload).map(([key, value]) => [key, value.slice(0, longestText)]),
  );
}
