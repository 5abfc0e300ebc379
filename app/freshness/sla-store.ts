import { dataDomains, type DataDomain } from "#app/data-domains.ts";
import type { Queryable, Transaction } from "#app/db.server.ts";
import { defaultSla } from "./default-slas.ts";
import type { FreshnessSla, SyncMethod } from "./types.ts";

interface Row {
  shop: string;
  domain: DataDomain;
  system_id: string;
  warn_after_seconds: number;
  breach_after_seconds: number;
  target_percent: number;
  window_days: number;
  calendar: boolean;
  sync_method: SyncMethod;
  poll_every_seconds: number;
}

/**
 * The SLAs of a shop: always one for each data domain (the default where nobody chose), and those
 * of single systems beside them.
 */
export async function readSlas(db: Queryable, shop: string): Promise<FreshnessSla[]> {
  return (await readSlasOf(db, [shop])).get(shop) ?? [];
}

/** The same for several shops in one statement. */
export async function readSlasOf(
  db: Queryable,
  shops: readonly string[],
): Promise<Map<string, FreshnessSla[]>> {
  const { rows } = await db.query<Row>(
    "SELECT * FROM freshness_slas WHERE shop = ANY($1) ORDER BY shop, domain, system_id",
    [shops],
  );
  const byShop = new Map<string, Row[]>(shops.map((shop) => [shop, []]));
  for (const row of rows) byShop.get(row.shop)?.push(row);
  return new Map([...byShop].map(([shop, chosen]) => [shop, withDefaults(chosen)]));
}

/** Whether a person ever set an SLA in a shop. */
export async function hasChosenSlas(db: Queryable, shop: string): Promise<boolean> {
  const { rows } = await db.query("SELECT 1 AS one FROM freshness_slas WHERE shop = $1 LIMIT 1", [
    shop,
  ]);
  return rows.length > 0;
}

function withDefaults(rows: readonly Row[]): FreshnessSla[] {
  return dataDomains.flatMap((domain) => {
    const chosen = rows.filter((row) => row.domain === domain).map(toSla);
    return chosen[0]?.system === undefined && chosen.length > 0
      ? chosen
      : [defaultSla(domain), ...chosen];
  });
}

function toSla(row: Row): FreshnessSla {
  return {
    domain: row.domain,
    ...(row.system_id === "" ? {} : { system: row.system_id }),
    warnAfterSeconds: row.warn_after_seconds,
    breachAfterSeconds: row.breach_after_seconds,
    targetPercent: row.target_percent,
    windowDays: row.window_days,
    ...(row.calendar ? { windowKind: "calendar" } : {}),
    syncMethod: row.sync_method,
    pollEverySeconds: row.poll_every_seconds,
  };
}

/** Lets one transaction at a time change the SLAs of a shop, until it ends. */
export async function lockSlas(tx: Transaction, shop: string): Promise<void> {
  await tx.query("SELECT pg_advisory_xact_lock(hashtextextended('freshness ' || $1, 0))", [shop]);
}

/** Puts all SLAs of a shop in place of those it had. */
export async function writeSlas(
  tx: Transaction,
  shop: string,
  slas: readonly FreshnessSla[],
  atMs: number,
): Promise<void> {
  await tx.query("DELETE FROM freshness_slas WHERE shop = $1", [shop]);
  await insertSlas(tx, shop, slas, atMs);
}

/** Puts one SLA in place of the one there was for its kind of data and its system. */
export async function writeSla(
  tx: Transaction,
  shop: string,
  sla: FreshnessSla,
  atMs: number,
): Promise<void> {
  await deleteSla(tx, shop, { domain: sla.domain, system: sla.system ?? null });
  await insertSlas(tx, shop, [sla], atMs);
}

async function insertSlas(
  tx: Transaction,
  shop: string,
  slas: readonly FreshnessSla[],
  atMs: number,
): Promise<void> {
  await tx.query(
    `INSERT INTO freshness_slas (shop, domain, system_id, warn_after_seconds,
       breach_after_seconds, target_percent, window_days, calendar, sync_method, poll_every_seconds, changed_at)
     SELECT $1, domain, coalesce(system, ''), "warnAfterSeconds", "breachAfterSeconds",
       "targetPercent", "windowDays",
       coalesce("windowKind" = 'calendar', false), "syncMethod", "pollEverySeconds", $3
     FROM json_to_recordset($2::json) AS r (domain text, system text, "warnAfterSeconds" int,
       "breachAfterSeconds" int, "targetPercent" float8, "windowDays" int, "windowKind" text, "syncMethod" text,
       "pollEverySeconds" int)`,
    [shop, JSON.stringify(slas), new Date(atMs)],
  );
}

/** Deletes the SLAs of a system that is gone. */
export async function deleteSlasOf(tx: Transaction, shop: string, systemId: string): Promise<void> {
  await tx.query("DELETE FROM freshness_slas WHERE shop = $1 AND system_id = $2", [shop, systemId]);
}

/** Deletes one SLA that somebody chose; the one it stood in for holds again. */
export async function deleteSla(
  tx: Transaction,
  shop: string,
  { domain, system }: { readonly domain: DataDomain; readonly system: string | null },
): Promise<void> {
  await tx.query(
    "DELETE FROM freshness_slas WHERE shop = $1 AND domain = $2 AND system_id = coalesce($3, '')",
    [shop, domain, system],
  );
}
