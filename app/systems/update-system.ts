import type { Transaction } from "#app/db.server.ts";
import type { FieldError } from "#app/field-errors.ts";
import { recordAudit } from "#app/observability/index.server.ts";
import type { SystemDeps } from "./create-system.ts";
import { parseNewSystem } from "./parse-system.ts";
import { getSystem, replaceSettings } from "./system-store.ts";
import type { DeliveryPolicy, SystemView } from "./types.ts";

/**
 * What of a system can be changed; what is left out stays. Policies may be given in part; null takes
 * a setting out.
 */
export type SystemChanges = Readonly<
  Partial<
    Record<
      | "name"
      | "kind"
      | "url"
      | "snapshotUrl"
      | "domains"
      | "deliveryPolicy"
      | "circuitPolicy"
      | "comparison",
      unknown
    >
  >
>;

/** What a delivery policy may leave out. */
type OptionalSetting = {
  [Name in keyof DeliveryPolicy]-?: undefined extends DeliveryPolicy[Name] ? Name : never;
}[keyof DeliveryPolicy];

/** Takes out what a policy may leave out: whoever sends a whole policy puts it over this. */
export const noOptions: Readonly<Record<OptionalSetting, null>> = {
  ratePerSecond: null,
  onSilence: null,
};

/** Changes a system's settings, checked like those of a new one. Null: the shop has no such system. */
export async function updateSystem(
  deps: SystemDeps,
  shop: string,
  actor: string,
  id: string,
  changes: SystemChanges,
  options: { readonly allowPrivate: boolean },
): Promise<{ ok: true; system: SystemView } | { ok: false; errors: FieldError[] } | null> {
  return deps.db.transaction((tx) => updateSystemIn(tx, shop, actor, id, changes, options));
}

/** The same in the transaction of the caller. */
export async function updateSystemIn(
  tx: Transaction,
  shop: string,
  actor: string,
  id: string,
  changes: SystemChanges,
  options: { readonly allowPrivate: boolean },
): Promise<{ ok: true; system: SystemView } | { ok: false; errors: FieldError[] } | null> {
  const known = await getSystem(tx, shop, id);
  if (!known) return null;
  const merged = {
    ...known,
    ...changes,
    deliveryPolicy: together(known.deliveryPolicy, changes.deliveryPolicy),
    circuitPolicy: together(known.circuitPolicy, changes.circuitPolicy),
  };
  const parsed = parseNewSystem(merged, options);
  if (!parsed.ok) return parsed;
  const system = await replaceSettings(tx, shop, id, parsed.value);
  if (!system) return null;
  const detail = { fields: Object.keys(changes) };
  await recordAudit(tx, { shop, actor, action: "system.changed", subject: id, detail });
  return { ok: true, system };
}

function together(known: object, change: unknown): unknown {
  if (change === undefined) return known;
  if (typeof change !== "object" || change === null) return change;
  const merged = Object.entries({ ...known, ...change });
  return Object.fromEntries(merged.filter(([, value]) => value !== null));
}
