import { type Html, html } from "#test/support/html.ts";
import type { LedgerOutcome, Operations, StoreSummary, Twin } from "../types.ts";
import { viewDemoSystems } from "./demo-systems.ts";
import { faultsSection, incidentsSection } from "./fault-sections.ts";
import { flashSaleSection } from "./flash-sale-section.ts";
import { appPathOf, documentPage } from "./layout.ts";

const LEDGER_ROWS = 60;
const OUTCOMES: LedgerOutcome[] = ["pending", "delivered", "dropped", "abandoned"];
/** Operations a second: from a quiet shop to a flash sale. */
const TRAFFIC = { min: 0.5, max: 40, step: 0.5, start: 2 };

/** Everything the control page shows that changes by itself; `shop` and `outcome` narrow the ledger. */
export async function controlState(twin: Twin, query: URLSearchParams) {
  const shop = query.get("shop");
  const outcome = OUTCOMES.find((candidate) => candidate === query.get("outcome"));
  return {
    stores: twin.stores(),
    faults: twin.operations.faults(),
    incidents: twin.operations.incidents(),
    flashSale: twin.operations.flashSaleVerdict(),
    ledger: twin.operations.ledger({
      limit: LEDGER_ROWS,
      ...(shop ? { shop } : {}),
      ...(outcome ? { outcome } : {}),
    }),
    demoSystems: await viewDemoSystems(twin),
  };
}

/** The control page. Its script fills in the present; the forms are never redrawn. */
export function controlPage(twin: Twin): Html {
  const stores = twin.stores();
  const body = html`<body>
<a class="skip" href="#main">Skip to content</a>
<header>
<div><h1>Control room</h1><p class="quiet">Make things happen in the stores, and make them go wrong.</p></div>
<nav aria-label="Elsewhere"><ul>${stores.map(
    (store) => html`<li><a href="/store/${store.handle}">${store.name} admin</a></li>`,
  )}${twin.config.demoSystems.map(
    ({ name, url }) => html`<li><a href="${url}/" target="_blank" rel="noopener">${name}</a></li>`,
  )}</ul></nav>
</header>
<p id="offline" role="alert" hidden>The twin does not answer. Trying again.</p>
<main id="main" tabindex="-1">
<div class="columns">
${actSection(stores)}
<div class="stack">${trafficSection(twin, stores)}${flashSaleSection()}${incidentsSection()}${systemsSection(twin)}</div>
${faultsSection()}
</div>
${ledgerSection(stores)}
</main></body>`;
  return documentPage("Control room", "control.css", body, "/admin-assets/control.js");
}

/** What happens without being told anything but the store, and the SKU where one is meant. */
const moreEvents: { label: string; buttons: [operation: keyof Operations, words: string][] }[] = [
  {
    label: "Orders",
    buttons: [
      ["fulfill", "Fulfil an order"],
      ["updateFulfillment", "Deliver a parcel"],
      ["editOrder", "Edit an order"],
      ["refund", "Refund an order"],
      ["cancelOrder", "Cancel an order"],
      ["deleteOrder", "Delete an order"],
    ],
  },
  {
    label: "Products and stock",
    buttons: [
      ["createProduct", "New product"],
      ["bulkEdit", "Edit the catalogue"],
      ["disconnectStock", "Stop stocking"],
      ["connectStock", "Stock elsewhere"],
    ],
  },
  {
    label: "Customers",
    buttons: [
      ["createCustomer", "New customer"],
      ["updateCustomer", "Edit a customer"],
      ["deleteCustomer", "Delete a customer"],
    ],
  },
  {
    label: "Locations",
    buttons: [
      ["createLocation", "New location"],
      ["deactivateLocation", "Close a location"],
      ["activateLocation", "Reopen a location"],
      ["deleteLocation", "Delete a location"],
    ],
  },
];

function actSection(stores: StoreSummary[]): Html {
  return html`<section class="card" aria-labelledby="act-heading" id="act">
<h2 id="act-heading">Act in a store</h2>
<label>Store <select id="shop">${stores.map((store) => html`<option value="${store.shop}">${store.name}</option>`)}</select></label>
<label>SKU <input id="sku" list="skus" autocomplete="off" placeholder="any, at random" spellcheck="false"></label>
<datalist id="skus"></datalist>
<p id="sku-facts" class="quiet" aria-live="polite"></p>
<form data-operation="sell"><h3>Sell</h3>
<label>Quantity <input name="quantity" type="number" min="1" max="1000" value="1" required></label>
<button class="primary">Sell</button></form>
<form data-operation="setStock"><h3>Set stock by hand</h3>
<label>Location <select name="locationId" id="location"></select></label>
<label>Available <input name="available" type="number" min="-10000" max="1000000" value="10" required></label>
<button>Set stock</button></form>
<form data-operation="editProduct"><h3>Edit product</h3>
<label>New title <input name="title" maxlength="255" autocomplete="off" placeholder="unchanged"></label>
<label>New price <input name="price" inputmode="decimal" pattern="[0-9]+([.][0-9]{1,2})?" autocomplete="off" placeholder="unchanged"></label>
<button>Save product</button></form>
<h3>More events</h3>
${moreEvents.map(
  ({ label, buttons }) =>
    html`<div class="buttons" role="group" aria-label="${label}">${buttons.map(
      ([operation, words]) =>
        html`<button type="button" data-operation="${operation}">${words}</button>`,
    )}</div>`,
)}
<output id="act-result" aria-live="polite"></output>
</section>`;
}

function trafficSection(twin: Twin, stores: StoreSummary[]): Html {
  const rows = stores.map(
    (store) => html`<div class="traffic" data-shop="${store.shop}">
<h3><a href="/store/${store.handle}">${store.name}</a> <span class="badge" data-part="installed"></span>
<a class="open-app" data-part="open" href="${appPathOf(twin, store)}" hidden>Open ${twin.appToml.name}</a></h3>
<label class="slider">Events per second <span class="value" data-part="rate">${TRAFFIC.start}</span>
<input type="range" min="${TRAFFIC.min}" max="${TRAFFIC.max}" step="${TRAFFIC.step}" value="${TRAFFIC.start}"></label>
<div class="buttons"><button type="button" data-part="start" class="primary">Start</button>
<button type="button" data-part="stop">Stop</button><span data-part="status" class="quiet" aria-live="polite"></span></div>
</div>`,
  );
  return html`<section class="card" aria-labelledby="traffic-heading">
<h2 id="traffic-heading">Traffic</h2>
<p class="quiet">A mix of sales, stock edits, fulfillments, refunds and product edits. An event is one action; most send two or three webhooks.</p>
${rows}<output id="traffic-result" aria-live="polite"></output></section>`;
}

function systemsSection(twin: Twin): Html {
  const systems = twin.config.demoSystems.map(
    ({ name, url }) => html`<div class="system" data-system="${name}">
<h3><a href="${url}/" target="_blank" rel="noopener">${name}</a> <span class="badge" data-part="state"></span></h3>
<p data-part="counters" class="quiet"></p>
<div class="row"><label>Fault <select data-part="mode">
<option value="error">Fail with 500</option>
<option value="reject">Refuse with 422</option>
<option value="unavailable">Maintenance, 503</option>
<option value="throttled">Too many requests, 429</option>
<option value="gone">Gone for good, 410</option>
<option value="slow">Answer after 8 s</option>
<option value="hang">Never answer</option>
<option value="drop">Drop the connection</option>
<option value="lose_answer">Apply, then lose the answer</option>
</select></label>
<label>Share, % <input data-part="share" type="number" min="1" max="100" value="100"></label>
<button type="button" data-part="break" class="critical">Break</button>
<button type="button" data-part="heal" class="primary">Heal</button></div>
<output data-part="result" aria-live="polite"></output>
</div>`,
  );
  return html`<section class="card" aria-labelledby="systems-heading">
<h2 id="systems-heading">Connected systems</h2>
${systems.length > 0 ? systems : html`<p class="quiet">None was named when the twin was started (TWIN_DEMO_SYSTEMS).</p>`}
</section>`;
}

function ledgerSection(stores: StoreSummary[]): Html {
  return html`<section class="card" aria-labelledby="ledger-heading">
<div class="row heading"><h2 id="ledger-heading">Webhooks sent</h2>
<label>Store <select id="ledger-shop"><option value="">All</option>${stores.map(
    (store) => html`<option value="${store.shop}">${store.name}</option>`,
  )}</select></label>
<label>Outcome <select id="ledger-outcome"><option value="">All</option>${OUTCOMES.map(
    (outcome) => html`<option>${outcome}</option>`,
  )}</select></label></div>
<dl id="ledger-counters"></dl>
<div class="scroll" tabindex="0" role="region" aria-labelledby="ledger-heading"><table>
<thead><tr><th>Triggered</th><th>Store</th><th>Topic</th><th>Resource</th><th>Outcome</th><th>App's answers</th><th class="number">Took</th></tr></thead>
<tbody id="ledger-rows"></tbody></table></div>
<p id="ledger-empty" class="quiet">No webhook was sent yet. They go to stores that have the app installed.</p>
</section>`;
}
