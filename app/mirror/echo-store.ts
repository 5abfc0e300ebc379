import type { Transaction } from "#app/db.server.ts";
import { digestOf } from "./digest.ts";

/** What a write makes a resource look like, by field: only what notifications of Shopify carry. */
export type EchoContent = Readonly<Record<string, string | number | boolean | null>>;

/** A write of ours that Shopify has not told us about yet. */
export interface WriteEcho {
  readonly resourceId: string;
  readonly intentId: string;
  readonly fields: readonly string[];
  readonly digest: Buffer;
  /** The system it was written for; null: Converge's own. */
  readonly systemId: string | null;
  readonly writtenAtMs: number;
}

/**
 * How far a version may be from the moment of our write and still be its echo: before it, two
 * clocks that disagree; after it, a write that Shopify took its time to carry out. The notification
 * itself may come hours later, since versions are compared and not arrivals.
 */
const earliestMs = 60_000;
const latestMs = 10 * 60_000;

/** An echo that nobody heard within this time is no longer waited for. */
const keptMs = 24 * 3600 * 1000;

/**
 * Remembers a write before it is sent, so that its own notification is recognised. `content`: what
 * the notification will say in the fields written (`available` for stock, however it was set); its
 * values are kept as a digest only. Called twice for one intent, the later content stands.
 */
export async function rememberEcho(
  tx: Transaction,
  echo: {
    readonly shop: string;
    readonly resourceId: string;
    readonly intentId: string;
    readonly systemId: string | null;
    readonly content: EchoContent;
    readonly writtenAtMs: number;
  },
): Promise<void> {
  const fields = Object.keys(echo.content).sort();
  await tx.query(
    "DELETE FROM write_echoes WHERE shop = $1 AND resource_id = $2 AND written_at < $3",
    [echo.shop, echo.resourceId, new Date(echo.writtenAtMs - keptMs)],
  );
  await tx.query(
    `INSERT INTO write_echoes (shop, resource_id, intent_id, fields, digest, system_id, written_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (shop, resource_id, intent_id) DO UPDATE SET
       fields = excluded.fields, digest = excluded.digest, system_id = excluded.system_id,
       written_at = excluded.written_at`,
    [
      echo.shop,
      echo.resourceId,
      echo.intentId,
      fields,
      digestOf(echo.content),
      echo.systemId,
      new Date(echo.writtenAtMs),
    ],
  );
}

/** Forgets a write that did not happen after all. */
export async function forgetEcho(tx: Transaction, shop: string, intentId: string): Promise<void> {
  await tx.query("DELETE FROM write_echoes WHERE shop = $1 AND intent_id = $2", [shop, intentId]);
}

/** Writes to some resources that were not heard of yet, oldest first. Their resources are locked by the caller. */
export async function pendingEchoes(
  tx: Transaction,
  shop: string,
  resourceIds: readonly string[],
): Promise<WriteEcho[]> {
  if (resourceIds.length === 0) return [];
  const { rows } = await tx.query<Omit<WriteEcho, "writtenAtMs"> & { writtenAt: Date }>(
    `SELECT resource_id AS "resourceId", intent_id AS "intentId", fields, digest,
       system_id AS "systemId", written_at AS "writtenAt"
     FROM write_echoes WHERE shop = $1 AND resource_id = ANY($2) ORDER BY written_at, intent_id`,
    [shop, resourceIds],
  );
  return rows.map(({ writtenAt, ...row }) => ({ ...row, writtenAtMs: writtenAt.getTime() }));
}

/** Ends the wait for writes that were heard of: each is recognised once. */
export async function takeEchoes(
  tx: Transaction,
  shop: string,
  echoes: readonly WriteEcho[],
): Promise<void> {
  for (const echo of echoes) await forgetEcho(tx, shop, echo.intentId);
}

/** Which of the pending writes to a resource this content, of this version, is the echo of. Pure. */
export function echoOf(
  pending: readonly WriteEcho[],
  resourceId: string,
  content: EchoContent,
  versionAtMs: number,
): WriteEcho | undefined {
  return pending.find(
    (echo) =>
      echo.resourceId === resourceId &&
      isNear(echo, versionAtMs) &&
      echo.fields.every((field) => field in content) &&
      echo.digest.equals(
        digestOf(Object.fromEntries(echo.fields.map((field) => [field, content[field]]))),
      ),
  );
}

/** Whether a write to the resource may still be on its way into a version of this instant. Pure. */
export function isBeingWritten(
  pending: readonly WriteEcho[],
  resourceId: string,
  versionAtMs: number,
): boolean {
  return pending.some((echo) => echo.resourceId === resourceId && isNear(echo, versionAtMs));
}

function isNear(echo: WriteEcho, versionAtMs: number): boolean {
  return versionAtMs >= echo.writtenAtMs - earliestMs && versionAtMs <= echo.writtenAtMs + latestMs;
}
