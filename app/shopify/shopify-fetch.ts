/** The header that tells the twin which store a request was meant for. */
const twinShopHeader = "x-twin-shop";

/** Longer than Shopify's own limit for a request, so that its answer wins. */
const defaultTimeoutMs = 30_000;

/**
 * The `fetch` of everything that speaks to Shopify: the library's token exchange and the GraphQL
 * client. No request waits for ever. With a twin, whatever was meant for
 * `https://{shop}.myshopify.com` goes to the twin's origin instead, path, query, method, headers and
 * body unchanged, and the shop's name goes along as a header; other addresses stay as they are.
 */
export function createShopifyFetch(
  twinUrl: string | undefined,
  send: typeof fetch = fetch,
): typeof fetch {
  const twinOrigin = twinUrl === undefined ? undefined : new URL(twinUrl).origin;
  return (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const options = { ...init, signal: patience(input, init) };
    if (twinOrigin === undefined || !isShop(url)) return send(input, options);
    const target = `${twinOrigin}${url.pathname}${url.search}`;
    const headers = new Headers(
      init?.headers ?? (input instanceof Request ? input.headers : undefined),
    );
    headers.set(twinShopHeader, url.hostname);
    return send(input instanceof Request ? new Request(target, input) : target, {
      ...options,
      headers,
    });
  };
}

function patience(input: Parameters<typeof fetch>[0], init: RequestInit | undefined): AbortSignal {
  if (init?.signal) return init.signal;
  const timeout = AbortSignal.timeout(defaultTimeoutMs);
  return input instanceof Request ? AbortSignal.any([input.signal, timeout]) : timeout;
}

function isShop(url: URL): boolean {
  return url.protocol === "https:" && url.hostname.endsWith(".myshopify.com");
}
