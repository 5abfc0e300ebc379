import type { Clock, Database, Transaction } from "#app/db.server.ts";
import { recordAudit } from "#app/observability/index.server.ts";
import { parseRules } from "./parse-rules.ts";
import { lockRules, readRules, writeRules } from "./rule-store.ts";
import type { OwnershipRule, RuleError } from "./types.ts";

/** What replacing rules takes. */
export interface RuleDeps {
  readonly db: Database;
  readonly clock: Clock;
  /** The systems connected to a shop, read in the transaction that writes the rules. */
  readonly systemsOf: (
    tx: Transaction,
    shop: string,
  ) => Promise<readonly { readonly id: string }[]>;
}

/**
 * Replaces the rules of a shop, all at once or not at all. Of two at the same time the later one
 * stands whole; a system that is being disconnected meanwhile is either refused here, or gives its
 * domains back after this.
 */
export async function replaceRules(
  deps: RuleDeps,
  shop: string,
  actor: string,
  items: unknown,
): Promise<{ ok: true; rules: OwnershipRule[] } | { ok: false; errors: RuleError[] }> {
  return deps.db.transaction((tx) => replaceRulesIn(tx, deps, shop, actor, items));
}

/** The same in the transaction of the caller. */
export async function replaceRulesIn(
  tx: Transaction,
  deps: Omit<RuleDeps, "db">,
  shop: string,
  actor: string,
  items: unknown,
): Promise<{ ok: true; rules: OwnershipRule[] } | { ok: false; errors: RuleError[] }> {
  await lockRules(tx, shop);
  const systems = await deps.systemsOf(tx, shop);
  const parsed = parseRules(items, new Set(systems.map((system) => system.id)));
  if (!parsed.ok) return parsed;
  await writeRules(tx, shop, parsed.rules, deps.clock.now());
  const rules = await readRules(tx, shop);
  await recordAudit(tx, {
    shop,
    actor,
    action: "ownership.replaced",
    subject: "ownership-rules",
    detail: { rules },
  });
  return { ok: true, rules };
}
