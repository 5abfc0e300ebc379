import type { Transaction } from "#app/db.server.ts";
import { recordAudit } from "#app/observability/index.server.ts";
import { readExclusionsOf, writeExclusions } from "./exclusion-store.ts";
import type { SlaDeps } from "./replace-slas.ts";
import { lockSlas } from "./sla-store.ts";
import type { FreshnessExclusion, SlaError } from "./types.ts";

/** HH:MM. */
export const clockPattern = /^(?:[01]\d|2[0-3]):[0-5]\d$/;

/** How many a store may have. */
const mostExclusions = 100;

/** What came of a change to the exclusions of a shop. */
export type ExclusionsChange =
  | { readonly ok: true; readonly rules: FreshnessExclusion[] }
  | { readonly ok: false; readonly errors: SlaError[] };

/**
 * Replaces the exclusions of a shop, all at once or not at all; their form has been checked. Of two at
 * the same time the later one stands whole. What is on record of a time already stays as it is.
 */
export async function replaceExclusions(
  deps: Pick<SlaDeps, "db" | "systemsOf">,
  shop: string,
  actor: string,
  rules: readonly FreshnessExclusion[],
): Promise<ExclusionsChange> {
  return deps.db.transaction((tx) => replaceExclusionsIn(tx, deps, shop, actor, rules));
}

/** The same in a transaction of the caller's, who takes it back when there are errors. */
export async function replaceExclusionsIn(
  tx: Transaction,
  deps: Pick<SlaDeps, "systemsOf">,
  shop: string,
  actor: string,
  rules: readonly FreshnessExclusion[],
): Promise<ExclusionsChange> {
  await lockSlas(tx, shop);
  const systems = new Set((await deps.systemsOf(tx, shop)).map((system) => system.id));
  const errors = rules.flatMap((rule, index) =>
    faultsOf(rule, systems).map(({ field, message }) => ({
      field: `items[${String(index)}].${field}`,
      message,
    })),
  );
  if (rules.length > mostExclusions)
    errors.push({ field: "items", message: `Keep at most ${String(mostExclusions)}.` });
  if (errors.length > 0) return { ok: false, errors };
  await writeExclusions(tx, shop, rules);
  const subject = "freshness-exclusions";
  const action = "freshness.excluded";
  await recordAudit(tx, { shop, actor, action, subject, detail: { rules } });
  return { ok: true, rules: (await readExclusionsOf(tx, [shop])).get(shop) ?? [] };
}

/**
 * Changes the exclusions of a shop as they are at that moment, also those somebody else changes at the
 * same time.
 */
export async function editExclusions(
  deps: Pick<SlaDeps, "db" | "systemsOf">,
  shop: string,
  actor: string,
  edit: (rules: readonly FreshnessExclusion[]) => readonly FreshnessExclusion[],
): Promise<ExclusionsChange> {
  return deps.db.transaction(async (tx) => {
    await lockSlas(tx, shop);
    const rules = (await readExclusionsOf(tx, [shop])).get(shop) ?? [];
    return replaceExclusionsIn(tx, deps, shop, actor, edit(rules));
  });
}

function faultsOf(rule: FreshnessExclusion, systems: ReadonlySet<string>): SlaError[] {
  const faults: SlaError[] = [];
  if (rule.system !== undefined && !systems.has(rule.system))
    faults.push({
      field: "system",
      message: "Choose the id of a system that is connected to this store, or leave it out.",
    });
  if (rule.kind === "maintenance")
    for (const field of ["from", "to"] as const)
      if (Number.isNaN(Date.parse(rule[field])))
        faults.push({ field, message: "Choose a date and a time." });
  if (rule.kind === "quiet_hours") {
    for (const field of ["fromTime", "toTime"] as const)
      if (!clockPattern.test(rule[field]))
        faults.push({ field, message: "Use HH:MM by the clocks of the store: 22:00." });
    if (rule.weekdays?.length === 0)
      faults.push({ field: "weekdays", message: "Choose at least one day." });
  }
  if (rule.kind === "maintenance" && Date.parse(rule.to) <= Date.parse(rule.from))
    faults.push({ field: "to", message: "It has to end after it begins." });
  if (rule.kind === "quiet_hours" && rule.toTime === rule.fromTime)
    faults.push({ field: "toTime", message: "Quiet hours end at another time than they begin." });
  return faults;
}
