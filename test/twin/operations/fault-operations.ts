import { FAULT_PROFILE, type ProfileEntry } from "../faults/fault-profile.ts";
import { type FaultName, type FaultSettings, NO_FAULTS } from "../faults/fault-table.ts";
import type { Store } from "../state/model.ts";
import { OperationError, type Operations } from "../types.ts";
import { type OperationsContext, type StoreOf, withoutUndefined } from "./context.ts";
import type { IncidentPlayer } from "./play-incidents.ts";
import { readInput } from "./inputs.ts";

/** What goes wrong, and what Shopify takes away. */
export function faultOperations(
  context: OperationsContext,
  storeOf: StoreOf,
  incidents: IncidentPlayer,
) {
  const { faults, faultsChanged, limitsOf, revokeTokens, touched } = context;
  return {
    faults(raw) {
      const input = withoutUndefined(readInput("faults", raw)) as Partial<FaultSettings>;
      Object.assign(faults, input);
      if (Object.keys(input).length > 0) faultsChanged();
      return { ...faults };
    },
    incidents: () => incidents.list(),
    incident(raw) {
      const { name, seconds, stop } = readInput("incident", raw);
      return stop ? incidents.stop(name) : incidents.start(name, seconds);
    },
    faultProfile: () => FAULT_PROFILE.map((entry) => ({ ...entry, on: isOn(entry, faults) })),
    playFault(raw) {
      const { id, on } = readInput("playFault", raw);
      const entry = FAULT_PROFILE.find((each) => each.id === id);
      if (!entry) throw new OperationError(`id: there is no documented fault ${id}.`);
      const names = Object.keys(entry.settings) as FaultName[];
      if (names.length === 0)
        throw new OperationError(`id: ${id} needs no switch: ${entry.note ?? ""}.`);
      const off = Object.fromEntries(names.map((name) => [name, NO_FAULTS[name]]));
      Object.assign(faults, on === false ? off : entry.settings);
      faultsChanged();
      return { ...faults };
    },
    plan(raw) {
      const { shop, plan } = readInput("plan", raw);
      const store = storeOf(shop);
      store.shop.plan = plan;
      touched();
      return limitsOf(store);
    },
    currency(raw) {
      const { shop, currency } = readInput("currency", raw);
      storeOf(shop).shop.currency = currency;
      touched();
      return { currency };
    },
    revokeTokens(raw) {
      const { shop, keepRefreshTokens } = readInput("revokeTokens", raw);
      const { domain } = storeOf(shop).shop;
      const revoked = revokeTokens(domain, keepRefreshTokens ? "refresh tokens" : undefined);
      touched();
      return { revoked };
    },
    deleteSubscriptions(raw) {
      const { shop, topic } = readInput("deleteSubscriptions", raw);
      const deleted = removeSubscriptions(storeOf(shop), topic);
      touched();
      return { deleted };
    },
  } satisfies Partial<Operations>;
}

function isOn({ settings }: ProfileEntry, faults: FaultSettings): boolean {
  const wanted = Object.entries(settings);
  return wanted.length > 0 && wanted.every(([name, value]) => faults[name as FaultName] === value);
}

/** Deletes subscriptions made through the API; gives back their topics. */
export function removeSubscriptions(store: Store, topic?: string): string[] {
  const rows = [...store.subscriptions.values()].filter(
    (row) => topic === undefined || row.topic === topic,
  );
  for (const row of rows) store.subscriptions.delete(row.id);
  return rows.map((row) => row.topic);
}
