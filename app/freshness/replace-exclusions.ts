import { recordAudit } from "#app/observability/index.server.ts";
import { readExclusionsOf, writeExclusions } from "./exclusion-store.ts";
import type { SlaDeps } from "./replace-slas.ts";
import { lockSlas } from "./sla-store.ts";
import type { FreshnessExclusion, SlaError } from "./types.ts";

/**
 * Replaces the exclusions of a shop, all at once or not at all; their form has been checked. Of two at
 * the same time the later one stands whole. What is on record of a time already stays as it is.
 */
export async function replaceExclusions(
  deps: Pick<SlaDeps, "db" | "systemsOf">,
  shop: string,
  actor: string,
  rules: readonly FreshnessExclusion[],
): Promise<{ ok: true; rules: FreshnessExclusion[] } | { ok: false; errors: SlaError[] }> {
  return deps.db.transaction(async (tx) => {
    await lockSlas(tx, shop);
    const systems = new Set((await deps.systemsOf(tx, shop)).map((system) => system.id));
    const errors = rules.flatMap((rule, index) =>
      faultsOf(rule, systems).map(({ field, message }) => ({
        field: `items[${String(index)}].${field}`,
        message,
      })),
    );
    if (errors.length > 0) return { ok: false, errors };
    await writeExclusions(tx, shop, rules);
    const subject = "freshness-exclusions";
    const action = "freshness.excluded";
    await recordAudit(tx, { shop, actor, action, subject, detail: { rules } });
    return { ok: true, rules: (await readExclusionsOf(tx, [shop])).get(shop) ?? [] };
  });
}

function faultsOf(rule: FreshnessExclusion, systems: ReadonlySet<string>): SlaError[] {
  const faults: SlaError[] = [];
  if (rule.system !== undefined && !systems.has(rule.system))
    faults.push({
      field: "system",
      message: "Choose the id of a system that is connected to this store, or leave it out.",
    });
  if (rule.kind === "maintenance" && Date.parse(rule.to) <= Date.parse(rule.from))
    faults.push({ field: "to", message: "It has to be after `from`." });
  if (rule.kind === "quiet_hours" && rule.toTime === rule.fromTime)
    faults.push({ field: "toTime", message: "Quiet hours end at another time than they begin." });
  return faults;
}
