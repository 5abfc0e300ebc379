import type { BufferRule } from "./types.ts";

/** An article as rules tell it from others. */
export interface RuledArticle {
  readonly sku: string;
  /** The collections it is in, in any store of the group. */
  readonly collections: ReadonlySet<string>;
}

/** Where an article is shown. */
export interface RuledPlace {
  readonly shop: string;
  readonly locationId: string;
}

interface Ranked {
  readonly rule: BufferRule;
  readonly rank: number;
}

/** The rules of a group that hold at one instant, in the order in which they decide. */
export interface RulesInForce {
  readonly bySku: ReadonlyMap<string, readonly Ranked[]>;
  readonly others: readonly Ranked[];
}

/**
 * The rules that hold at an instant, in order: the highest priority first; of equals the one that says
 * more closely what it is about (an article before a collection, a location before a store, either
 * before all); of equals the one that stands earlier in the list. Pure.
 */
export function rulesInForce(rules: readonly BufferRule[], atMs: number): RulesInForce {
  const ranked = rules
    .map((rule, position) => ({ rule, position }))
    .filter(({ rule }) => isInForce(rule, atMs))
    .sort(
      (a, b) =>
        (b.rule.priority ?? 0) - (a.rule.priority ?? 0) ||
        closenessOf(b.rule) - closenessOf(a.rule) ||
        a.position - b.position,
    )
    .map(({ rule }, rank): Ranked => ({ rule, rank }));
  const bySku = new Map<string, Ranked[]>();
  const others: Ranked[] = [];
  for (const item of ranked) {
    const { sku } = item.rule;
    const mine = sku === null ? others : bySku.get(sku);
    if (mine) mine.push(item);
    else if (sku !== null) bySku.set(sku, [item]);
  }
  return { bySku, others };
}

/** Whether an instant lies in the rule's time; its end is outside. Pure. */
export function isInForce({ activeFrom, activeUntil }: BufferRule, atMs: number): boolean {
  return (
    (activeFrom === undefined || Date.parse(activeFrom) <= atMs) &&
    (activeUntil === undefined || atMs < Date.parse(activeUntil))
  );
}

/** What is named by itself outweighs all that comes after it: article, collection, location, store. */
function closenessOf(rule: BufferRule): number {
  const named = [rule.sku !== null, rule.collectionId, rule.locationId, rule.shop];
  return named.reduce<number>((sum, name) => sum * 2 + (name ? 1 : 0), 0);
}

/**
 * The rule for an article at a place; null for the place: the rule of what no place has one of its own
 * for. Null: nothing is kept back. Pure.
 */
export function ruleFor(
  { bySku, others }: RulesInForce,
  article: RuledArticle,
  place: RuledPlace | null,
): BufferRule | null {
  const holds = ({ rule }: Ranked) =>
    (rule.shop === undefined || rule.shop === place?.shop) &&
    (rule.locationId === undefined || rule.locationId === place?.locationId) &&
    (rule.collectionId === undefined || article.collections.has(rule.collectionId));
  const own = bySku.get(article.sku)?.find(holds);
  const other = others.find(holds);
  if (own === undefined || other === undefined) return (own ?? other)?.rule ?? null;
  return own.rank < other.rank ? own.rule : other.rule;
}

/** How many times as much is kept back at an instant: the most of the windows it falls into. Pure. */
export function peakFactor({ peakWindows }: BufferRule, atMs: number): number {
  return peakWindows
    .filter(({ from, to }) => Date.parse(from) <= atMs && atMs < Date.parse(to))
    .reduce((most, { factor }) => Math.max(most, factor), 1);
}

/**
 * What a rule keeps back of so many units, peaks and the least it keeps included. `automatic`: what an
 * automatic rule works out, before these. Whole units, rounded up. Pure.
 */
export function unitsKept(
  rule: BufferRule,
  quantity: number,
  automatic: number,
  atMs: number,
): number {
  const share = (Math.max(0, quantity) * rule.value) / 100;
  const base = { fixed: rule.value, percent: share, auto: automatic }[rule.mode];
  return Math.max(rule.floor ?? 0, Math.ceil(base * peakFactor(rule, atMs)));
}

/** A place that shows a pool, with what is kept back there; null: as much as of the pool. */
export interface RuledLevel extends RuledPlace {
  readonly levelId: string;
  readonly buffer: number | null;
}

/** What is kept back of a pool, and at the places that have a rule of their own. */
export interface Figures<Level> {
  readonly buffer: number;
  readonly levels: readonly { readonly level: Level; readonly buffer: number | null }[];
}

/**
 * What rules keep back of a pool at each of its places. `unitsOf`: what a rule comes to, given what was
 * kept back before. Pure.
 */
export function figuresOf<Level extends RuledLevel>(
  rules: RulesInForce,
  pool: RuledArticle & { readonly buffer: number },
  levels: readonly Level[],
  unitsOf: (rule: BufferRule, before: number) => number,
): Figures<Level> {
  const figure = (rule: BufferRule | null, before: number) =>
    rule === null ? 0 : unitsOf(rule, before);
  const general = ruleFor(rules, pool, null);
  return {
    buffer: figure(general, pool.buffer),
    levels: levels.map((level) => {
      const rule = ruleFor(rules, pool, level);
      const before = level.buffer ?? pool.buffer;
      return { level, buffer: rule === general ? null : figure(rule, before) };
    }),
  };
}
