import type { AlertKind, AlertView } from "#app/alerts/types.ts";
import type { SystemHealth } from "#app/delivery/types.ts";
import type { DomainLag } from "#app/freshness/types.ts";
import type { SystemView } from "#app/systems/types.ts";
import { formatSeconds, formatTarget } from "#app/ui/format/duration.ts";
import { countOf } from "#app/ui/format/number.ts";
import { lagTargetSeconds } from "#app/ui/lag-targets.ts";
import { domainWord } from "#app/ui/words.ts";
import type { Tone } from "#app/ui/words.ts";

/** Something a merchant should look at, with the place to do something about it. */
export interface AttentionItem {
  readonly key: string;
  readonly tone: Tone;
  readonly what: string;
  readonly since: string | null;
  readonly action: { readonly content: string; readonly to: string };
}

/** How many changes a system did not get, and when the last of them was given up. */
export interface DeadOfSystem {
  readonly systemId: string;
  readonly count: number;
  readonly newestAt: string | null;
}

/** What the overview knows. */
export interface AttentionFacts {
  /** Open ones, the worst first. */
  readonly alerts: readonly AlertView[];
  readonly systems: readonly SystemView[];
  readonly health: readonly SystemHealth[];
  readonly lags: readonly DomainLag[];
  readonly deadBySystem: readonly DeadOfSystem[];
  /** Events nobody could make sense of. */
  readonly deadEvents: { readonly count: number; readonly newestAt: string | null };
  readonly discrepancies: { readonly count: number; readonly newestAt: string | null };
  readonly nowMs: number;
}

/** More would be a list nobody reads. */
export const attentionShown = 5;
const behindAfterSeconds = 60;

/** The five things that need a person most, the worst first. */
export function needsAttention(facts: AttentionFacts): AttentionItem[] {
  const all = [
    ...alerted(facts),
    ...disabledSystems(facts),
    ...failedDeliveries(facts),
    ...unreadableEvents(facts),
    ...disagreements(facts),
    ...behindSystems(facts),
    ...lateDomains(facts),
  ];
  return all.slice(0, attentionShown);
}

/** What only the alerts know of; the rest is told with its present figures below. */
const toldByAlerts: readonly AlertKind[] = [
  "subscription",
  "silence",
  "sla_breach",
  "sla_burn",
  "reconnect",
];

function alerted({ alerts }: AttentionFacts): AttentionItem[] {
  return alerts
    .filter(({ kind, state }) => state === "open" && toldByAlerts.includes(kind))
    .map(({ id, severity, summary, openedAt, place }) => ({
      key: `alert ${id}`,
      tone: severity,
      what: summary,
      since: openedAt,
      action: place,
    }));
}

function disabledSystems({ systems }: AttentionFacts): AttentionItem[] {
  return systems
    .filter((system) => system.status === "disabled")
    .map((system) => ({
      key: `disabled ${system.id}`,
      tone: "critical",
      what: `${system.name} was switched off. ${system.statusReason ?? ""}`.trim(),
      since: system.statusSince,
      action: { content: "View system", to: `/app/systems/${system.id}` },
    }));
}

function failedDeliveries(facts: AttentionFacts): AttentionItem[] {
  const names = new Map(facts.systems.map((system) => [system.id, system.name]));
  return [...facts.deadBySystem]
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count)
    .map(({ systemId, count, newestAt }) => ({
      key: `dead ${systemId}`,
      tone: "critical",
      what: `${countOf(count, "change")} could not be delivered to ${names.get(systemId) ?? "a removed system"}.`,
      since: newestAt,
      action: {
        content: "View dead letters",
        to: `/app/dead-letters?system=${encodeURIComponent(systemId)}`,
      },
    }));
}

function disagreements({ discrepancies: { count, newestAt } }: AttentionFacts): AttentionItem[] {
  if (count === 0) return [];
  return [
    {
      key: "discrepancies",
      tone: "caution",
      what: `Shopify and the owner do not agree about ${countOf(count, "record")}.`,
      since: newestAt,
      action: { content: "View discrepancies", to: "/app/discrepancies" },
    },
  ];
}

function unreadableEvents({ deadEvents }: AttentionFacts): AttentionItem[] {
  const { count, newestAt } = deadEvents;
  if (count === 0) return [];
  return [
    {
      key: "dead events",
      tone: "critical",
      what: `${countOf(count, "message")} from Shopify could not be read.`,
      since: newestAt,
      action: { content: "View events", to: "/app/events?status=dead" },
    },
  ];
}

function behindSystems({ systems, health, nowMs }: AttentionFacts): AttentionItem[] {
  const byId = new Map(health.map((item) => [item.systemId, item]));
  return systems.flatMap((system): AttentionItem[] => {
    const waiting = byId.get(system.id);
    const oldest = waiting?.oldestWaitingSeconds ?? null;
    if (!waiting || oldest === null || oldest < behindAfterSeconds) return [];
    const changes = countOf(waiting.waiting, "change waits", "changes wait");
    const what =
      system.status === "paused"
        ? `${system.name} is paused; ${changes} for it.`
        : `${system.name} is behind: ${changes}, the oldest for ${formatSeconds(oldest)}.`;
    return [
      {
        key: `behind ${system.id}`,
        tone: "caution",
        what,
        since: new Date(nowMs - oldest * 1000).toISOString(),
        action: { content: "View system", to: `/app/systems/${system.id}` },
      },
    ];
  });
}

function lateDomains({ lags }: AttentionFacts): AttentionItem[] {
  return lags.flatMap((lag): AttentionItem[] => {
    const target = lagTargetSeconds(lag.domain);
    if (target === null || lag.total.p95 <= target) return [];
    return [
      {
        key: `late ${lag.domain}`,
        tone: "caution",
        what: `${domainWord(lag.domain)}: 95 % arrived within ${formatSeconds(lag.total.p95)}; the target is ${formatTarget(target)}.`,
        since: null,
        action: {
          content: "View events",
          to: `/app/events?domain=${encodeURIComponent(lag.domain)}`,
        },
      },
    ];
  });
}
