import type { SystemState } from "./state.ts";
import type { LedgerEntry, ReceivedReport, ResourceState } from "./types.ts";

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 10_000;

/** The counters of a system. */
export function reportOf(
  system: { name: string; kind: string },
  state: SystemState,
): ReceivedReport {
  return {
    name: system.name,
    kind: system.kind,
    received: state.applied + state.repeats,
    applied: state.applied,
    repeats: state.repeats,
    regressions: state.regressions,
    rejectedSignatures: state.rejectedSignatures,
    refused: { ...state.refused },
    ids: state.ledger.size,
    resources: state.resources.size,
    lastReceivedAt: state.lastReceivedAt,
    behaviour: state.behaviour,
  };
}

/** Ledger entries, newest first; `limit` (100, at most 10,000) and `id` narrow them down. */
export function ledgerOf(state: SystemState, query: URLSearchParams): LedgerEntry[] {
  const id = query.get("id");
  if (id !== null) {
    const entry = state.ledger.get(id);
    return entry ? [entry] : [];
  }
  const asked = Number(query.get("limit") ?? DEFAULT_LIMIT);
  const limit = Number.isInteger(asked) && asked > 0 ? Math.min(asked, MAX_LIMIT) : DEFAULT_LIMIT;
  return [...state.ledger.values()].slice(-limit).reverse();
}

/** The newest state of each resource; `shop`, `domain` and `sku` narrow them down. */
export function resourcesOf(state: SystemState, query: URLSearchParams): ResourceState[] {
  return [...state.resources.values()].filter((resource) =>
    (["shop", "domain", "sku"] as const).every(
      (field) => !query.has(field) || resource[field] === query.get(field),
    ),
  );
}
