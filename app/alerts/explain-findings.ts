import { type Finding, flowSubject, incidentKey } from "./finding.ts";
import type { AlertKind } from "./types.ts";

/**
 * Incidents that need no alert of their own. worse: another one tells of the same and more, so that
 * theirs, if there is one, ends in silence. explained: they follow from another one; none is opened,
 * and one that stands already goes on.
 */
export type Explained = ReadonlyMap<string, "worse" | "explained">;

/** One incident, one alert: who hears of the cause need not hear of each consequence. Pure. */
export function explainFindings(found: readonly Finding[]): Explained {
  const explained = new Map<string, "worse" | "explained">();
  for (const cause of found)
    for (const [key, why] of [
      ...worseThan(cause),
      ...silencesOf(cause, found),
      ...consequencesOf(cause, found),
    ])
      if (explained.get(key) !== "worse") explained.set(key, why);
  return explained;
}

/** Whether or not they are found at the moment. */
function worseThan({ kind, subject, systemId }: Finding): [string, "worse"][] {
  const key = (other: AlertKind, about: string): [string, "worse"] => [
    incidentKey({ kind: other, subject: about }),
    "worse",
  ];
  if (kind === "system_disabled")
    return [key("system_failing", subject), key("oldest_job", subject)];
  if (kind !== "sla_breach") return [];
  const warned = key("sla_warn", subject);
  if (systemId === null) return [warned];
  return [warned, key("system_failing", systemId), key("oldest_job", systemId)];
}

/** A subscription that is gone says why its topic is silent. */
function silencesOf(cause: Finding, found: readonly Finding[]): [string, "worse"][] {
  if (cause.kind !== "subscription" || cause.detail["state"] === "drifted") return [];
  return found
    .filter(({ kind, detail }) => kind === "silence" && detail["topic"] === cause.subject)
    .map((silence) => [incidentKey(silence), "worse"]);
}

function consequencesOf(cause: Finding, found: readonly Finding[]): [string, "explained"][] {
  return found
    .filter((other) => other !== cause && follows(other, cause))
    .map((other) => [incidentKey(other), "explained"]);
}

const ofFreshness: readonly AlertKind[] = ["sla_warn", "sla_breach", "sla_burn"];

function follows(other: Finding, cause: Finding): boolean {
  const fresh = ofFreshness.includes(other.kind);
  const heldUpBy = other.detail["heldUpBy"];
  const sameSystem = other.systemId === cause.systemId;
  switch (cause.kind) {
    case "sla_breach":
      return fresh && followsBreach(other, cause);
    case "system_failing":
      return sameSystem && (other.kind === "oldest_job" || other.kind === "sla_warn");
    case "system_disabled":
      return sameSystem && fresh;
    case "dead_letters":
      // A given-up change is as old as it is until somebody replays it.
      return fresh && heldUpBy === "dead" && (sameSystem || cause.systemId === null);
    case "reconnect":
      // Nothing else is in the way, and a read is not overdue from its first second on.
      return fresh && (heldUpBy === null || heldUpBy === "poll_overdue");
    default:
      return false;
  }
}

/** A breach uses up its budget; and what Converge itself does not have yet, no system can have. */
function followsBreach(other: Finding, cause: Finding): boolean {
  if (other.subject === cause.subject) return other.kind === "sla_burn";
  return cause.subject === flowSubject(other.domain ?? "", null);
}
