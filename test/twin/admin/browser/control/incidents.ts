import type { IncidentView } from "../../../faults/incidents.ts";
import { part, post, report, setText, within } from "./page.ts";

/** The incidents: start, how far they are, stop. */
export function startIncidents(refresh: () => Promise<void>) {
  const rows = [...document.querySelectorAll<HTMLElement>(".incident")];

  for (const row of rows) {
    const name = row.dataset["incident"] ?? "";
    const send = (input: object) =>
      void report(part("incidents-result"), async () => {
        await post("/twin/api/incident", { name, ...input });
        await refresh();
        return "";
      });
    within(row, "start").addEventListener("click", () => send({}));
    within(row, "stop").addEventListener("click", () => send({ stop: true }));
  }

  return (incidents: IncidentView[]): void => {
    for (const row of rows) {
      const incident = incidents.find((candidate) => candidate.name === row.dataset["incident"]);
      if (incident) showIncident(row, incident);
    }
  };
}

function showIncident(row: HTMLElement, { running, endedAt }: IncidentView): void {
  const state = within(row, "state");
  state.hidden = running === null && endedAt === null;
  state.classList.toggle("critical", running !== null);
  const words = running ? `${running.secondsLeft} s left` : "over";
  setText(state, words);
  const progress = within<HTMLProgressElement>(row, "progress");
  progress.hidden = running === null;
  progress.value = running?.percent ?? 0;
  within(row, "start").hidden = running !== null;
  within(row, "stop").hidden = running === null;
  const ended = endedAt === null ? "" : `Ended at ${new Date(endedAt).toLocaleTimeString("en-GB")}`;
  setText(within(row, "phase"), running?.phase ?? ended);
}
