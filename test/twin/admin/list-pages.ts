import { type Html, html } from "#test/support/html.ts";
import type { OrderRow, StockRow, StoreSummary, Twin } from "../types.ts";
import { adminPage } from "./layout.ts";

const ROWS = 100;
const MAX_ROWS = 10_000;

interface Listing {
  heading: string;
  path: string;
  search: string | undefined;
  head: Html;
  rows: Html[];
  /** What there is when there is nothing. */
  empty: string;
  note: string;
}

/** Products with the stock of each variant, by name, SKU or one product's id. */
export function productsPage(twin: Twin, store: StoreSummary, search: string, id?: string): Html {
  const { shop } = store;
  const rows =
    id === undefined
      ? twin.operations.listStock({ shop, search, limit: ROWS })
      : twin.operations
          .listStock({ shop, limit: MAX_ROWS })
          .filter((row) => row.productId === id || row.variantId === id);
  return listPage(twin, store, {
    heading: "Products",
    path: "/products",
    search,
    head: html`<th>Product</th><th>SKU</th><th class="number">Price</th>${store.locations.map(
      (location) => html`<th class="number">${location.name}</th>`,
    )}`,
    rows: rows.map((row) => stockRow(row, store)),
    empty: "No product matches",
    note: "Available in each location, with what is on hand where that differs.",
  });
}

function stockRow(row: StockRow, store: StoreSummary): Html {
  const cells = store.locations.map(({ id }) => {
    const level = row.levels.find((candidate) => candidate.locationId === id);
    if (!level) return html`<td class="number quiet">not stocked</td>`;
    const onHand =
      level.onHand === level.available
        ? null
        : html` <small class="quiet">of ${level.onHand} on hand</small>`;
    return html`<td class="number">${level.available}${onHand}</td>`;
  });
  return html`<tr><td>${row.title}</td><td><code>${row.sku}</code></td><td class="number">${row.price} ${store.currency}</td>${cells}</tr>`;
}

/** The latest orders, or one of them. */
export function ordersPage(twin: Twin, store: StoreSummary, id?: string): Html {
  const limit = id === undefined ? ROWS : MAX_ROWS;
  const orders = twin.operations.listOrders({ shop: store.shop, limit });
  const shown = id === undefined ? orders : orders.filter((order) => order.orderId === id);
  return listPage(twin, store, {
    heading: "Orders",
    path: "/orders",
    search: undefined,
    head: html`<th>Order</th><th>Date</th><th>Items</th><th>Payment</th><th>Fulfillment</th><th class="number">Total</th>`,
    rows: shown.map((order) => orderRow(order, store)),
    empty: "No orders",
    note: "Newest first.",
  });
}

function orderRow(order: OrderRow, store: StoreSummary): Html {
  const items = order.lines.map((line) => `${line.quantity} × ${line.sku}`).join(", ");
  return html`<tr><td><strong>${order.name}</strong></td><td>${inStoreTime(order.createdAt, store)}</td><td>${items}</td>
<td>${inWords(order.financialStatus)}</td><td>${inWords(order.fulfillmentStatus)}</td>
<td class="number">${order.total} ${store.currency}</td></tr>`;
}

/** Customers by name or e-mail. All of them are made up. */
export function customersPage(twin: Twin, store: StoreSummary, search: string, id?: string): Html {
  const { shop } = store;
  const limit = id === undefined ? ROWS : MAX_ROWS;
  const customers = twin.operations
    .listCustomers({ shop, search, limit })
    .filter((customer) => id === undefined || customer.customerId === id);
  return listPage(twin, store, {
    heading: "Customers",
    path: "/customers",
    search,
    head: html`<th>Name</th><th>E-mail</th><th>Tags</th>`,
    rows: customers.map(
      (customer) =>
        html`<tr><td>${customer.name}</td><td>${customer.email}</td><td>${customer.tags.join(", ")}</td></tr>`,
    ),
    empty: "No customer matches",
    note: "All of these people are made up.",
  });
}

function listPage(twin: Twin, store: StoreSummary, listing: Listing): Html {
  const { heading, path, search, head, rows, empty, note } = listing;
  const searchForm = html`<form class="search" role="search" action="/store/${store.handle}${path}">
<label class="visually-hidden" for="search">Search ${heading.toLowerCase()}</label>
<input id="search" type="search" name="q" value="${search ?? ""}" placeholder="Search ${heading.toLowerCase()}">
<button>Search</button></form>`;
  const table = html`<div class="scroll" tabindex="0" role="region" aria-label="${heading}"><table>
<thead><tr>${head}</tr></thead><tbody>${rows}</tbody></table></div>`;
  const main = html`<div class="page wide"><h1>${heading}</h1><section class="card flush">
${search === undefined ? null : searchForm}
${rows.length > 0 ? table : html`<p class="empty">${empty}</p>`}
<p class="quiet foot">${note} ${rows.length === ROWS ? `The first ${ROWS} are shown.` : null}</p>
</section></div>`;
  return adminPage(twin, { title: heading, store, current: path, main });
}

function inStoreTime(at: string, store: StoreSummary): Html {
  const shown = new Date(at).toLocaleString("en-GB", {
    timeZone: store.timeZone,
    dateStyle: "medium",
    timeStyle: "short",
  });
  return html`<time datetime="${at}" title="${at}">${shown}</time>`;
}

/** `PARTIALLY_REFUNDED` becomes `Partially refunded`. */
function inWords(status: string): string {
  const words = status.replaceAll("_", " ").toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
