/** What was measured. */
export interface FreshnessFigures {
  /** In the history beside which it was measured. */
  readonly events: number;
  readonly shops: number;
  /** One look at every flow of every shop. */
  readonly lookMs: number;
  readonly lookSeconds: number;
  /** The corridor's own statements for one event, to both of its systems. */
  readonly corridorMsPerEvent: number;
  /** The same without what staleness needs. */
  readonly withoutMsPerEvent: number;
}

const mostPercent = 5;

/** The table for people and the same as data. */
export function freshnessReport(
  figures: FreshnessFigures,
  machine: string,
): { table: string; figures: object } {
  const { events, shops, lookMs, lookSeconds, corridorMsPerEvent, withoutMsPerEvent } = figures;
  const indexMs = Math.max(0, corridorMsPerEvent - withoutMsPerEvent);
  // While the corridor is busy, so many events pass between two looks.
  const lookMsPerEvent = lookMs / ((lookSeconds * 1_000) / corridorMsPerEvent);
  const percent = ((indexMs + lookMsPerEvent) / corridorMsPerEvent) * 100;
  const met = percent < mostPercent;
  const line = (name: string, value: string) => `${name.padEnd(58)} ${value}`;
  const micros = (ms: number) => `${(ms * 1_000).toFixed(1)} µs`;
  const table = [
    `Keeping staleness current beside ${events.toLocaleString("en")} events of ${String(shops)} stores:`,
    line("the corridor's statements, per event to two systems", micros(corridorMsPerEvent)),
    line("of these more than without staleness", micros(indexMs)),
    line(`a look at every store, every ${String(lookSeconds)} s`, `${lookMs.toFixed(1)} ms`),
    line("the same per event, while the corridor is busy", micros(lookMsPerEvent)),
    "",
    `${met ? "met    " : "MISSED "} under ${String(mostPercent)} % of the corridor's time: ${percent.toFixed(1)} %`,
    "",
    `${machine}, PostgreSQL on the same machine.`,
  ].join("\n");
  return { table, figures: { ...figures, indexMs, lookMsPerEvent, percent, met } };
}
