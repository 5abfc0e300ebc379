import { readFileSync } from "node:fs";
import { type Html, html, trusted } from "#test/support/html.ts";
import { asksSection } from "./asks-section.ts";
import type { SystemState } from "./state.ts";
import { storeName } from "./store-name.ts";
import type { Behaviour, LedgerEntry, ReceivedReport, ResourceState } from "./types.ts";

const styles = trusted(readFileSync(new URL("./page.css", import.meta.url), "utf8"));
const script = trusted(readFileSync(new URL("./page-script.js", import.meta.url), "utf8"));

const ROWS = 50;
const STOCK_ROWS = 60;

const behaviourWords: Record<Behaviour["mode"], string> = {
  healthy: "Healthy: applies and acknowledges everything",
  error: "Broken: answers 500",
  reject: "Refuses: answers 422",
  unavailable: "Down for maintenance: answers 503 with Retry-After",
  throttled: "Overwhelmed: answers 429 with Retry-After",
  gone: "Gone for good: answers 410",
  slow: "Slow: answers late",
  hang: "Hangs: never answers",
  drop: "Drops the connection",
  lose_answer: "Applies, then loses the answer",
};

const kindWords: Record<string, string> = { wms: "warehouse", erp: "ERP", "3pl": "3PL" };

/** The whole page of a demo system at `now`; its script replaces `#live` and `#asks` every two seconds. */
export function systemPage(report: ReceivedReport, state: SystemState, now: string): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${report.name}</title>
<link rel="icon" href="data:,">
<noscript><meta http-equiv="refresh" content="5"></noscript>
<style>${styles}</style>
</head>
<body>
<header>
  <h1>${report.name}</h1>
  <p>A demo ${kindWords[report.kind] ?? report.kind.toUpperCase()}. It believes only signed deliveries.</p>
</header>
<main>
  <section aria-labelledby="asks-heading">
    <h2 id="asks-heading">Asked to agree to</h2>
    <div id="asks">${asksSection(state, now)}</div>
    <output id="asks-output" aria-live="polite" tabindex="-1"></output>
  </section>
  <div id="live">${liveSection(report, state)}</div>
  ${controls(report.behaviour)}
</main>
<script>${script}</script>
</body>
</html>`;
}

/** The part of the page that shows the present. */
export function liveSection(report: ReceivedReport, state: SystemState): Html {
  const latest = [...state.ledger.values()].slice(-ROWS).reverse();
  return html`${statusLine(report)}
<dl class="figures">
  ${figure("Received", report.received, "signed deliveries acknowledged")}
  ${figure("Applied", report.applied, "first time seen")}
  ${figure("Repeats", report.repeats, "acknowledged, no second effect")}
  ${figure("Regressions", report.regressions, "older after newer", report.regressions > 0)}
  ${figure("Bad signatures", report.rejectedSignatures, "refused with 401", report.rejectedSignatures > 0)}
</dl>
<div class="columns">
  <section aria-labelledby="received-heading">
    <h2 id="received-heading">Last ${ROWS} deliveries</h2>
    ${latest.length === 0 ? html`<p class="empty">Nothing received yet.</p>` : deliveriesTable(latest)}
  </section>
  <section aria-labelledby="stock-heading">
    <h2 id="stock-heading">Stock by SKU</h2>
    ${stockTable(state)}
  </section>
</div>`;
}

function statusLine({ behaviour, refused }: ReceivedReport): Html {
  const broken = behaviour.mode !== "healthy";
  const refusals = Object.values(refused).reduce((sum, count) => sum + count, 0);
  const share = broken && behaviour.share < 100 ? ` (${behaviour.share}% of requests)` : "";
  return html`<p class="status ${broken ? "broken" : "healthy"}">
  <span class="dot" aria-hidden="true"></span>
  <strong>${behaviourWords[behaviour.mode]}${share}</strong>
  <span class="quiet">${refusals} refused so far</span>
</p>`;
}

function figure(label: string, value: number, hint: string, alarming = false): Html {
  return html`<div class="${alarming ? "alarming" : ""}"><dt>${label}</dt><dd>${value.toLocaleString("en-US")}</dd><dd class="quiet">${hint}</dd></div>`;
}

function deliveriesTable(entries: LedgerEntry[]): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-labelledby="received-heading"><table>
<thead><tr><th>Time, UTC</th><th>Store</th><th>Type</th><th>SKU</th><th>Value</th><th class="number">Attempt</th></tr></thead>
<tbody>${entries.map(deliveryRow)}</tbody>
</table></div>`;
}

function deliveryRow(entry: LedgerEntry): Html {
  const at = entry.times.at(-1) ?? "";
  const notes = [
    entry.replay ? "replay" : "",
    entry.repeats > 0 ? `${entry.repeats} repeated` : "",
    entry.regression ? "older after newer" : "",
  ].filter(Boolean);
  return html`<tr title="${entry.id}">
<td><time datetime="${at}">${at.slice(11, 23)}</time></td>
<td>${storeName(entry.shop)}</td>
<td>${entry.type}</td>
<td>${entry.sku ?? tail(entry.resourceId)}</td>
<td>${entry.summary} ${notes.map((note) => html`<span class="note">${note}</span> `)}</td>
<td class="number">${entry.attempt ?? ""}</td>
</tr>`;
}

/** `available` per SKU: the sum over the locations whose level was delivered. */
export function stockBySku(resources: Iterable<ResourceState>) {
  const stock = new Map<
    string,
    { shop: string; sku: string; available: number; locations: number }
  >();
  for (const resource of resources) {
    const available = resource.data["available"];
    if (resource.deleted || !resource.sku || typeof available !== "number") continue;
    const key = `${resource.shop} ${resource.sku}`;
    const row = stock.get(key) ?? {
      shop: resource.shop,
      sku: resource.sku,
      available: 0,
      locations: 0,
    };
    row.available += available;
    row.locations += 1;
    stock.set(key, row);
  }
  return [...stock.values()].sort(
    (a, b) => a.shop.localeCompare(b.shop) || a.sku.localeCompare(b.sku),
  );
}

function stockTable(state: SystemState): Html {
  const rows = stockBySku(state.resources.values());
  if (rows.length === 0) return html`<p class="empty">No stock level received yet.</p>`;
  const hidden = rows.length - STOCK_ROWS;
  return html`<div class="scroll" tabindex="0" role="region" aria-labelledby="stock-heading"><table>
<thead><tr><th>Store</th><th>SKU</th><th class="number">Available</th><th class="number">Locations</th></tr></thead>
<tbody>${rows.slice(0, STOCK_ROWS).map(
    (row) => html`<tr><td>${storeName(row.shop)}</td><td>${row.sku}</td>
<td class="number">${row.available}</td><td class="number">${row.locations}</td></tr>`,
  )}</tbody>
</table></div>
${hidden > 0 && html`<p class="quiet">and ${hidden} more</p>`}`;
}

function controls(behaviour: Behaviour): Html {
  const options = Object.entries(behaviourWords).map(
    ([mode, words]) =>
      html`<option value="${mode}"${mode === behaviour.mode ? html` selected` : ""}>${words}</option>`,
  );
  return html`<details class="controls">
<summary>Break, heal, signing secrets</summary>
<form data-path="/control/behaviour">
  <h2>Behaviour</h2>
  <label>Mode <select name="mode">${options}</select></label>
  <label>Share of requests, % <input name="share" type="number" min="0" max="100" value="${behaviour.share}"></label>
  <label>Delay when slow, ms <input name="delayMs" type="number" min="0" max="120000" value="${behaviour.delayMs}"></label>
  <button>Apply</button>
  <output aria-live="polite"></output>
</form>
<form data-path="/control/secret">
  <h2>Signing secret</h2>
  <label>Store <input name="shop" required placeholder="north.myshopify.com" autocomplete="off"></label>
  <label>Secret <input name="secret" required placeholder="whsec_..." autocomplete="off" type="password"></label>
  <button>Save</button>
  <output aria-live="polite"></output>
</form>
</details>`;
}

function tail(gid: string | null): string {
  return gid?.split("/").at(-1)?.split("?")[0] ?? "";
}
