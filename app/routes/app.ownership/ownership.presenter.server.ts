import type { AppContext } from "#app/context.server.ts";
import { groupOf, systemsToAsk } from "#app/coordination/index.server.ts";
import {
  parseRules,
  readGroupRules,
  readRulesInForce,
  replaceRules,
} from "#app/ownership/index.server.ts";
import { previewRules } from "#app/processing/index.server.ts";
import type { RulePreview } from "#app/processing/types.ts";
import { getShop } from "#app/shops/index.server.ts";
import { listSystems } from "#app/systems/index.server.ts";
import type { ActionOutcome } from "#app/ui/kit/toast.ts";
import { ownerNames } from "#app/ui/words.ts";
import type { RulesRequest } from "./form.ts";

/** The rules of a shop with where each comes from, who could own what, and what its group says. */
export async function loadOwnership({ db, clock }: Pick<AppContext, "db" | "clock">, shop: string) {
  const [view, rules, systems, group] = await Promise.all([
    getShop(db, shop),
    readRulesInForce(db, shop),
    systemsToAsk(db, shop),
    groupOf(db, shop),
  ]);
  return {
    loadedMs: clock.now(),
    timeZone: view?.timeZone ?? null,
    rules,
    scopes: view?.scopes ?? [],
    systems: systems.filter((one) => one.shop === shop).map(({ id, name }) => ({ id, name })),
    group:
      group === null
        ? null
        : {
            name: group.name,
            rules: await readGroupRules(db, group.id),
            names: ownerNames(shop, systems),
          },
  };
}

/** What `loadOwnership` promises to the screen. */
export type OwnershipScreen = Awaited<ReturnType<typeof loadOwnership>>;

/** What rules would have led to, when that was asked. */
export interface RulesPreviewed {
  readonly preview?: readonly RulePreview[];
}

/** Saves all rules at once, or says what they would have led to. */
export async function actOnRules(
  { db, clock, vault }: Pick<AppContext, "db" | "clock" | "vault">,
  shop: string,
  actor: string,
  { intent, items }: RulesRequest,
): Promise<ActionOutcome<RulesPreviewed>> {
  if (intent === "save") {
    const room = { db, clock, systemsOf: listSystems, groupOf };
    const saved = await replaceRules(room, shop, actor, items);
    return saved.ok ? { ok: true, toast: "Ownership saved" } : saved;
  }
  const [systems, group] = await Promise.all([listSystems(db, shop), groupOf(db, shop)]);
  const groupRules = group === null ? null : await readGroupRules(db, group.id);
  const parsed = parseRules(items, new Set(systems.map((system) => system.id)), groupRules);
  if (!parsed.ok) return parsed;
  return { ok: true, toast: null, preview: await previewRules({ db, vault }, shop, parsed.rules) };
}
