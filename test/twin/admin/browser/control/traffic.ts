import type { StoreSummary } from "../../../types.ts";
import { part, post, report, setText, within } from "./page.ts";

/** One row per store: how fast, start, stop. */
export function startTraffic(refresh: () => Promise<void>) {
  const rows = [...document.querySelectorAll<HTMLElement>(".traffic")];

  for (const row of rows) {
    const shop = row.dataset["shop"] ?? "";
    const slider = row.querySelector<HTMLInputElement>("input[type=range]");
    if (!slider) continue;
    const send = (input: object, sentence: string) =>
      void report(part("traffic-result"), async () => {
        await post("/twin/api/traffic", { shop, ...input });
        await refresh();
        return sentence;
      });
    const start = () =>
      send({ eventsPerSecond: slider.valueAsNumber }, `Traffic in ${shop} started.`);
    slider.addEventListener("input", () => setText(within(row, "rate"), slider.value));
    slider.addEventListener("change", () => {
      if (row.classList.contains("running")) start();
    });
    within(row, "start").addEventListener("click", start);
    within(row, "stop").addEventListener("click", () =>
      send({ stop: true }, `Traffic in ${shop} stopped.`),
    );
  }

  /** Shows what the stores do now. */
  return (stores: StoreSummary[]): void => {
    for (const row of rows) {
      const store = stores.find((candidate) => candidate.shop === row.dataset["shop"]);
      if (store) showStore(row, store);
    }
  };
}

function showStore(row: HTMLElement, store: StoreSummary): void {
  const { running, eventsPerSecond } = store.traffic;
  row.classList.toggle("running", running);
  const slider = row.querySelector<HTMLInputElement>("input[type=range]");
  if (running && slider && slider !== document.activeElement) {
    slider.value = String(eventsPerSecond);
    setText(within(row, "rate"), slider.value);
  }
  const badge = within(row, "installed");
  setText(badge, store.installed ? "app installed" : "app not installed");
  badge.classList.toggle("success", store.installed);
  within(row, "open").hidden = !store.installed;
  setText(within(row, "status"), running ? `Running at ${eventsPerSecond} per second` : "Stopped");
  setText(within(row, "start"), running ? "Change" : "Start");
  within<HTMLButtonElement>(row, "stop").disabled = !running;
}
