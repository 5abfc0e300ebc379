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

/** What a write will sound like, when Shopify tells of it. */
export interface ExpectedEcho {
  readonly resourceId: string;
  readonly intentId: string;
  readonly systemId: string | null;
  readonly content: EchoContent;
}

/**
 * Remembers writes of a shop before they are sent, so that their own notifications are recognised.
 * `content`: what the notification will say in the fields written (`available` for stock, however it
 * was set); its values are kept as a digest only. Called twice for one intent, the later stands.
 */
export async function rememberEchoes(
  tx: Transaction,
  shop: string,
  echoes: readonly ExpectedEcho[],
  writtenAtMs: number,
): Promise<void> {
  if (echoes.length === 0) return;
  await tx.query(
    "DELETE FROM write_echoes WHERE shop = $1 AND resource_id = ANY($2) AND written_at < $3",
    [shop, echoes.map((echo) => echo.resourceId), new Date(writtenAtMs - keptMs)],
  );
  const rows = echoes.map(({ content, ...echo }) => ({
    ...echo,
    fields: Object.keys(content).sort(),
    digest: digestOf(content).toString("base64"),
  }));
  await tx.query(
    `INSERT INTO write_echoes (shop, resource_id, intent_id, fields, digest, system_id, written_at)
     SELECT $1, "resourceId", "intentId", ARRAY(SELECT json_array_elements_text(fields)),
       decode(digest, 'base64'), "systemId", $3
     FROM json_to_recordset($2::json) AS r ("resourceId" text, "intentId" text, fields json,
       digest text, "systemId" text)
     ORDER BY "resourceId", "intentId"
     ON CONFLICT (shop, resource_id, intent_id) DO UPDATE SET
       fields = excluded.fields, digest = excluded.digest, system_id = excluded.system_id,
       written_at = excluded.written_at`,
    [shop, JSON.stringify(rows), new Date(writtenAtMs)],
  );
}

/** Forgets writes that did not happen after all, or that were heard of. */
export async function forgetEchoes(
  tx: Transaction,
  shop: string,
  intentIds: readonly string[],
): Promise<void> {
  if (intentIds.length === 0) return;
  await tx.query("DELETE FROM write_echoes WHERE shop = $1 AND intent_id = ANY($2)", [
    shop,
    intentIds,
  ]);
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
