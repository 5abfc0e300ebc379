import { type Html, html } from "#test/support/html.ts";
import { openAsks } from "./asks.ts";
import type { SystemState } from "./state.ts";
import type { Ask } from "./types.ts";
import { storeName } from "./store-name.ts";

/** The part of the page that shows what this system is asked to agree to; `now` is RFC 3339. */
export function asksSection(state: SystemState, now: string): Html {
  const asks = openAsks(state.asks, now);
  if (asks.length === 0) return html`<p class="empty">Nothing waits for an answer.</p>`;
  return html`<ul class="asks">${asks.map(askItem)}</ul>`;
}

function askItem(ask: Ask): Html {
  const { shop, holdId, expiresAt } = ask;
  const until = `${expiresAt.slice(0, 16).replace("T", " ")} UTC`;
  return html`<li>
<p><strong>${whatOf(ask)}</strong> ${forOf(ask)}
<span class="quiet">${storeName(shop)}, until <time datetime="${expiresAt}">${until}</time></span></p>
<form data-path="/control/answer" data-output="asks-output">
  <input type="hidden" name="shop" value="${shop}">
  <input type="hidden" name="holdId" value="${holdId}">
  ${answerButton(ask, "acknowledge", "Acknowledge")}
  ${answerButton(ask, "refuse", "Refuse")}
</form>
</li>`;
}

function answerButton(ask: Ask, answer: "acknowledge" | "refuse", label: string): Html {
  const spoken = `${label} ${whatOf(ask)} ${forOf(ask)}`;
  // The id is what the script finds the button again by when the list is drawn anew.
  return html`<button id="${answer}-${ask.shop}-${ask.holdId}" name="answer" value="${answer}" aria-label="${spoken}">${label}</button>`;
}

/** An ask is about units of an article, or about an order. */
function whatOf({ sku, quantity }: Ask): string {
  return sku === null ? "Shipping" : `${quantity ?? 0} × ${sku}`;
}

function forOf({ sku, reference }: Ask): string {
  return sku === null ? `of order ${reference}` : `for ${reference}`;
}
