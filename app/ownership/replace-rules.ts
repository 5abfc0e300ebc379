import type { Clock, Database, Transaction } from "#app/db.server.ts";
import { recordAudit } from "#app/observability/index.server.ts";
import { readGroupRules, setFollowed } from "./group-rule-store.ts";
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
  /** The group a shop is in, read there too; left out: no rule can be left to one. */
  readonly groupOf?: (tx: Transaction, shop: string) => Promise<{ readonly id: string } | null>;
}

/**
 * Replaces the rules of a shop, all at once or not at all. Of two at the same time the later one
 * stands whole; a system that is being disconnected meanwhile is either refused here, or gives its
 * domains back after this. An item with `source` "group" is the shop's word that it follows its
 * group's rule of that domain; without one, the shop's own goes before it.
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
  // Who leaves the group, or changes its rules, holds this too: both stay as they are read here.
  await lockRules(tx, shop);
  const systems = await deps.systemsOf(tx, shop);
  const group = (await deps.groupOf?.(tx, shop)) ?? null;
  const groupRules = group === null ? null : await readGroupRules(tx, group.id);
  const parsed = parseRules(items, new Set(systems.map((system) => system.id)), groupRules);
  if (!parsed.ok) return parsed;
  const atMs = deps.clock.now();
  const followed = parsed.rules.filter((rule) => rule.source === "group");
  await writeRules(tx, shop, parsed.rules, atMs);
  await setFollowed(
    tx,
    shop,
    group?.id ?? "",
    followed.map((rule) => rule.domain),
    atMs,
  );
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
