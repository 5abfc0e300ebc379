import type { AppContext } from "#app/context.server.ts";
import { parseRules, readRules, replaceRules } from "#app/ownership/index.server.ts";
import { previewRules } from "#app/processing/index.server.ts";
import type { RulePreview } from "#app/processing/types.ts";
import { getShop } from "#app/shops/index.server.ts";
import { listSystems } from "#app/systems/index.server.ts";
import type { ActionOutcome } from "#app/ui/kit/toast.ts";
import type { RulesRequest } from "./form.ts";

/** The rules of a shop and who could own what. */
export async function loadOwnership({ db, clock }: Pick<AppContext, "db" | "clock">, shop: string) {
  const [view, rules, systems] = await Promise.all([
    getShop(db, shop),
    readRules(db, shop),
    listSystems(db, shop),
  ]);
  return {
    loadedMs: clock.now(),
    timeZone: view?.timeZone ?? null,
    rules,
    scopes: view?.scopes ?? [],
    systems: systems.map(({ id, name }) => ({ id, name })),
  };
}

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
    const saved = await replaceRules({ db, clock, systemsOf: listSystems }, shop, actor, items);
    return saved.ok ? { ok: true, toast: "Ownership saved" } : saved;
  }
  const systems = await listSystems(db, shop);
  const parsed = parseRules(items, new Set(systems.map((system) => system.id)));
  if (!parsed.ok) return parsed;
  return { ok: true, toast: null, preview: await previewRules({ db, vault }, shop, parsed.rules) };
}
