import { type Html, html, scriptJson } from "#test/support/html.ts";
import type { StoreSummary, Twin } from "../types.ts";
import { launchUrl } from "./launch-url.ts";
import { adminPage, appPathOf, initials } from "./layout.ts";

/** The admin with the app's page `rest` in its frame. */
export function shellPage(
  twin: Twin,
  store: StoreSummary,
  destination: { rest: string; query: URLSearchParams },
): Html {
  const { name } = twin.appToml;
  const source = launchUrl(twin, { ...destination, ...store }, Date.now);
  const config = {
    appOrigin: new URL(twin.config.appUrl).origin,
    handle: store.handle,
    shop: store.shop,
    appPath: appPathOf(twin, store),
    appName: name,
    storeName: store.name,
  };
  const main = html`<div class="app-bar"><span class="app-icon" aria-hidden="true">${initials(name)}</span>
<strong>${name}</strong><h1 id="page-title"></h1><div id="page-actions" class="actions"></div></div>
<iframe id="app-frame" name="app-iframe" title="${name}" data-src="${source}" allow="clipboard-write"></iframe>
<script type="application/json" id="shell-config">${scriptJson(config)}</script>`;
  return adminPage(twin, {
    title: name,
    store,
    current: "/apps",
    main,
    script: "/admin-assets/shell.js",
  });
}
