import { randomBytes } from "node:crypto";

export type AccessToken = {
  token: string;
  shop: string;
  scopes: string[];
  online: boolean;
  /** Epoch milliseconds; null: a token of the old kind, which does not expire. */
  expiresAt: number | null;
};

export type RefreshToken = {
  token: string;
  shop: string;
  scopes: string[];
  expiresAt: number;
  /** The token it replaces, which dies when this one is used for the first time. */
  replaces: string | null;
};

export type TokenState = { access: AccessToken[]; refresh: RefreshToken[] };

export type TokenPair = { access: AccessToken; refresh: RefreshToken | null };

const REFRESH_TOKEN_MS = 90 * 86_400_000;
const ONLINE_TOKEN_MS = 86_400_000;

/** The access and refresh tokens of all stores. */
export class TokenBook {
  readonly #access = new Map<string, AccessToken>();
  readonly #refresh = new Map<string, RefreshToken>();
  readonly #now: () => number;
  readonly #accessTokenMs: () => number;

  constructor(options: {
    now: () => number;
    accessTokenSeconds: () => number;
    state?: TokenState;
  }) {
    this.#now = options.now;
    this.#accessTokenMs = () => options.accessTokenSeconds() * 1000;
    for (const row of options.state?.access ?? []) this.#access.set(row.token, row);
    for (const row of options.state?.refresh ?? []) this.#refresh.set(row.token, row);
  }

  /** A new token; those given out before stay valid, so exchanges may happen at once. */
  issue(input: { shop: string; scopes: string[]; online: boolean; expiring: boolean }): TokenPair {
    const { shop, scopes, online } = input;
    this.#forgetExpired();
    const lifeMs = online ? ONLINE_TOKEN_MS : input.expiring ? this.#accessTokenMs() : null;
    const expiresAt = lifeMs === null ? null : this.#now() + lifeMs;
    const access: AccessToken = { token: secret("shpat"), shop, scopes, online, expiresAt };
    this.#access.set(access.token, access);
    if (online || !input.expiring) return { access, refresh: null };
    return { access, refresh: this.#issueRefresh(shop, scopes, null) };
  }

  /**
   * Exchanges a refresh token. The old one keeps working until the new one is used, so that an
   * answer that got lost is no catastrophe.
   * @returns undefined when the token is unknown, expired, replaced or of another shop.
   */
  refresh(token: string, shop: string): TokenPair | undefined {
    const row = this.#refresh.get(token);
    if (!row || row.shop !== shop || row.expiresAt <= this.#now()) return undefined;
    if (row.replaces !== null) this.#refresh.delete(row.replaces);
    const expiresAt = this.#now() + this.#accessTokenMs();
    const { scopes } = row;
    const access = { token: secret("shpat"), shop, scopes, online: false, expiresAt };
    this.#access.set(access.token, access);
    return { access, refresh: this.#issueRefresh(shop, scopes, token) };
  }

  /** The live token, or undefined when Shopify would answer 401. */
  find(token: string, shop: string): AccessToken | undefined {
    const row = this.#access.get(token);
    if (!row || row.shop !== shop) return undefined;
    return row.expiresAt !== null && row.expiresAt <= this.#now() ? undefined : row;
  }

  /** Kills every token of a shop, as uninstalling does; says how many. */
  revokeShop(shop: string, keep?: "refresh tokens"): number {
    const own = (row: { shop: string }) => row.shop === shop;
    const access = [...this.#access.values()].filter(own);
    const refresh = keep ? [] : [...this.#refresh.values()].filter(own);
    for (const row of access) this.#access.delete(row.token);
    for (const row of refresh) this.#refresh.delete(row.token);
    return access.length + refresh.length;
  }

  state(): TokenState {
    return { access: [...this.#access.values()], refresh: [...this.#refresh.values()] };
  }

  #issueRefresh(shop: string, scopes: string[], replaces: string | null): RefreshToken {
    const expiresAt = this.#now() + REFRESH_TOKEN_MS;
    const row = { token: secret("shprt"), shop, scopes, expiresAt, replaces };
    this.#refresh.set(row.token, row);
    return row;
  }

  #forgetExpired(): void {
    const now = this.#now();
    for (const row of this.#access.values()) {
      if (row.expiresAt !== null && row.expiresAt <= now) this.#access.delete(row.token);
    }
  }
}

function secret(prefix: string): string {
  return `${prefix}_${randomBytes(16).toString("hex")}`;
}
