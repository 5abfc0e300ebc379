import { type BufferRule, type BufferMode, bufferModes, type PeakWindow } from "./types.ts";

/** What is wrong with one field of a rule, and the way out. */
export interface BufferFault {
  readonly field: string;
  readonly message: string;
}

type Sent = Readonly<Record<string, unknown>>;

/** The group of the store that sends rules. */
type Sender = { readonly id: string; readonly shops: readonly string[] } | null;

/** Rules, and windows of a rule, at most. */
const mostRules = 5_000;
const mostWindows = 20;
const mostUnits = 1_000_000;
const mostPriority = 1_000;
/** Each is read in each store of the group, again and again. */
const mostCollections = 50;

const timeWords = "Use RFC 3339: 2026-11-27T00:00:00Z.";

/**
 * Checks a list of buffer rules as somebody sent it; every wrong field is named (`items.2.value`),
 * with the way out. `group`: that of the store that sends them. Pure.
 */
export function parseBuffers(
  items: unknown,
  group: Sender,
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
    const wrong = faultsOf(item as Sent, group, seen).map(({ field, message }) => ({
      field: `${at}.${field}`,
      message,
    }));
    errors.push(...wrong);
    if (wrong.length === 0) rules.push(ruleOf(item as Sent));
  }
  const collections = new Set(rules.flatMap(({ collectionId }) => collectionId ?? []));
  if (collections.size > mostCollections)
    errors.push({ field: "items", message: "Name at most 50 collections." });
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
      from: inUtc(from),
      to: inUtc(to),
      factor,
    })),
    ...(Object.fromEntries(saidOf(item)) as Partial<BufferRule>),
  };
}

const optional = ["floor", "priority", "shop", "locationId", "collectionId"] as const;
const times = ["activeFrom", "activeUntil"] as const;

/** What a rule says of the fields that may be left out; null is left out. */
function saidOf(item: Sent): [string, unknown][] {
  const said = (name: string) => item[name] !== undefined && item[name] !== null;
  return [
    ...optional.filter(said).map((name): [string, unknown] => [name, item[name]]),
    ...times.filter(said).map((name): [string, unknown] => [name, inUtc(String(item[name]))]),
  ];
}

/** How times are kept, however they were written. */
function inUtc(time: string): string {
  return new Date(time).toISOString();
}

function faultsOf(item: Sent, group: Sender, seen: Set<string>): BufferFault[] {
  const { sku = null, mode, value, peakWindows = [] } = item;
  const { floor, priority } = item;
  const named: [string, string | null][] = [
    ["groupId", groupFault(item["groupId"], group)],
    ["sku", skuFault(sku) ?? twiceFault(item, seen)],
    [
      "mode",
      bufferModes.includes(mode as BufferMode) ? null : `Choose one of: ${bufferModes.join(", ")}.`,
    ],
    ["value", valueFault(mode, value)],
    ["floor", wholeFault(floor, 0, mostUnits, "Use a whole number of units from 0 to 1,000,000.")],
    [
      "priority",
      wholeFault(
        priority,
        -mostPriority,
        mostPriority,
        "Use a whole number from -1,000 to 1,000: the highest decides.",
      ),
    ],
    ...placeFaults(item, group),
    ...timeFaults(item),
  ];
  const faults = named.flatMap(([field, message]) =>
    message === null ? [] : [{ field, message }],
  );
  return [...faults, ...windowFaults(peakWindows)];
}

function groupFault(sent: unknown, group: Sender): string | null {
  if (group === null) return "This store is in no group. Begin one, or join one, first.";
  return sent === group.id ? null : `Use the id of this store's group: ${group.id}.`;
}

function skuFault(sku: unknown): string | null {
  return sku !== null && (typeof sku !== "string" || sku === "")
    ? "Name an article, or leave it out for all articles."
    : null;
}

/** Of two rules about the same, at the same time, one never decides. */
function twiceFault(item: Sent, seen: Set<string>): string | null {
  const said = new Map(saidOf({ ...item, ...badTimesOut(item) }));
  const names = ["shop", "locationId", "collectionId", ...times] as const;
  const key = JSON.stringify([item["sku"] ?? null, ...names.map((name) => said.get(name) ?? null)]);
  const twice = seen.has(key);
  seen.add(key);
  return twice ? "There is a rule for this already: keep one." : null;
}

function badTimesOut(item: Sent): Sent {
  return Object.fromEntries(
    times.filter((name) => instantOf(item[name]) === null).map((name) => [name, undefined]),
  );
}

function wholeFault(value: unknown, least: number, most: number, words: string): string | null {
  if (value === undefined || value === null) return null;
  const fits =
    Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most;
  return fits ? null : words;
}

function placeFaults(item: Sent, group: Sender): [string, string | null][] {
  const { sku = null, shop = null, locationId = null, collectionId = null } = item;
  return [
    ["shop", shopFault(shop, locationId, group?.shops ?? [])],
    [
      "locationId",
      locationId === null || isGid("Location", locationId)
        ? null
        : "Use a location's id, like gid://shopify/Location/1, or leave it out for all locations.",
    ],
    ["collectionId", collectionFault(collectionId, sku)],
  ];
}

function isGid(kind: string, id: unknown): boolean {
  return typeof id === "string" && new RegExp(`^gid://shopify/${kind}/\\d{1,20}$`).test(id);
}

function shopFault(shop: unknown, locationId: unknown, shops: readonly string[]): string | null {
  if (shop === null) return locationId === null ? null : "Name the store that the location is in.";
  return typeof shop === "string" && shops.includes(shop)
    ? null
    : `Name a store of the group (${shops.join(", ")}), or leave it out for all stores.`;
}

function collectionFault(collectionId: unknown, sku: unknown): string | null {
  if (collectionId === null) return null;
  if (sku !== null) return "Name an article or a collection, not both.";
  return isGid("Collection", collectionId)
    ? null
    : "Use a collection's id, like gid://shopify/Collection/1, or leave it out for all articles.";
}

function timeFaults(item: Sent): [string, string | null][] {
  const [from, until] = times.map((name) => instantOf(item[name]));
  const given = (name: string) => item[name] !== undefined && item[name] !== null;
  const wrong = (name: string, ms: number | null | undefined) =>
    given(name) && ms === null ? timeWords : null;
  const backwards =
    typeof from === "number" && typeof until === "number" && until <= from
      ? "It has to be after activeFrom."
      : null;
  return [
    ["activeFrom", wrong("activeFrom", from)],
    ["activeUntil", wrong("activeUntil", until) ?? backwards],
  ];
}

/** RFC 3339, of a year that the database knows. https://www.rfc-editor.org/rfc/rfc3339#section-5.6 */
const rfc3339 = /^[1-9]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/i;
const lastMs = Date.UTC(9999, 11, 31);

function instantOf(text: unknown): number | null {
  if (typeof text !== "string" || !rfc3339.test(text)) return null;
  const ms = Date.parse(text);
  return Number.isNaN(ms) || ms > lastMs ? null : ms;
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
    const [fromMs, toMs] = [instantOf(from), instantOf(to)];
    const backwards = fromMs !== null && toMs !== null && toMs <= fromMs;
    const faults: [string, string | null][] = [
      ["from", fromMs === null ? timeWords : null],
      ["to", toMs === null ? timeWords : backwards ? "It has to be after from." : null],
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
