import { type Html, html } from "#test/support/html.ts";
import type { FaultGroup } from "../faults/fault.ts";
import { FAULT_NAMES, type FaultName, faultNamed } from "../faults/fault-table.ts";
import { INCIDENT_NAMES, incidentNamed } from "../faults/incidents.ts";

/** Groups that stand open: what people reach for first. */
const OPEN: FaultGroup[] = ["Webhooks"];

/** Every fault of the table, by group; moving anything takes effect at once. */
export function faultsSection(): Html {
  const groups = Map.groupBy(FAULT_NAMES, (name) => faultNamed(name).group);
  return html`<section class="card" aria-labelledby="faults-heading">
<h2 id="faults-heading">Faults</h2>
<p class="quiet">What Shopify does on a bad day. Every change takes effect at once.</p>
<form id="faults">
${[...groups].map(
  ([
    group,
    names,
  ]) => html`<details data-group="${group}"${OPEN.includes(group) ? html` open` : null}>
<summary>${group} <span class="badge critical" data-part="count" hidden></span></summary>
${names.map(faultField)}</details>`,
)}
<div class="buttons"><button type="button" id="faults-off">A good day: none of this</button></div>
<output id="faults-result" aria-live="polite"></output>
</form></section>`;
}

function faultField(name: FaultName): Html {
  const { unit, label, hint, min = 0, max } = faultNamed(name);
  const words = html`<span>${label} <small class="quiet">${hint}</small></span>`;
  if (unit === "switch") {
    return html`<label class="switch">${words}<input type="checkbox" name="${name}"></label>`;
  }
  if (unit === "percent") {
    return html`<label class="slider">${words} <span class="value" data-for="${name}">0%</span>
<input type="range" name="${name}" min="0" max="100" step="0.1" value="0"></label>`;
  }
  const units = { ms: "ms", seconds: "s", count: "" }[unit];
  return html`<label class="amount">${words}<span class="field"><input type="number" name="${name}" min="${min}"${
    max === undefined ? null : html` max="${max}"`
  } value="0" required>${units}</span></label>`;
}

/** What happened to the real Shopify, to be played again. */
export function incidentsSection(): Html {
  const rows = INCIDENT_NAMES.map((name) => {
    const { title, tells, seconds } = incidentNamed(name);
    return html`<div class="incident" data-incident="${name}">
<h3>${title} <span class="badge" data-part="state" hidden></span></h3>
<p class="quiet">${tells}</p>
<progress max="100" value="0" data-part="progress" aria-label="${title}" hidden></progress>
<div class="buttons"><button type="button" data-part="start">Play, ${seconds} s</button>
<button type="button" data-part="stop" hidden>Stop</button><span class="quiet" data-part="phase" aria-live="polite"></span></div>
</div>`;
  });
  return html`<section class="card" aria-labelledby="incidents-heading">
<h2 id="incidents-heading">Incidents</h2>
<p class="quiet">Start traffic first, then watch what the app makes of it.</p>
${rows}<output id="incidents-result" aria-live="polite"></output></section>`;
}
