import type {
  ErrorBudget,
  Freshness,
  FreshnessSla,
  HoldUp,
  SyncMethod,
} from "#app/freshness/types.ts";
import { formatTarget } from "./format/duration.ts";
import { countOf, formatCount } from "./format/number.ts";
import { domainWord, type StatusWord } from "./words.ts";

/** What SLAs and their figures are called, on every screen that shows them. Pure. */

export type SlaStanding = ErrorBudget["standing"];

export const slaWords: Readonly<Record<SlaStanding, StatusWord>> = {
  exhausted: {
    word: "Exhausted",
    tone: "critical",
    meaning: "More went wrong in this window than was allowed for all of it.",
  },
  breached: {
    word: "Breached",
    tone: "critical",
    meaning: "The data is older than promised right now, or was for too much of the time.",
  },
  at_risk: {
    word: "At risk",
    tone: "caution",
    meaning: "Past the warning, or the error budget is used up too fast.",
  },
  learning: {
    word: "Learning",
    tone: "info",
    progress: "partiallyComplete",
    meaning: "Measured for less than a day: too little to judge by.",
  },
  no_data: { word: "No data", tone: "neutral", meaning: "Nothing was measured yet." },
  met: { word: "Met", tone: "success", meaning: "As fresh as promised." },
};

/** In the order in which a person should look at them. */
export const slaStandings = Object.keys(slaWords) as readonly SlaStanding[];

/** How bad a standing is: what needs a person stands on top. */
const urgency: readonly SlaStanding[] = [
  "exhausted",
  "breached",
  "at_risk",
  "learning",
  "no_data",
  "met",
];

/** The worst first; among equals as they came. */
export function byUrgency<Row extends Pick<Freshness, "budget">>(rows: readonly Row[]): Row[] {
  const rank = ({ budget }: Row) => urgency.indexOf(budget.standing);
  return [...rows].sort((a, b) => rank(a) - rank(b));
}

/** The standing a URL names; null when it names none. */
export function readSlaStanding(value: string | null): SlaStanding | null {
  return slaStandings.find((standing) => standing === value) ?? null;
}

/** "11 met · 1 at risk · 0 breached", with what cannot be judged yet said apart. */
export function slaCounts(standings: readonly SlaStanding[]): string {
  const met = standings.filter((standing) => standing === "met").length;
  return `${formatCount(met)} met · ${unmetCounts(standings)}`;
}

/** The same of those that are not met: "1 at risk · 0 breached". */
export function unmetCounts(standings: readonly SlaStanding[]): string {
  const count = (...wanted: readonly SlaStanding[]) =>
    standings.filter((standing) => wanted.includes(standing)).length;
  const parts = [
    `${formatCount(count("at_risk"))} at risk`,
    `${formatCount(count("breached", "exhausted"))} breached`,
  ];
  const learning = count("learning");
  const none = count("no_data");
  if (learning > 0) parts.push(`${formatCount(learning)} learning`);
  if (none > 0) parts.push(`${formatCount(none)} without data`);
  return parts.join(" · ");
}

type Place = Pick<Freshness, "domain" | "system" | "systemName">;

/** Where the data goes: "Shopify → Demo Warehouse". */
export function flowWords({ system, systemName }: Omit<Place, "domain">): string {
  return `Shopify → ${system === null ? "Converge" : (systemName ?? "a removed system")}`;
}

/** "Stock levels in Demo Warehouse". */
export function placeWords({ domain, system, systemName }: Place): string {
  return `${domainWord(domain)} in ${system === null ? "Converge" : (systemName ?? "a removed system")}`;
}

/** How the URL of a detail page calls the place that is no system. */
export const ownPlace = "converge";

/** The page of one kind of data in one place. */
export function detailHref({ domain, system }: Pick<Place, "domain" | "system">): string {
  return `/app/freshness/${domain}/${encodeURIComponent(system ?? ownPlace)}`;
}

/** What a budget is counted over: "30 days", or "this month". */
export function windowWords({
  windowDays,
  windowKind,
}: Pick<FreshnessSla, "windowDays" | "windowKind">): string {
  if (windowKind !== "calendar") return countOf(windowDays, "day");
  return windowDays <= 7 ? "this week" : windowDays <= 30 ? "this month" : "this quarter";
}

/** "99 % under 1 min, 30 days": an SLA in one line. */
export function promiseWords(
  sla: Pick<FreshnessSla, "targetPercent" | "breachAfterSeconds" | "windowDays" | "windowKind">,
): string {
  return `${String(sla.targetPercent)} % under ${formatTarget(sla.breachAfterSeconds)}, ${windowWords(sla)}`;
}

/** A share that is compared with a target like 99.9: two decimals, never rounded up. */
export function sliWords(percent: number | null): string {
  if (percent === null) return "–";
  return `${String(Math.floor(percent * 100 + 1e-6) / 100)} %`;
}

/** How many times too fast the budget is used: "0.4×"; 1× uses it up exactly. */
export function burnWords(rate: number | null): string {
  if (rate === null) return "–";
  if (rate > 0 && rate < 0.05) return "< 0.1×";
  return `${rate < 9.95 ? rate.toFixed(1).replace(/\.0$/, "") : rate.toFixed(0)}×`;
}

export const syncWords: Readonly<Record<SyncMethod, { label: string; help: string }>> = {
  webhook_and_polling: {
    label: "Webhooks and regular reads",
    help: "Changes go out when Shopify tells of them; reads find what it did not tell.",
  },
  webhook_queue: {
    label: "Webhooks through the queue",
    help: "Changes go out in order as Shopify tells of them; reads are the net below.",
  },
  scheduled_batch: {
    label: "Scheduled batch",
    help: "Changes are gathered and sent together, as often as Shopify is read.",
  },
  event_driven: {
    label: "Event-driven",
    help: "Each change goes out by itself, at once.",
  },
  webhook_and_cache_invalidation: {
    label: "Webhooks and cache invalidation",
    help: "Systems are told at once that what they keep is no longer true; the data follows.",
  },
};

/** Where a person can do something about what holds data up; null where waiting is all there is. */
export function remedyOf(
  heldUpBy: HoldUp | null,
  system: string | null,
): { readonly content: string; readonly to: string } | null {
  if (heldUpBy === "poll_overdue" || heldUpBy === "never_read")
    return { content: "View reads of Shopify", to: "/app/webhook-health" };
  if (heldUpBy === null || heldUpBy === "processing" || system === null) return null;
  if (heldUpBy === "dead")
    return {
      content: "View dead letters",
      to: `/app/dead-letters?system=${encodeURIComponent(system)}`,
    };
  return heldUpBy === "queued"
    ? null
    : { content: "View system", to: `/app/systems/${encodeURIComponent(system)}` };
}
