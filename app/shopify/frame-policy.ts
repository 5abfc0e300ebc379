/** What a document answered to a browser says about frames, and where its App Bridge comes from. */

const shopifyAppBridgeUrl = "https://cdn.shopify.com/shopifycloud/app-bridge.js";

/** Applies to every document of the app, the library's own pages included. */
export interface FramePolicy {
  /** Where the browser loads App Bridge from. */
  readonly appBridgeUrl: string;
  /** Makes sure that only Shopify (and the twin, where there is one) can frame the document. */
  applyTo(headers: Headers): void;
  /** The same for a page the library made itself; resolves to the page to send. */
  applyToPage(page: Response): Promise<Response>;
}

/**
 * Without a twin the library's headers stand as they are, except that a document of no particular
 * shop may be framed by the Shopify admin only, too. With one, its origin may frame documents as
 * well and serves App Bridge.
 */
export function createFramePolicy(twinUrl: string | undefined): FramePolicy {
  const twinOrigin = twinUrl === undefined ? undefined : new URL(twinUrl).origin;
  const appBridgeUrl =
    twinOrigin === undefined ? shopifyAppBridgeUrl : `${twinOrigin}/app-bridge.js`;

  const applyTo = (headers: Headers) => {
    const policy =
      headers.get("content-security-policy") ?? "frame-ancestors https://admin.shopify.com;";
    headers.set(
      "content-security-policy",
      twinOrigin === undefined
        ? policy
        : policy.replace("frame-ancestors", `frame-ancestors ${twinOrigin}`),
    );
    const preload = headers.get("link");
    if (preload !== null) headers.set("link", preload.replace(shopifyAppBridgeUrl, appBridgeUrl));
  };

  return {
    appBridgeUrl,
    applyTo,
    async applyToPage(page) {
      if (!page.headers.get("content-type")?.startsWith("text/html")) return page;
      const headers = new Headers(page.headers);
      applyTo(headers);
      const html = (await page.text()).replaceAll(shopifyAppBridgeUrl, appBridgeUrl);
      return new Response(html, { status: page.status, statusText: page.statusText, headers });
    },
  };
}
