import { type Html, html } from "#test/support/html.ts";
import type { StoreSummary, Twin } from "../types.ts";

/** One page of a store's admin. */
export interface AdminPage {
  title: string;
  store: StoreSummary;
  /** Which entry of the navigation is current: a path below the store, "" for home. */
  current: string;
  main: Html;
  /** Address of a script to run at the end. */
  script?: string;
}

/** The name in the app's addresses, such as `converge`: its title in lower case with dashes. */
export function appHandle(twin: Twin): string {
  const handle = twin.appToml.name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  return handle || "app";
}

/** `/store/north/apps/converge` */
export function appPathOf(twin: Twin, store: StoreSummary): string {
  return `/store/${store.handle}/apps/${appHandle(twin)}`;
}

/** A whole document; `body` is everything between the body's tags. */
export function documentPage(title: string, stylesheet: string, body: Html, script?: string): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/admin-assets/${stylesheet}">
${script ? html`<script src="${script}" defer></script>` : null}
</head>
${body}
</html>`;
}

/** A store's admin page: top bar, navigation, and `main`. */
export function adminPage(twin: Twin, page: AdminPage): Html {
  const { store, main } = page;
  const body = html`<body>
<a class="skip" href="#main">Skip to content</a>
<div id="loading-bar" hidden></div>
<header class="top">
  <button id="navigation-toggle" type="button" aria-label="Navigation" aria-expanded="false" aria-controls="navigation">☰</button>
  <a class="brand" href="/store/${store.handle}"><span class="mark" aria-hidden="true"></span>Store admin</a>
  <a class="control-link" href="/control">Control room</a>
  ${storeSwitcher(twin, store)}
  <div id="save-bar" role="region" aria-label="Unsaved changes" hidden></div>
</header>
<nav id="navigation" aria-label="Admin">${navigation(twin, page)}</nav>
<main id="main" tabindex="-1">${main}</main>
<div id="toasts" aria-live="polite"></div>
</body>`;
  const title = `${page.title} · ${store.name}`;
  return documentPage(title, "admin.css", body, page.script ?? "/admin-assets/menu.js");
}

function storeSwitcher(twin: Twin, current: StoreSummary): Html {
  const stores = twin.stores().map(
    (
      store,
    ) => html`<li><a href="/store/${store.handle}"${store.shop === current.shop ? html` aria-current="true"` : null}>
<span class="avatar" aria-hidden="true">${initials(store.name)}</span>
<span>${store.name}<small>${store.shop}</small></span></a></li>`,
  );
  return html`<details class="switcher">
<summary aria-label="Switch store, now ${current.name}"><span class="store-name">${current.name}</span><span class="avatar" aria-hidden="true">${initials(current.name)}</span></summary>
<ul>${stores}<li><a href="/">All stores</a></li></ul>
</details>`;
}

function navigation(twin: Twin, { store, current }: AdminPage): Html {
  const link = (path: string, label: string) => {
    const here = path === current ? html` aria-current="page"` : null;
    return html`<li><a href="/store/${store.handle}${path}"${here}>${label}</a></li>`;
  };
  return html`<ul>
${link("", "Home")}${link("/orders", "Orders")}${link("/products", "Products")}${link("/customers", "Customers")}
</ul>
<h2>Apps</h2>
<ul><li>${
    store.installed
      ? html`<a class="app" href="${appPathOf(twin, store)}"${current === "/apps" ? html` aria-current="true"` : null}>${twin.appToml.name}</a>`
      : html`<a class="app" href="/store/${store.handle}/install">Install ${twin.appToml.name}</a>`
  }<ul id="app-links"></ul></li></ul>`;
}

/** Two letters for a store's round mark. */
export function initials(name: string): string {
  return name
    .split(/\s+/)
    .map((word) => word.match(/[\p{L}\p{N}]/u)?.[0] ?? "")
    .join("")
    .slice(0, 2)
    .toUpperCase();
}
