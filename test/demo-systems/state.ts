import { applyToAsks, type Asks, closeAsk, isAboutHold } from "./asks.ts";
import { isOlder } from "./is-older.ts";
import { summarise } from "./summarise.ts";
import {
  type ApiKeyChange,
  type Ask,
  type Behaviour,
  type Envelope,
  healthy,
  type LedgerEntry,
  type ResourceState,
  type SecretChange,
} from "./types.ts";

/** Everything that happens to a demo system. The state is the sum of its records. */
export type StateRecord =
  | {
      kind: "delivery";
      at: string;
      id: string;
      envelope: Envelope;
      attempt: string | null;
      replay: boolean;
    }
  | { kind: "rejected"; at: string }
  | { kind: "refused"; at: string; mode: string }
  | { kind: "secret"; change: SecretChange }
  | { kind: "key"; change: ApiKeyChange }
  | { kind: "answered"; shop: string; holdId: string }
  | { kind: "behaviour"; behaviour: Behaviour };

/** The state of a demo system; change it through `applyRecord` only. */
export interface SystemState {
  /** By webhook id, oldest first. */
  ledger: Map<string, LedgerEntry>;
  /** By shop, domain, type and id. */
  resources: Map<string, ResourceState>;
  /** Signing secrets by shop, newest first. */
  secrets: Map<string, string[]>;
  /** By shop: one each, of the system that was connected last. */
  apiKeys: Map<string, ApiKeyChange>;
  /** What stores ask this system to agree to. */
  asks: Asks;
  behaviour: Behaviour;
  applied: number;
  repeats: number;
  regressions: number;
  rejectedSignatures: number;
  refused: Record<string, number>;
  lastReceivedAt: string | null;
}

/** A rotation overlaps two secrets; a few more let several systems of a shop share a receiver. */
const MAX_SECRETS_PER_SHOP = 8;
const MAX_TIMES = 20;
/** About 80 MB at 400 bytes an entry; a demo makes some thousand deliveries a day. */
const MAX_LEDGER_ENTRIES = 200_000;

/** A system that has received nothing and knows no secret. */
export function emptyState(): SystemState {
  return {
    ledger: new Map(),
    resources: new Map(),
    secrets: new Map(),
    apiKeys: new Map(),
    asks: new Map(),
    behaviour: healthy,
    applied: 0,
    repeats: 0,
    regressions: 0,
    rejectedSignatures: 0,
    refused: {},
    lastReceivedAt: null,
  };
}

/** Folds one record into the state; a delivery is applied once per webhook id. */
export function applyRecord(state: SystemState, record: StateRecord): void {
  switch (record.kind) {
    case "delivery":
      return applyDelivery(state, record);
    case "rejected":
      state.rejectedSignatures += 1;
      return;
    case "refused":
      state.refused[record.mode] = (state.refused[record.mode] ?? 0) + 1;
      return;
    case "secret":
      return applySecret(state, record.change);
    case "key":
      state.apiKeys.set(record.change.shop, record.change);
      return;
    case "answered":
      return closeAsk(state.asks, record.shop, record.holdId);
    case "behaviour":
      state.behaviour = record.behaviour;
      return;
  }
}

function applyDelivery(
  state: SystemState,
  record: Extract<StateRecord, { kind: "delivery" }>,
): void {
  state.lastReceivedAt = record.at;
  const known = state.ledger.get(record.id);
  if (known) {
    state.repeats += 1;
    known.repeats += 1;
    known.attempt = record.attempt;
    known.replay ||= record.replay;
    if (known.times.length < MAX_TIMES) known.times.push(record.at);
    return;
  }
  const { envelope } = record;
  const regression = isAboutHold(envelope)
    ? applyToAsks(state.asks, envelope)
    : applyToResource(state, envelope);
  state.applied += 1;
  if (regression) state.regressions += 1;
  state.ledger.set(record.id, {
    id: record.id,
    shop: envelope.shop,
    type: envelope.type,
    source: envelope.source ?? null,
    correlationId: envelope.correlationId ?? null,
    resourceId: envelope.resource?.id ?? null,
    version: envelope.resource?.version ?? null,
    sku: envelope.resource?.sku ?? null,
    summary: summarise(envelope),
    times: [record.at],
    attempt: record.attempt,
    replay: record.replay,
    repeats: 0,
    regression,
  });
  forgetOldest(state.ledger);
}

/** Keeps the newest version of the resource; returns true when this one is older than it. */
function applyToResource(state: SystemState, envelope: Envelope): boolean {
  const { resource } = envelope;
  if (!resource) return false;
  const domain = envelope.domain ?? "";
  const key = [envelope.shop, domain, resource.type, resource.id].join(" ");
  const held = state.resources.get(key);
  if (held && isOlder(resource.version, held.version)) return true;
  state.resources.set(key, {
    shop: envelope.shop,
    domain,
    type: resource.type,
    id: resource.id,
    version: resource.version ?? null,
    sku: resource.sku ?? held?.sku ?? null,
    deleted: envelope.type.endsWith(".deleted"),
    data: envelope.data ?? {},
  });
  return false;
}

function applySecret(state: SystemState, change: SecretChange): void {
  const older = change.replace ? [] : (state.secrets.get(change.shop) ?? []);
  const secrets = [change.secret, ...older.filter((secret) => secret !== change.secret)];
  state.secrets.set(change.shop, secrets.slice(0, MAX_SECRETS_PER_SHOP));
}

function forgetOldest(ledger: Map<string, LedgerEntry>): void {
  if (ledger.size <= MAX_LEDGER_ENTRIES) return;
  const [oldest] = ledger.keys();
  if (oldest !== undefined) ledger.delete(oldest);
}

/** The state as plain JSON, for a snapshot. */
export function serialiseState(state: SystemState): unknown {
  return {
    ...state,
    ledger: [...state.ledger.values()],
    resources: [...state.resources],
    secrets: [...state.secrets],
    apiKeys: [...state.apiKeys],
    asks: [...state.asks],
  };
}

type Maps = "ledger" | "resources" | "secrets" | "apiKeys" | "asks";
type Serialised = Omit<SystemState, Maps> & {
  ledger: LedgerEntry[];
  resources: [string, ResourceState][];
  secrets: [string, string[]][];
  /** Not there in a file of before systems were asked. */
  apiKeys?: [string, ApiKeyChange][];
  asks?: [string, Ask][];
};

/** The reverse of `serialiseState`; the snapshot comes from this program's own file. */
export function restoreState(snapshot: unknown): SystemState {
  const saved = snapshot as Serialised;
  return {
    ...emptyState(),
    ...saved,
    ledger: new Map(saved.ledger.map((entry) => [entry.id, entry])),
    resources: new Map(saved.resources),
    secrets: new Map(saved.secrets),
    apiKeys: new Map(saved.apiKeys),
    asks: new Map(saved.asks),
  };
}
