import { type Html, html } from "#test/support/html.ts";

/** The flash sale: more customers than units, and what came of it. Its script fills in the present. */
export function flashSaleSection(): Html {
  return html`<section class="card" aria-labelledby="flash-heading" id="flash">
<h2 id="flash-heading">Flash sale <span class="badge" id="flash-state" hidden></span></h2>
<p class="quiet">Customers of all stores want one article at once; each store sells while it shows some. Say how many there really are: what is sold beyond that was sold twice.</p>
<form id="flash-form">
<label>Article <input name="sku" list="skus" autocomplete="off" spellcheck="false" placeholder="one that all stores have"></label>
<div class="row"><label>Units there are <input name="units" type="number" min="1" max="100000" value="120" required></label>
<label>Orders <input name="orders" type="number" min="1" max="100000" value="500" required></label>
<label>Seconds <input name="seconds" type="number" min="1" max="600" value="60" required></label></div>
<label class="switch"><span>On a bad day <small class="quiet">5 % of webhooks lost, a fifth out of order, one store's late by half of the sale</small></span><input type="checkbox" name="rough" checked></label>
<div class="buttons"><button class="primary" id="flash-start">Start the sale</button>
<button type="button" id="flash-stop" hidden>Stop</button></div>
</form>
<output id="flash-result" aria-live="polite"></output>
<progress max="100" value="0" id="flash-progress" aria-label="How far the sale is" hidden></progress>
<p id="flash-verdict" aria-live="polite"></p>
<div class="scroll" tabindex="0" role="region" aria-labelledby="flash-heading" id="flash-table" hidden><table>
<thead><tr><th>Store</th><th class="number">Showed</th><th class="number">Sold</th><th class="number">Turned away</th><th class="number">Shows now</th></tr></thead>
<tbody id="flash-rows"></tbody></table></div>
</section>`;
}
