/**
 * A stand-in for Shopify's App Bridge (cdn.shopify.com/shopifycloud/app-bridge.js): the parts of
 * the global `shopify` and of its elements that an embedded app relies on. It runs as a classic
 * script before the app's own, in the app's frame.
 */
import type { ScopeSets } from "../protocol.ts";
import { createActionRegistry } from "./actions.ts";
import { type BridgeConfig, readConfig } from "./config.ts";
import { connect } from "./connection.ts";
import { defineElements } from "./elements.ts";
import { rememberToken, type TokenSource, wrapFetch } from "./fetch.ts";
import { catchAdminLinks, syncNavigation } from "./navigation.ts";
import { createSaveBars, type SaveBars, watchForms } from "./save-bar.ts";
import { createToasts } from "./toasts.ts";

/** Elements that `shopify.modal` and `shopify.saveBar` move by their id. */
interface Showable extends HTMLElement {
  show(): Promise<void>;
  hide(): Promise<void>;
  toggle(): Promise<void>;
}

function start(script: HTMLScriptElement): void {
  const config = readConfig(script);
  const embedded = window.parent !== window;
  if (!embedded) {
    openInAdmin(config);
    return;
  }
  const connection = connect(config.adminOrigin);
  const idToken = rememberToken(() => connection.request("idToken", null));
  const bounce = new URLSearchParams(location.search).get("shopify-reload");
  if (bounce) {
    void bounceBack(bounce, idToken);
    return;
  }
  const navigate = syncNavigation(connection);
  const actions = createActionRegistry(connection, navigate);
  const saveBars = createSaveBars(connection, actions);
  catchAdminLinks(connection);
  defineElements(connection, actions, saveBars);
  watchForms(saveBars);
  const scopes = (request: string[], revoke: string[]) =>
    connection.request("scopes", { request, revoke });
  window.fetch = wrapFetch(window.fetch.bind(window), idToken);
  Object.assign(window, {
    shopify: {
      config,
      origin: location.origin,
      ready: Promise.resolve(),
      environment: { embedded, mobile: false, pos: false },
      idToken: () => idToken(),
      user: () => Promise.resolve({ accountAccess: "Administrator" }),
      loading: (isLoading = true) => connection.send("loading", { on: isLoading }),
      toast: createToasts(connection),
      modal: byId("ui-modal"),
      saveBar: {
        ...byId("ui-save-bar"),
        leaveConfirmation: () =>
          leaveConfirmation(saveBars, () => connection.request("leaveConfirmation", null)),
      },
      scopes: {
        query: () => scopes([], []),
        request: async (names: string[]) => requestResult(names, await scopes(names, [])),
        revoke: async (names: string[]) => ({ detail: await scopes([], names) }),
      },
    },
  });
}

/** A page opened outside of the admin goes to the same page inside, as Shopify's script does. */
function openInAdmin(config: BridgeConfig): void {
  const handle = config.shop.replace(/\.myshopify\.com$/, "");
  if (!handle) return;
  const path = location.pathname.replace(/^\/app(?=\/|$)/, "");
  location.replace(`${config.adminOrigin}/store/${handle}/apps/${config.apiKey}${path}`);
}

/** The library's bounce page: come back to where the merchant wanted to be, with a new token. */
async function bounceBack(target: string, idToken: TokenSource): Promise<void> {
  const url = new URL(target, location.origin);
  if (url.origin !== location.origin) {
    throw new Error(`App Bridge: shopify-reload must stay on ${location.origin}`);
  }
  url.searchParams.set("id_token", await idToken(true));
  location.replace(url);
}

async function leaveConfirmation(saveBars: SaveBars, ask: () => Promise<null>): Promise<void> {
  if (saveBars.anyShown()) await ask();
}

function requestResult(names: string[], detail: ScopeSets) {
  const all = names.every((name) => detail.granted.includes(name));
  return { result: all ? "granted-all" : "declined-all", detail };
}

/** The three methods of an API that finds its element by id. */
function byId(elementName: string) {
  const find = (id: string): Showable => {
    const element = document.getElementById(id);
    if (element?.localName !== elementName) {
      throw new Error(`App Bridge: there is no ${elementName} with the id "${id}"`);
    }
    return element as Showable;
  };
  return {
    show: async (id: string) => find(id).show(),
    hide: async (id: string) => find(id).hide(),
    toggle: async (id: string) => find(id).toggle(),
  };
}

const script = document.currentScript;
if (script instanceof HTMLScriptElement) start(script);
