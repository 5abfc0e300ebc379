import { Session } from "@shopify/shopify-api";
import type { SessionStorage } from "@shopify/shopify-app-session-storage";
import { PrismaSessionStorage } from "@shopify/shopify-app-session-storage-prisma";
import type { Database, Queryable } from "#app/db.server.ts";
import type { Logger } from "#app/observability/index.server.ts";

/** Called with shop and granted scopes (comma separated) after every successful token exchange. */
export type OnInstalled = (shop: string, scopes: string) => Promise<void>;

/**
 * Encryption at rest, as far as tokens need it. `open` throws an error named "VaultError" for what
 * it cannot open.
 */
export interface Sealer {
  seal(plain: string, purpose: string): Buffer;
  open(sealed: Uint8Array, purpose: string): Buffer;
}

/** What the session storage needs. */
export interface SessionStoreOptions {
  readonly db: Database;
  readonly vault: Sealer;
  readonly log: Logger;
  readonly onInstalled: OnInstalled;
}

/** A shop's offline tokens, opened. `version` changes with every write, whoever wrote. */
export interface OfflineTokens {
  readonly accessToken: string;
  readonly refreshToken: string | undefined;
  /** Milliseconds since 1970; undefined: does not expire. */
  readonly expiresAtMs: number | undefined;
  readonly version: string;
}

/** New tokens of a shop, as they are written. */
export type NewTokens = Omit<OfflineTokens, "version"> & {
  readonly refreshExpiresAtMs: number | undefined;
  readonly scope: string | undefined;
};

/** The `state` of a session whose installation has not been heard of yet. */
const installing = "installing";

/**
 * The library's session storage with sealed tokens. An offline session counts for the library only
 * after `onInstalled` has succeeded for it: if that fails, or the process dies in between, the next
 * request exchanges again, so no shop is ever half installed.
 */
export function createSessionStorage(options: SessionStoreOptions): SessionStorage {
  const { db, vault, log, onInstalled } = options;
  const open = (session: Session | undefined) => openSession(session, vault, log);
  const inTable = lazyTable(db);
  return {
    async storeSession(session) {
      if (session.isOnline)
        return inTable((table) => table.storeSession(sealSession(session, vault)));
      await inTable((table) => table.storeSession(sealSession(session, vault, installing)));
      await onInstalled(session.shop, session.scope ?? "");
      await db.query("UPDATE sessions SET state = '' WHERE id = $1", [session.id]);
      return true;
    },
    async loadSession(id) {
      const session = await inTable((table) => table.loadSession(id));
      return session?.state === installing ? undefined : open(session);
    },
    deleteSession: (id) => inTable((table) => table.deleteSession(id)),
    deleteSessions: (ids) => inTable((table) => table.deleteSessions(ids)),
    async findSessionsByShop(shop) {
      const sessions = await inTable((table) => table.findSessionsByShop(shop));
      return sessions.map(open).filter((session) => session !== undefined);
    },
  };
}

type Table = PrismaSessionStorage<Database["prisma"]>;

/**
 * The library's storage asks the database as soon as it is made, and is broken for good when that
 * fails. So it is made at the first use, and anew after a failure.
 */
function lazyTable(db: Database): <T>(work: (table: Table) => Promise<T>) => Promise<T> {
  let table: Table | undefined;
  return async (work) => {
    try {
      // Fails here, in the database's own words, while the database cannot be reached.
      if (!table) await db.query("SELECT 1 FROM sessions LIMIT 1");
      table ??= new PrismaSessionStorage(db.prisma);
      return await work(table);
    } catch (error) {
      table = undefined;
      throw error;
    }
  };
}

/** Deletes every session of a shop, in the caller's transaction: from then on it has no token. */
export async function forgetSessions(tx: Queryable, shop: string): Promise<void> {
  await tx.query("DELETE FROM sessions WHERE shop = $1", [shop]);
}

/** The offline tokens of a shop, or undefined when there are none that can be opened. */
export async function readOfflineTokens(
  db: Queryable,
  vault: Sealer,
  shop: string,
): Promise<OfflineTokens | undefined> {
  const id = offlineId(shop);
  const { rows } = await db.query<{
    accessToken: string;
    refreshToken: string | null;
    expiresAtMs: number | null;
  }>(
    `SELECT "accessToken", "refreshToken", (extract(epoch FROM expires) * 1000)::float8 AS "expiresAtMs"
     FROM sessions WHERE id = $1 AND NOT "isOnline"`,
    [id],
  );
  const [row] = rows;
  if (!row) return undefined;
  const accessToken = unseal(row.accessToken, id, vault);
  const refreshToken = row.refreshToken === null ? undefined : unseal(row.refreshToken, id, vault);
  if (accessToken === undefined) return undefined;
  return {
    accessToken,
    refreshToken,
    expiresAtMs: row.expiresAtMs ?? undefined,
    version: row.accessToken,
  };
}

/** How long Shopify lets us in by itself, as RFC 3339; null: without end. */
export interface TokenLife {
  readonly accessUntil: string | null;
  /** Until when the access token can be renewed. */
  readonly renewableUntil: string | null;
}

/** How long a shop's offline tokens live, or null when it has none. */
export async function readTokenLife(db: Queryable, shop: string): Promise<TokenLife | null> {
  const { rows } = await db.query<{ expires: Date | null; renewable: Date | null }>(
    `SELECT expires AT TIME ZONE 'UTC' AS expires,
       "refreshTokenExpires" AT TIME ZONE 'UTC' AS renewable
     FROM sessions WHERE id = $1 AND NOT "isOnline"`,
    [offlineId(shop)],
  );
  const [row] = rows;
  if (!row) return null;
  return {
    accessUntil: row.expires?.toISOString() ?? null,
    renewableUntil: row.renewable?.toISOString() ?? null,
  };
}

/** The shops whose tokens can be renewed until then at the longest. */
export async function listRenewableUntil(db: Queryable, untilMs: number): Promise<string[]> {
  const { rows } = await db.query<{ shop: string }>(
    `SELECT shop FROM sessions WHERE NOT "isOnline"
       AND "refreshTokenExpires" < to_timestamp($1::float8 / 1000) AT TIME ZONE 'UTC'
     ORDER BY "refreshTokenExpires"`,
    [untilMs],
  );
  return rows.map(({ shop }) => shop);
}

/**
 * Writes renewed tokens in place of those of the given version. False when somebody else has
 * written in the meantime: then theirs stand.
 */
export async function replaceOfflineTokens(
  tx: Queryable,
  vault: Sealer,
  shop: string,
  version: string,
  tokens: NewTokens,
): Promise<boolean> {
  const id = offlineId(shop);
  const sealed = (text: string | undefined) => (text === undefined ? null : seal(text, id, vault));
  const { rows } = await tx.query(
    `UPDATE sessions SET "accessToken" = $3, "refreshToken" = $4, scope = coalesce($5, scope),
       expires = to_timestamp($6::float8 / 1000) AT TIME ZONE 'UTC',
       "refreshTokenExpires" = to_timestamp($7::float8 / 1000) AT TIME ZONE 'UTC'
     WHERE id = $1 AND "accessToken" = $2 RETURNING id`,
    [
      id,
      version,
      sealed(tokens.accessToken),
      sealed(tokens.refreshToken),
      tokens.scope ?? null,
      tokens.expiresAtMs ?? null,
      tokens.refreshExpiresAtMs ?? null,
    ],
  );
  return rows.length > 0;
}

/**
 * Deletes tokens Shopify no longer accepts, so that the merchant's next visit exchanges for new
 * ones (the library would go on using them until they expire). Newer ones are left alone.
 */
export async function deleteOfflineTokens(
  tx: Queryable,
  shop: string,
  version: string,
): Promise<void> {
  await tx.query(`DELETE FROM sessions WHERE id = $1 AND "accessToken" = $2`, [
    offlineId(shop),
    version,
  ]);
}

/** The id under which the library stores a shop's offline session. */
function offlineId(shop: string): string {
  return `offline_${shop}`;
}

function sealSession(session: Session, vault: Sealer, state = session.state): Session {
  return new Session({
    ...session.toObject(),
    state,
    ...(session.accessToken && { accessToken: seal(session.accessToken, session.id, vault) }),
    ...(session.refreshToken && { refreshToken: seal(session.refreshToken, session.id, vault) }),
  });
}

/** A session that cannot be opened (the key was changed) is no session: the next visit makes a new one. */
function openSession(
  session: Session | undefined,
  vault: Sealer,
  log: Logger,
): Session | undefined {
  if (!session?.accessToken) return session;
  const accessToken = unseal(session.accessToken, session.id, vault);
  const refreshToken =
    session.refreshToken === undefined
      ? undefined
      : unseal(session.refreshToken, session.id, vault);
  if (accessToken === undefined) {
    log.warn({ shop: session.shop }, "a stored session cannot be opened with this key");
    return undefined;
  }
  return new Session({
    ...session.toObject(),
    accessToken,
    ...(refreshToken !== undefined && { refreshToken }),
  });
}

function seal(text: string, sessionId: string, vault: Sealer): string {
  return vault.seal(text, purposeOf(sessionId)).toString("base64");
}

function unseal(sealed: string, sessionId: string, vault: Sealer): string | undefined {
  try {
    return vault.open(Buffer.from(sealed, "base64"), purposeOf(sessionId)).toString();
  } catch (error) {
    if (error instanceof Error && error.name === "VaultError") return undefined;
    throw error;
  }
}

function purposeOf(sessionId: string): string {
  return `session-token:${sessionId}`;
}
