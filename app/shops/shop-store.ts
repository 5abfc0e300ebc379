import type { Queryable, Transaction } from "#app/db.server.ts";
import type { ShopView } from "./types.ts";

interface ShopRow {
  shop: string;
  name: string | null;
  currency: string | null;
  time_zone: string | null;
  plan: string | null;
  scopes: string;
  installed_at: Date;
  learned_at: Date | null;
  reconnect_needed_at: Date | null;
  setup_dismissed_at: Date | null;
}

/**
 * Notes that a shop has installed (or re-installed) the app. Idempotent: an installed shop keeps its
 * installation date. Returns whether it was not installed before.
 */
export async function installShop(
  tx: Transaction,
  shop: string,
  scopes: string,
  atMs: number,
): Promise<boolean> {
  const { rows } = await tx.query<{ fresh: boolean }>(
    `INSERT INTO shops (shop, scopes, installed_at) VALUES ($1, $2, $3)
     ON CONFLICT (shop) DO UPDATE SET
       scopes = excluded.scopes,
       installed_at = CASE WHEN shops.uninstalled_at IS NULL
                           THEN shops.installed_at ELSE excluded.installed_at END,
       learned_at = CASE WHEN shops.uninstalled_at IS NULL THEN shops.learned_at END,
       left_before_at = coalesce(shops.uninstalled_at, shops.left_before_at),
       uninstalled_at = NULL,
       reconnect_needed_at = NULL
     RETURNING (installed_at = $3) AS fresh`,
    [shop, scopes, new Date(atMs)],
  );
  return rows[0]?.fresh ?? false;
}

/** Notes that a shop uninstalled the app, unless it was installed again after `triggeredAt`. */
export async function uninstallShop(
  tx: Transaction,
  shop: string,
  triggeredAt: Date | null,
  atMs: number,
): Promise<boolean> {
  const { rows } = await tx.query(
    `UPDATE shops SET uninstalled_at = $2
     WHERE shop = $1 AND uninstalled_at IS NULL AND ($3::timestamptz IS NULL OR installed_at <= $3)
     RETURNING shop`,
    [shop, new Date(atMs), triggeredAt],
  );
  return rows.length > 0;
}

/**
 * Notes that Shopify no longer accepts our tokens for a shop: the merchant has to open the app. The
 * shop's row is locked while `stillLost` is asked, so that an installation at the same moment either
 * is seen by it or takes the note back.
 */
export async function noteTokensLost(
  tx: Transaction,
  shop: string,
  atMs: number,
  stillLost: () => Promise<boolean>,
): Promise<void> {
  await tx.query("SELECT 1 FROM shops WHERE shop = $1 FOR UPDATE", [shop]);
  if (!(await stillLost())) return;
  await tx.query(
    `UPDATE shops SET reconnect_needed_at = $2
     WHERE shop = $1 AND uninstalled_at IS NULL AND reconnect_needed_at IS NULL`,
    [shop, new Date(atMs)],
  );
}

/**
 * Whether Shopify lets us in to a shop. What is written in the caller's transaction on the strength of
 * the answer is there by the time the shop is connected again.
 */
export async function connectionOf(
  tx: Transaction,
  shop: string,
): Promise<"connected" | "reconnect needed" | "uninstalled"> {
  const { rows } = await tx.query<{ lost: boolean }>(
    `SELECT reconnect_needed_at IS NOT NULL AS lost FROM shops
     WHERE shop = $1 AND uninstalled_at IS NULL FOR SHARE`,
    [shop],
  );
  if (!rows[0]) return "uninstalled";
  return rows[0].lost ? "reconnect needed" : "connected";
}

/** Those of the given domains that have the app installed right now. */
export async function installedShops(
  db: Queryable,
  shops: readonly string[],
): Promise<ReadonlySet<string>> {
  const { rows } = await db.query<{ shop: string }>(
    "SELECT shop FROM shops WHERE shop = ANY($1) AND uninstalled_at IS NULL",
    [shops],
  );
  return new Set(rows.map((row) => row.shop));
}

/** Every shop that has the app installed right now. */
export async function listInstalledShops(db: Queryable): Promise<string[]> {
  const { rows } = await db.query<{ shop: string }>(
    "SELECT shop FROM shops WHERE uninstalled_at IS NULL ORDER BY shop",
  );
  return rows.map((row) => row.shop);
}

/** Those of some shops that have the app installed. */
export async function getShops(db: Queryable, shops: readonly string[]): Promise<ShopView[]> {
  const { rows } = await db.query<ShopRow>(
    "SELECT * FROM shops WHERE shop = ANY($1) AND uninstalled_at IS NULL ORDER BY shop",
    [shops],
  );
  return rows.map(toView);
}

/** One installed shop, or null. */
export async function getShop(db: Queryable, shop: string): Promise<ShopView | null> {
  const { rows } = await db.query<ShopRow>(
    "SELECT * FROM shops WHERE shop = $1 AND uninstalled_at IS NULL",
    [shop],
  );
  return rows[0] ? toView(rows[0]) : null;
}

/** What Shopify says of a shop; absent values are left as they are. */
export interface ShopDetails {
  readonly name?: string | undefined;
  readonly currency?: string | undefined;
  readonly timeZone?: string | undefined;
  readonly plan?: string | undefined;
}

/** Writes down what Shopify says of a shop. */
export async function updateShopDetails(
  tx: Transaction,
  shop: string,
  details: ShopDetails,
): Promise<void> {
  await tx.query(
    `UPDATE shops SET name = coalesce($2, name), currency = coalesce($3, currency),
       time_zone = coalesce($4, time_zone), plan = coalesce($5, plan) WHERE shop = $1`,
    [shop, details.name, details.currency, details.timeZone, details.plan],
  );
}

/** Writes down which scopes the merchant has granted. */
export async function updateShopScopes(
  tx: Transaction,
  shop: string,
  scopes: readonly string[],
): Promise<void> {
  await tx.query("UPDATE shops SET scopes = $2 WHERE shop = $1", [shop, scopes.join(",")]);
}

/** Puts a shop's setup guide away, for everybody who works in the shop. */
export async function dismissSetup(db: Queryable, shop: string, atMs: number): Promise<void> {
  await db.query(
    "UPDATE shops SET setup_dismissed_at = $2 WHERE shop = $1 AND setup_dismissed_at IS NULL",
    [shop, new Date(atMs)],
  );
}

/** Notes that the first read of a shop's catalogue is complete. */
export async function markLearned(db: Queryable, shop: string, atMs: number): Promise<void> {
  await db.query("UPDATE shops SET learned_at = $2 WHERE shop = $1", [shop, new Date(atMs)]);
}

/** The installed shops whose catalogue was read to its end for the first time since an instant. */
export async function learnedSince(db: Queryable, sinceMs: number): Promise<string[]> {
  const { rows } = await db.query<{ shop: string }>(
    "SELECT shop FROM shops WHERE learned_at >= $1 AND uninstalled_at IS NULL",
    [new Date(sinceMs)],
  );
  return rows.map((row) => row.shop);
}

/**
 * Ends an installation for good, so that nothing new is taken in for the shop. False when the order is
 * about an earlier installation: Shopify sends it 48 hours after the app was removed, and the merchant
 * may have come back by then. A shop that never left and is to be forgotten has left unheard.
 */
export async function endInstallation(
  tx: Transaction,
  shop: string,
  orderedAt: Date,
  atMs: number,
): Promise<boolean> {
  const { rows } = await tx.query<{ came_back: boolean }>(
    `SELECT uninstalled_at IS NULL AND left_before_at IS NOT NULL
        AND installed_at > $2::timestamptz - interval '48 hours' AS came_back
     FROM shops WHERE shop = $1 FOR UPDATE`,
    [shop, orderedAt],
  );
  if (rows[0]?.came_back) return false;
  await uninstallShop(tx, shop, null, atMs);
  return true;
}

/** Deletes a shop, unless it has installed the app again. */
export async function forgetShop(db: Queryable, shop: string): Promise<void> {
  await db.query("DELETE FROM shops WHERE shop = $1 AND uninstalled_at IS NOT NULL", [shop]);
}

/** Every shop that is known, installed or not. */
export async function knownShops(db: Queryable): Promise<string[]> {
  const { rows } = await db.query<{ shop: string }>("SELECT shop FROM shops ORDER BY shop");
  return rows.map((row) => row.shop);
}

function toView(row: ShopRow): ShopView {
  return {
    shop: row.shop,
    name: row.name,
    currency: row.currency,
    timeZone: row.time_zone,
    plan: row.plan,
    scopes: row.scopes.split(",").filter(Boolean),
    installedAt: row.installed_at.toISOString(),
    learnedAt: row.learned_at?.toISOString() ?? null,
    reconnectNeededAt: row.reconnect_needed_at?.toISOString() ?? null,
    setupDismissedAt: row.setup_dismissed_at?.toISOString() ?? null,
  };
}
