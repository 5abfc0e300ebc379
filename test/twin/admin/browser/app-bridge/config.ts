/** What `shopify.config` says, plus what the stand-in needs to find its admin. */
export interface BridgeConfig {
  apiKey: string;
  shop: string;
  host: string;
  locale: string;
  appOrigins: string[];
  adminOrigin: string;
}

interface Remembered {
  shop?: string;
  host?: string;
  locale?: string;
  adminOrigin?: string;
}

const STORAGE_KEY = "twin-app-bridge";

/**
 * Reads the configuration as Shopify's script does: the key from `data-api-key` or the meta tag
 * `shopify-api-key`, shop and host from the address, remembered for later pages of this tab
 * because the app's own links drop them. Throws when there is no key.
 */
export function readConfig(script: HTMLScriptElement): BridgeConfig {
  const query = new URLSearchParams(location.search);
  const remembered = recall();
  const apiKey =
    script.dataset["apiKey"] ??
    document.querySelector<HTMLMetaElement>('meta[name="shopify-api-key"]')?.content;
  if (!apiKey) {
    throw new Error('App Bridge: set data-api-key on its script or <meta name="shopify-api-key">');
  }
  const config: BridgeConfig = {
    apiKey,
    shop: query.get("shop") ?? remembered.shop ?? "",
    host: query.get("host") ?? remembered.host ?? "",
    locale: query.get("locale") ?? remembered.locale ?? "en-US",
    appOrigins: [],
    adminOrigin: adminOrigin(script, remembered),
  };
  const { shop, host, locale } = config;
  sessionStorage.setItem(
    STORAGE_KEY,
    JSON.stringify({ shop, host, locale, adminOrigin: config.adminOrigin }),
  );
  return config;
}

/**
 * The origin of the admin around this frame. Firefox knows no `ancestorOrigins`; the referrer is
 * the admin only on the first page, since after a redirect of our own it is the app; and the
 * script comes from the admin's origin unless the merchant opened that under another name.
 */
function adminOrigin(script: HTMLScriptElement, remembered: Remembered): string {
  const ancestor = "ancestorOrigins" in location ? location.ancestorOrigins[0] : undefined;
  if (ancestor) return ancestor;
  if (document.referrer) {
    const { origin } = new URL(document.referrer);
    if (origin !== location.origin) return origin;
  }
  return remembered.adminOrigin ?? new URL(script.src).origin;
}

function recall(): Remembered {
  const stored = sessionStorage.getItem(STORAGE_KEY);
  return stored ? (JSON.parse(stored) as Remembered) : {};
}
