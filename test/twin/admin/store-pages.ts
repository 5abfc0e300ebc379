import { type Html, html } from "#test/support/html.ts";
import type { StoreSummary, Twin } from "../types.ts";
import { adminPage, appPathOf, documentPage, initials } from "./layout.ts";

/** All stores, each with the way into its admin. */
export function storesPage(twin: Twin): Html {
  const cards = twin.stores().map(
    (store) => html`<li class="card store-card">
<span class="avatar large" aria-hidden="true">${initials(store.name)}</span>
<div><h2>${store.name}</h2><p class="quiet">${store.shop}</p>
<p class="quiet">${store.counts.variants} SKUs, ${store.locations.length} locations, ${store.counts.orders} orders</p>
<p>${installBadge(twin, store)}</p></div>
<a class="button primary" href="/store/${store.handle}">Open admin<span class="visually-hidden"> of ${store.name}</span></a>
</li>`,
  );
  const body = html`<body class="plain">
<main><h1>Stores</h1>
<p class="quiet">Each is a Shopify store that lives on this machine, with products, stock, customers and webhooks.</p>
<ul class="stores">${cards}</ul>
<p><a href="/control">Control room</a>: sell, edit stock, make traffic, break and heal things.</p>
</main></body>`;
  return documentPage("Stores", "admin.css", body);
}

/** What a person sees where there is nothing to see. */
export function refusalPage(reason: string): Html {
  const body = html`<body class="plain"><main><h1>That does not work</h1><p>${reason}</p>
<p><a href="/">All stores</a> · <a href="/control">Control room</a></p></main></body>`;
  return documentPage("That does not work", "admin.css", body);
}

/** The home of one store: its apps and its figures. */
export function homePage(twin: Twin, store: StoreSummary): Html {
  const figures = [
    ["Products", store.counts.products, "/products"],
    ["SKUs", store.counts.variants, "/products"],
    ["Orders", store.counts.orders, "/orders"],
    ["Customers", store.counts.customers, "/customers"],
  ] as const;
  const main = html`<div class="page"><h1>${store.name}</h1>
<section class="card" aria-labelledby="apps-heading">
<h2 id="apps-heading">Apps</h2>
<div class="app-row"><span class="app-icon" aria-hidden="true">${initials(twin.appToml.name)}</span>
<div class="grow"><strong>${twin.appToml.name}</strong><p>${installBadge(twin, store)}</p></div>
${appActions(twin, store)}</div>
</section>
<section aria-label="Figures"><ul class="figures">${figures.map(
    ([label, count, path]) =>
      html`<li class="card"><a href="/store/${store.handle}${path}"><span class="quiet">${label}</span><strong>${count.toLocaleString("en-US")}</strong></a></li>`,
  )}</ul></section>
<section class="card"><h2>Make something happen</h2>
<p>Sell a product, change a stock level or start a stream of events in the <a href="/control">control room</a>. ${
    store.traffic.running
      ? html`Traffic is running at ${store.traffic.eventsPerSecond} events per second.`
      : "No traffic is running now."
  }</p></section></div>`;
  return adminPage(twin, { title: "Home", store, current: "", main });
}

function installBadge(twin: Twin, store: StoreSummary): Html {
  return store.installed
    ? html`<span class="badge success">${twin.appToml.name} installed</span>`
    : html`<span class="badge">${twin.appToml.name} not installed</span>`;
}

function appActions(twin: Twin, store: StoreSummary): Html {
  const { name } = twin.appToml;
  if (!store.installed) {
    return html`<a class="button primary" href="/store/${store.handle}/install">Install ${name}</a>`;
  }
  return html`<a class="button primary" href="${appPathOf(twin, store)}">Open<span class="visually-hidden"> ${name}</span></a>
<details class="popover"><summary class="button">Uninstall<span class="visually-hidden"> ${name}</span></summary>
<form method="post" action="/store/${store.handle}/uninstall">
<p>Uninstall ${name}? Its access to this store ends at once.</p>
<button class="critical">Uninstall now</button></form></details>`;
}

/** The page on which a merchant agrees to what an app asks for. */
export function installPage(twin: Twin, store: StoreSummary): Html {
  const { name, requiredScopes, optionalScopes } = twin.appToml;
  const main = html`<div class="page narrow"><section class="card grant">
<span class="app-icon large" aria-hidden="true">${initials(name)}</span>
<h1>Install ${name}</h1>
<p class="quiet">on ${store.name}, ${store.shop}</p>
<h2>${name} will be able to</h2>
<ul class="scopes">${requiredScopes.map((scope) => html`<li>${scopeInWords(scope)} <code>${scope}</code></li>`)}</ul>
${
  optionalScopes.length > 0
    ? html`<p class="quiet">It may later ask to ${optionalScopes.map((scope) => scopeInWords(scope).toLowerCase()).join(", ")}.</p>`
    : null
}
<form method="post" action="/store/${store.handle}/install" class="actions">
<a class="button" href="/store/${store.handle}">Cancel</a><button class="primary">Install</button>
</form></section></div>`;
  return adminPage(twin, { title: `Install ${name}`, store, current: "/apps", main });
}

/** `write_inventory` becomes `Edit inventory`. */
function scopeInWords(scope: string): string {
  const [verb, ...object] = scope.split("_");
  const action = verb === "write" ? "Edit" : "View";
  return ["read", "write"].includes(verb ?? "") ? `${action} ${object.join(" ")}` : scope;
}
