import type { Queryable, Transaction } from "#app/db.server.ts";
import type { DataDomain } from "#app/data-domains.ts";
import type { NewSystem } from "./parse-system.ts";
import type {
  Circuit,
  CircuitPolicy,
  CircuitState,
  DeliveryPolicy,
  DomainComparison,
  SystemKind,
  SystemStatus,
  SystemView,
} from "./types.ts";

/** A system as it is stored. */
export interface Row {
  id: string;
  shop: string;
  name: string;
  kind: SystemKind;
  url: string;
  snapshot_url: string | null;
  domains: DataDomain[];
  status: SystemStatus;
  status_reason: string | null;
  status_since: Date;
  secret: Buffer;
  previous_secret: Buffer | null;
  previous_secret_until: Date | null;
  delivery_policy: DeliveryPolicy;
  circuit_policy: CircuitPolicy;
  comparison: Readonly<Record<string, DomainComparison>>;
  circuit_state: CircuitState;
  circuit_since: Date | null;
  circuit_probe_at: Date | null;
  circuit_failed_probes: number;
  created_at: Date;
}

/** What a signing secret is sealed for. */
export function secretPurpose(systemId: string): string {
  return `signing-secret:${systemId}`;
}

/** Writes a new system down. `secret` is sealed. */
export async function insertSystem(
  tx: Transaction,
  system: { id: string; shop: string; input: NewSystem; secret: Buffer; atMs: number },
): Promise<SystemView> {
  const { input } = system;
  const { rows } = await tx.query<Row>(
    `INSERT INTO systems (id, shop, name, kind, url, domains, secret, delivery_policy,
       circuit_policy, status_since, created_at, snapshot_url, comparison)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $11, $12) RETURNING *`,
    [
      system.id,
      system.shop,
      input.name,
      input.kind,
      input.url,
      input.domains,
      system.secret,
      JSON.stringify(input.deliveryPolicy),
      JSON.stringify(input.circuitPolicy),
      new Date(system.atMs),
      input.snapshotUrl ?? null,
      JSON.stringify(input.comparison),
    ],
  );
  return toView(rows[0] as Row);
}

/** The connected systems of a shop, oldest first. */
export async function listSystems(db: Queryable, shop: string): Promise<SystemView[]> {
  const { rows } = await db.query<Row>(
    "SELECT * FROM systems WHERE shop = $1 AND deleted_at IS NULL ORDER BY created_at, id",
    [shop],
  );
  return rows.map(toView);
}

/** The same of several shops in one statement. */
export async function listSystemsOf(
  db: Queryable,
  shops: readonly string[],
): Promise<SystemView[]> {
  const { rows } = await db.query<Row>(
    `SELECT * FROM systems WHERE shop = ANY($1) AND deleted_at IS NULL
     ORDER BY shop, created_at, id`,
    [shops],
  );
  return rows.map(toView);
}

/** One system of a shop, or null. */
export async function getSystem(
  db: Queryable,
  shop: string,
  id: string,
): Promise<SystemView | null> {
  const { rows } = await db.query<Row>(
    "SELECT * FROM systems WHERE shop = $1 AND id = $2 AND deleted_at IS NULL",
    [shop, id],
  );
  return rows[0] ? toView(rows[0]) : null;
}

/** Makes others who change a system wait until this transaction ends; false when there is no such system. */
export async function lockSystem(tx: Transaction, shop: string, id: string): Promise<boolean> {
  const { rows } = await tx.query(
    "SELECT FROM systems WHERE shop = $1 AND id = $2 AND deleted_at IS NULL FOR UPDATE",
    [shop, id],
  );
  return rows.length > 0;
}

/** Replaces what a person can set of a system; null when there is no such system. */
export async function replaceSettings(
  tx: Transaction,
  shop: string,
  id: string,
  input: NewSystem,
): Promise<SystemView | null> {
  const { rows } = await tx.query<Row>(
    `UPDATE systems SET name = $3, kind = $4, url = $5, domains = $6, delivery_policy = $7,
       circuit_policy = $8, snapshot_url = $9, comparison = $10
     WHERE shop = $1 AND id = $2 AND deleted_at IS NULL RETURNING *`,
    [
      shop,
      id,
      input.name,
      input.kind,
      input.url,
      input.domains,
      JSON.stringify(input.deliveryPolicy),
      JSON.stringify(input.circuitPolicy),
      input.snapshotUrl ?? null,
      JSON.stringify(input.comparison),
    ],
  );
  return rows[0] ? toView(rows[0]) : null;
}

/** A system that wants changes of some domains. */
export interface Subscriber {
  readonly id: string;
  /** Whose it is. */
  readonly shop: string;
  readonly domains: readonly DataDomain[];
  readonly status: SystemStatus;
  readonly circuitState: CircuitState;
  readonly mode: DeliveryPolicy["mode"];
  readonly createdAt: Date;
}

/** Who in a shop wants to hear of changes, paused systems included: their work waits. */
export async function subscribersOf(db: Queryable, shop: string): Promise<Subscriber[]> {
  const { rows } = await db.query<Row>(
    "SELECT * FROM systems WHERE shop = $1 AND deleted_at IS NULL ORDER BY id",
    [shop],
  );
  return rows.map(toSubscriber);
}

/** A system as one that wants to hear of changes. Pure. */
export function toSubscriber(row: Row): Subscriber {
  return {
    id: row.id,
    shop: row.shop,
    domains: row.domains,
    status: row.status,
    circuitState: row.circuit_state,
    mode: row.delivery_policy.mode,
    createdAt: row.created_at,
  };
}

/** Every system that may be sent to, with its shop. */
export async function activeSystems(db: Queryable): Promise<{ id: string; shop: string }[]> {
  const { rows } = await db.query<{ id: string; shop: string }>(
    "SELECT id, shop FROM systems WHERE status = 'active' AND deleted_at IS NULL",
  );
  return rows;
}

/** What a lane needs to deliver to a system. */
export interface Destination {
  readonly id: string;
  readonly shop: string;
  readonly url: string;
  readonly status: SystemStatus;
  /** When it was last paused, resumed or disabled, epoch milliseconds. */
  readonly statusSinceMs: number;
  readonly policy: DeliveryPolicy;
  readonly circuitPolicy: CircuitPolicy;
  readonly circuit: Circuit;
  /** Opened; the first is the current one. */
  readonly secrets: readonly string[];
}

interface Opener {
  open(sealed: Uint8Array, purpose: string): Buffer;
}

/** A system with its secrets opened, or null when it is gone. */
export async function loadDestination(
  db: Queryable,
  vault: Opener,
  id: string,
  nowMs: number,
): Promise<Destination | null> {
  const { rows } = await db.query<Row>(
    "SELECT * FROM systems WHERE id = $1 AND deleted_at IS NULL",
    [id],
  );
  const row = rows[0];
  if (!row) return null;
  const secrets = [vault.open(row.secret, secretPurpose(id)).toString("utf8")];
  if (row.previous_secret && (row.previous_secret_until?.getTime() ?? 0) > nowMs)
    secrets.push(vault.open(row.previous_secret, secretPurpose(id)).toString("utf8"));
  return {
    id,
    shop: row.shop,
    url: row.url,
    status: row.status,
    statusSinceMs: row.status_since.getTime(),
    policy: row.delivery_policy,
    circuitPolicy: row.circuit_policy,
    circuit: {
      state: row.circuit_state,
      sinceMs: row.circuit_since?.getTime() ?? null,
      probeAtMs: row.circuit_probe_at?.getTime() ?? null,
      failedProbes: row.circuit_failed_probes,
    },
    secrets,
  };
}

/** Sets a system's status; false when it had that status already or does not exist. */
export async function setStatus(
  tx: Transaction,
  shop: string,
  id: string,
  status: SystemStatus,
  reason: string | null,
  atMs: number,
): Promise<boolean> {
  const { rows } = await tx.query(
    `UPDATE systems SET status = $3, status_reason = $4, status_since = $5
     WHERE shop = $1 AND id = $2 AND deleted_at IS NULL AND status <> $3 RETURNING id`,
    [shop, id, status, reason, new Date(atMs)],
  );
  return rows.length > 0;
}

/** Stops sending to a system that asked for it; only a person can resume it. */
export async function disableSystem(
  tx: Transaction,
  shop: string,
  id: string,
  reason: string,
  atMs: number,
): Promise<boolean> {
  return setStatus(tx, shop, id, "disabled", reason, atMs);
}

/** Marks a system as disconnected. */
export async function markDeleted(
  tx: Transaction,
  shop: string,
  id: string,
  atMs: number,
): Promise<boolean> {
  const { rows } = await tx.query(
    "UPDATE systems SET deleted_at = $3 WHERE shop = $1 AND id = $2 AND deleted_at IS NULL RETURNING id",
    [shop, id, new Date(atMs)],
  );
  return rows.length > 0;
}

/** Puts a sealed secret in place; the old one stays valid until `overlapUntilMs`. */
export async function replaceSecret(
  tx: Transaction,
  shop: string,
  id: string,
  secret: Buffer,
  overlapUntilMs: number,
): Promise<boolean> {
  const { rows } = await tx.query(
    `UPDATE systems SET previous_secret = secret, previous_secret_until = $4, secret = $3
     WHERE shop = $1 AND id = $2 AND deleted_at IS NULL RETURNING id`,
    [shop, id, secret, new Date(overlapUntilMs)],
  );
  return rows.length > 0;
}

function toView(row: Row): SystemView {
  return {
    id: row.id,
    shop: row.shop,
    name: row.name,
    kind: row.kind,
    url: row.url,
    snapshotUrl: row.snapshot_url,
    domains: row.domains,
    status: row.status,
    statusReason: row.status_reason,
    statusSince: row.status_since.toISOString(),
    deliveryPolicy: row.delivery_policy,
    circuitPolicy: row.circuit_policy,
    comparison: row.comparison,
    circuitState: row.circuit_state,
    circuitSince: row.circuit_since?.toISOString() ?? null,
    circuitProbeAt: row.circuit_probe_at?.toISOString() ?? null,
    oldSecretUntil: row.previous_secret_until?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
  };
}
