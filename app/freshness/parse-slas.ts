import { dataDomains } from "#app/data-domains.ts";
import { type Fault, readList } from "#app/field-errors.ts";
import { calendarDays } from "./sla-window.ts";
import { syncMethods, type FreshnessSla, type SlaError } from "./types.ts";

/** A year: whoever asks for less asks for nothing. */
const longestSeconds = 365 * 24 * 3600;
const longestWindowDays = 90;
const windowKinds = ["rolling", "calendar"];

/**
 * Checks a list of SLAs as somebody sent it; every wrong field is named (`items[2].windowDays`),
 * with the way out. `systemIds`: the systems of the shop that are connected now. A kind of data
 * that is not in the list has its default again, since the list is replaced whole. Pure.
 */
export function parseSlas(
  items: unknown,
  systemIds: ReadonlySet<string>,
): { ok: true; slas: FreshnessSla[] } | { ok: false; errors: SlaError[] } {
  const seen = new Set<string>();
  const read = readList(items, slaWords, (item) => {
    const sent: Sent = item;
    const faults = faultsOf(sent, systemIds, seen);
    seen.add(keyOf(sent));
    return { faults, item: () => toSla(sent) };
  });
  return read.ok ? { ok: true, slas: read.items } : read;
}

const slaWords = {
  list: "Send a list of SLAs as items.",
  item: "An SLA is an object with domain, warnAfterSeconds ...",
} as const;

type Sent = Readonly<Partial<Record<keyof FreshnessSla, unknown>>>;

/** Null is how a list that was read says that something is left out. */
function isLeftOut(value: unknown): boolean {
  return value === undefined || value === null;
}

function keyOf({ domain, system }: Sent): string {
  return JSON.stringify([domain, isLeftOut(system) ? null : system]);
}

function toSla(sent: Sent): FreshnessSla {
  const { system, ...rest } = sent as FreshnessSla;
  const { domain, warnAfterSeconds, breachAfterSeconds, targetPercent } = rest;
  const { windowDays, syncMethod, pollEverySeconds } = rest;
  return {
    domain,
    ...(isLeftOut(system) ? {} : { system: system as string }),
    warnAfterSeconds,
    breachAfterSeconds,
    targetPercent,
    windowDays,
    ...(rest.windowKind === "calendar" ? { windowKind: "calendar" } : {}),
    syncMethod,
    pollEverySeconds,
  };
}

function faultsOf(
  sent: Sent,
  systemIds: ReadonlySet<string>,
  seen: ReadonlySet<string>,
): readonly Fault[] {
  return [
    ["domain", domainFault(sent, seen)],
    ["system", systemFault(sent.system, systemIds)],
    ["warnAfterSeconds", wholeFault(sent.warnAfterSeconds, longestSeconds, "seconds")],
    ["breachAfterSeconds", breachFault(sent)],
    ["targetPercent", percentFault(sent.targetPercent)],
    ["windowDays", windowFault(sent)],
    ["windowKind", isLeftOut(sent.windowKind) ? null : oneOf(windowKinds, sent.windowKind)],
    ["syncMethod", oneOf(syncMethods, sent.syncMethod)],
    ["pollEverySeconds", wholeFault(sent.pollEverySeconds, longestSeconds, "seconds")],
  ];
}

function domainFault(sent: Sent, seen: ReadonlySet<string>): string | null {
  const wrong = oneOf(dataDomains, sent.domain);
  if (wrong !== null || !seen.has(keyOf(sent))) return wrong;
  return "There is an SLA for this domain and system already: keep one.";
}

function systemFault(system: unknown, systemIds: ReadonlySet<string>): string | null {
  const known = isLeftOut(system) || (typeof system === "string" && systemIds.has(system));
  return known
    ? null
    : "Choose the id of a system that is connected to this store, or leave it out.";
}

function breachFault({ warnAfterSeconds, breachAfterSeconds }: Sent): string | null {
  const wrong = wholeFault(breachAfterSeconds, longestSeconds, "seconds");
  if (wrong !== null || typeof warnAfterSeconds !== "number") return wrong;
  return (breachAfterSeconds as number) >= warnAfterSeconds
    ? null
    : "A breach comes after the warning: choose warnAfterSeconds or more.";
}

function windowFault({ windowDays, windowKind }: Sent): string | null {
  const wrong = wholeFault(windowDays, longestWindowDays, "days");
  if (wrong !== null || windowKind !== "calendar") return wrong;
  return calendarDays.includes(windowDays as number)
    ? null
    : "Of a calendar window, choose 7 (the week), 30 (the month) or 90 (the quarter).";
}

function percentFault(percent: unknown): string | null {
  const fits = typeof percent === "number" && percent > 0 && percent <= 100;
  return fits ? null : "Choose a number above 0, up to 100.";
}

function wholeFault(value: unknown, most: number, unit: string): string | null {
  const fits = Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most;
  return fits ? null : `Choose whole ${unit}, from 1 to ${String(most)}.`;
}

function oneOf(words: readonly string[], value: unknown): string | null {
  return (words as readonly unknown[]).includes(value)
    ? null
    : `Choose one of: ${words.join(", ")}.`;
}
