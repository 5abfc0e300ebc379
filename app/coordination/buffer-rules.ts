import type { BufferRule } from "./types.ts";

/** The rule for an article: its own, else that for all. Pure. */
export function ruleForSku(rules: readonly BufferRule[], sku: string): BufferRule | null {
  return rules.find((rule) => rule.sku === sku) ?? rules.find((rule) => rule.sku === null) ?? null;
}

/** How many times as much is kept back at an instant: the most of the windows it falls into. Pure. */
export function peakFactor({ peakWindows }: BufferRule, atMs: number): number {
  return peakWindows
    .filter(({ from, to }) => Date.parse(from) <= atMs && atMs < Date.parse(to))
    .reduce((most, { factor }) => Math.max(most, factor), 1);
}

/**
 * What is kept back of a pool. `auto`: what the automatic rule found last for it, peaks included,
 * which is used where the rule is automatic. Whole units, rounded up. Pure.
 */
export function bufferOf(
  rules: readonly BufferRule[],
  pool: { readonly sku: string; readonly quantity: number; readonly auto: number },
  atMs: number,
): number {
  const rule = ruleForSku(rules, pool.sku);
  if (rule === null) return 0;
  if (rule.mode === "auto") return pool.auto;
  const base = rule.mode === "fixed" ? rule.value : (Math.max(0, pool.quantity) * rule.value) / 100;
  return Math.ceil(base * peakFactor(rule, atMs));
}
