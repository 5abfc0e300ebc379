const RETRY_HEADER = "X-Shopify-Retry-Invalid-Session-Request";
const REAUTHORIZE_HEADER = "X-Shopify-API-Request-Failure-Reauthorize-Url";

/** Gives a session token; `fresh` refuses one that was used before. */
export type TokenSource = (fresh?: boolean) => Promise<string>;

/**
 * Wraps `fetch` as App Bridge does: requests to the app's own origin carry a session token. A 401
 * that asks for it is repeated once with a fresh token, and an answer that names a place to
 * authorize again sends the top window there.
 */
export function wrapFetch(nativeFetch: typeof fetch, idToken: TokenSource): typeof fetch {
  const send = async (request: Request, token: string): Promise<Response> => {
    const headers = new Headers(request.headers);
    headers.set("Authorization", `Bearer ${token}`);
    headers.set("X-Requested-With", "XMLHttpRequest");
    return await nativeFetch(new Request(request, { headers }));
  };

  return async (input, init) => {
    const request = new Request(input, init);
    const isOwn = new URL(request.url).origin === location.origin;
    if (!isOwn || request.headers.has("Authorization")) return await nativeFetch(request);
    const spare = request.clone();
    let response = await send(request, await idToken());
    if (response.status === 401 && response.headers.has(RETRY_HEADER)) {
      response = await send(spare, await idToken(true));
    }
    const reauthorizeAt = response.headers.get(REAUTHORIZE_HEADER);
    if (reauthorizeAt) window.open(reauthorizeAt, "_top");
    return response;
  };
}

/** Tokens last a minute; one is used for half of it, so that none expires on its way. */
const TOKEN_REUSE_MS = 30_000;

/** Remembers a token for a while, so that a page with ten requests asks the admin once. */
export function rememberToken(ask: () => Promise<string>): TokenSource {
  let token: Promise<string> | undefined;
  let askedAt = 0;
  return (fresh = false) => {
    const now = Date.now();
    if (!token || fresh || now - askedAt > TOKEN_REUSE_MS) {
      askedAt = now;
      const asked = ask();
      token = asked;
      asked.catch(() => {
        if (token === asked) token = undefined;
      });
    }
    return token;
  };
}
