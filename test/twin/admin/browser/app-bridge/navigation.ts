import type { Connection } from "./connection.ts";

/** After this long without anybody listening to `shopify:navigate`, the page is loaded instead. */
const HYDRATION_WAIT_MS = 5_000;

/** Moves the app to one of its own paths. */
export type Navigate = (path: string) => void;

/**
 * Keeps the admin's address in step with the app's, and lets the admin move the app: an event
 * `shopify:navigate` whose target carries the href, which the app's router answers. A page that
 * is still loading its scripts gets the event once it listens.
 */
export function syncNavigation(connection: Connection): Navigate {
  const listening = Promise.withResolvers<void>();
  const nativeAdd = window.addEventListener.bind<typeof window.addEventListener>(window);
  window.addEventListener = (type: string, ...rest: [EventListenerOrEventListenerObject]) => {
    nativeAdd(type, ...rest);
    if (type === "shopify:navigate") listening.resolve();
  };

  const tell = () =>
    connection.send("location", { path: location.pathname + location.search + location.hash });
  for (const method of ["pushState", "replaceState"] as const) {
    const native = history[method].bind(history);
    history[method] = (...args) => {
      native(...args);
      tell();
    };
  }
  nativeAdd("popstate", tell);
  nativeAdd("hashchange", tell);
  nativeAdd("pageshow", tell);

  const navigate: Navigate = (path) => {
    const late = setTimeout(() => location.assign(path), HYDRATION_WAIT_MS);
    void listening.promise.then(() => {
      clearTimeout(late);
      announce(path);
    });
  };
  connection.on("navigate", ({ path }) => navigate(path));
  return navigate;
}

function announce(path: string): void {
  const link = document.createElement("a");
  link.setAttribute("href", path);
  document.body.append(link);
  link.dispatchEvent(new CustomEvent("shopify:navigate", { bubbles: true }));
  link.remove();
}

/**
 * Sends addresses of the admin (`shopify://admin/...`, admin.shopify.com, a shop's own `/admin`)
 * to the admin around the frame, whether a script opens them or a link is clicked.
 */
export function catchAdminLinks(connection: Connection): void {
  const nativeOpen = window.open.bind(window);
  window.open = (url, target, features) => {
    const text = String(url ?? "");
    const leavesFrame = target === "_top" || target === "_parent";
    if (!isAdminAddress(text) && !(leavesFrame && text)) return nativeOpen(url, target, features);
    const absolute = isAdminAddress(text) ? text : new URL(text, location.href).href;
    connection.send("redirect", { url: absolute, newTab: target === "_blank" });
    return null;
  };
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0) return;
    const link = (event.target as Element).closest?.("a[href], s-link[href], s-button[href]");
    const href = link?.getAttribute("href") ?? "";
    if (!isAdminAddress(href)) return;
    event.preventDefault();
    const newTab = link?.getAttribute("target") === "_blank";
    connection.send("redirect", { url: href, newTab });
  });
}

function isAdminAddress(url: string): boolean {
  return (
    url.startsWith("shopify:") ||
    url.startsWith("https://admin.shopify.com/") ||
    /^https:\/\/[a-z0-9-]+\.myshopify\.com\/admin(\/|$)/.test(url)
  );
}
