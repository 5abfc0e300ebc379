import { type BufferRule, type BufferMode, bufferModes, type PeakWindow } from "./types.ts";

/** What is wrong with one field of a rule, and the way out. */
export interface BufferFault {
  readonly field: string;
  readonly message: string;
}

type Sent = Readonly<Record<string, unknown>>;

/** Rules for one article each, and windows of a rule, at most. */
const mostRules = 5_000;
const mostWindows = 20;

/**
 * Checks a list of buffer rules as somebody sent it; every wrong field is named (`items.2.value`),
 * with the way out. `groupId`: the group of the store that sends them. Pure.
 */
export function parseBuffers(
  items: unknown,
  groupId: string | null,
): { ok: true; rules: BufferRule[] } | { ok: false; errors: BufferFault[] } {
  if (!Array.isArray(items))
    return { ok: false, errors: [{ field: "items", message: "Send a list of rules as items." }] };
  if (items.length > mostRules)
    return { ok: false, errors: [{ field: "items", message: "Send at most 5,000 rules." }] };
  const errors: BufferFault[] = [];
  const rules: BufferRule[] = [];
  const seen = new Set<string>();
  for (const [index, item] of (items as unknown[]).entries()) {
    const at = `items.${String(index)}`;
    if (typeof item !== "object" || item === null || Array.isArray(item)) {
      errors.push({ field: at, message: "A rule is an object with groupId, mode and value." });
      continue;
    }
    const wrong = faultsOf(item as Sent, groupId, seen).map(({ field, message }) => ({
      field: `${at}.${field}`,
      message,
    }));
    errors.push(...wrong);
    if (wrong.length === 0) rules.push(ruleOf(item as Sent));
  }
  return errors.length > 0 ? { ok: false, errors } : { ok: true, rules };
}

function ruleOf(item: Sent): BufferRule {
  const { groupId, sku = null, mode, value, peakWindows = [] } = item;
  return {
    groupId: groupId as string,
    sku: sku as string | null,
    mode: mode as BufferMode,
    value: value as number,
    peakWindows: (peakWindows as PeakWindow[]).map(({ from, to, factor }) => ({
      from,
      to,
      factor,
    })),
  };
}

function faultsOf(item: Sent, groupId: string | null, seen: Set<string>): BufferFault[] {
  const { sku = null, mode, value, peakWindows = [] } = item;
  const named: [string, string | null][] = [
    ["groupId", groupFault(item["groupId"], groupId)],
    ["sku", skuFault(sku, seen)],
    [
      "mode",
      bufferModes.includes(mode as BufferMode) ? null : `Choose one of: ${bufferModes.join(", ")}.`,
    ],
    ["value", valueFault(mode, value)],
  ];
  if (sku === null || typeof sku === "string") seen.add(String(sku));
  const faults = named.flatMap(([field, message]) =>
    message === null ? [] : [{ field, message }],
  );
  return [...faults, ...windowFaults(peakWindows)];
}

function groupFault(sent: unknown, groupId: string | null): string | null {
  if (groupId === null) return "This store is in no group. Begin one, or join one, first.";
  return sent === groupId ? null : `Use the id of this store's group: ${groupId}.`;
}

function skuFault(sku: unknown, seen: ReadonlySet<string>): string | null {
  if (sku !== null && (typeof sku !== "string" || sku === ""))
    return "Name an article, or leave it out for all articles.";
  return seen.has(String(sku)) ? "There is a rule for this already: keep one." : null;
}

function valueFault(mode: unknown, value: unknown): string | null {
  if (typeof value !== "number" || !Number.isFinite(value)) return "Use a number, like 5.";
  if (mode === "fixed")
    return Number.isInteger(value) && value >= 0 && value <= 1_000_000
      ? null
      : "Use a whole number of units from 0 to 1,000,000.";
  if (mode === "percent")
    return value >= 0 && value <= 100 ? null : "Use a percentage from 0 to 100.";
  return value >= 0.01 && value <= 50
    ? null
    : "Use a risk from 0.01 to 50: in so many of 100 times the buffer may be too small.";
}

function windowFaults(windows: unknown): BufferFault[] {
  if (!Array.isArray(windows) || windows.length > mostWindows)
    return [{ field: "peakWindows", message: "Send a list of at most 20 windows." }];
  return (windows as unknown[]).flatMap((window, index) => {
    const { from, to, factor } = (
      typeof window === "object" && window !== null ? window : {}
    ) as Sent;
    const at = `peakWindows.${String(index)}`;
    const [fromMs, toMs] = [Date.parse(String(from)), Date.parse(String(to))];
    const faults: [string, string | null][] = [
      ["from", Number.isNaN(fromMs) ? "Use RFC 3339: 2026-11-27T00:00:00Z." : null],
      [
        "to",
        Number.isNaN(toMs)
          ? "Use RFC 3339: 2026-11-27T00:00:00Z."
          : toMs <= fromMs
            ? "It has to be after from."
            : null,
      ],
      [
        "factor",
        typeof factor === "number" && factor >= 1 && factor <= 100
          ? null
          : "Use a number from 1 to 100: so many times as much is kept back.",
      ],
    ];
    return faults.flatMap(([name, message]) =>
      message === null ? [] : [{ field: `${at}.${name}`, message }],
    );
  });
}
