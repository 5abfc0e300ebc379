import type { Finding } from "./finding.ts";

/** A connected system as the rules see it. Times in epoch milliseconds. */
export interface SystemFacts {
  readonly id: string;
  readonly name: string;
  readonly status: "active" | "paused" | "disabled";
  readonly statusReason: string | null;
  /** Since when its circuit is not closed; null: it is closed. */
  readonly notAnsweringSinceMs: number | null;
  readonly waiting: number;
  readonly oldestWaitingSeconds: number;
  /** Dead letters that wait for a person. */
  readonly dead: number;
}

/** A circuit that opens for less than this heals by itself every day. */
const failingAfterMs = 5 * 60_000;

/** Longer than any target that is missed without an alert of its own. */
const stuckAfterSeconds = 30 * 60;

/** From this many on nobody replays them one by one. */
const manyDead = 10;

/** What is wrong with a connected system. Pure. */
export function judgeSystem(system: SystemFacts, nowMs: number): Finding[] {
  return [
    ...disabled(system),
    ...failing(system, nowMs),
    ...stuck(system),
    ...deadLetters({ systemId: system.id, name: system.name, count: system.dead }),
  ];
}

function about({ id, name }: SystemFacts) {
  return { subject: id, systemId: id, domain: null, level: 1, detail: { name } };
}

function disabled(system: SystemFacts): Finding[] {
  if (system.status !== "disabled") return [];
  const detail = { name: system.name, reason: system.statusReason };
  return [{ ...about(system), kind: "system_disabled", severity: "critical", detail }];
}

function failing(system: SystemFacts, nowMs: number): Finding[] {
  const since = system.notAnsweringSinceMs;
  if (system.status !== "active" || since === null || nowMs - since < failingAfterMs) return [];
  const detail = { name: system.name, waiting: system.waiting };
  return [{ ...about(system), kind: "system_failing", severity: "critical", detail }];
}

/** Paused by a person: the person knows. */
function stuck(system: SystemFacts): Finding[] {
  if (system.status !== "active" || system.oldestWaitingSeconds < stuckAfterSeconds) return [];
  const detail = {
    name: system.name,
    waiting: system.waiting,
    oldestSeconds: Math.round(system.oldestWaitingSeconds),
  };
  return [{ ...about(system), kind: "oldest_job", severity: "caution", detail }];
}

/**
 * Dead letters of one system, or (system null) messages of Shopify that nobody could read. One is
 * reason enough, since it never heals by itself; every further order of magnitude is told again.
 */
export function deadLetters(letters: {
  readonly systemId: string | null;
  readonly name: string;
  readonly count: number;
}): Finding[] {
  const { systemId, name, count } = letters;
  if (count === 0) return [];
  return [
    {
      kind: "dead_letters",
      subject: systemId ?? "events",
      systemId,
      domain: null,
      severity: count >= manyDead ? "critical" : "caution",
      level: 1 + Math.floor(Math.log10(count)),
      detail: { name, count },
    },
  ];
}
