/** From a webhook's arrival to its acknowledgement by a system. */
export interface Latency {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** What was measured. */
export interface FairnessFigures {
  readonly alone: Latency;
  readonly beside: Latency;
  /** Changes that waited for the neighbour's system, at the beginning and at the end. */
  readonly flood: number;
  readonly left: number;
}

const mostSlower = 1.2;

/** The table for people and the same as data. */
export function fairnessReport(
  figures: FairnessFigures,
  machine: string,
): { table: string; figures: object } {
  const { alone, beside, flood, left } = figures;
  const factor = beside.p99Ms / alone.p99Ms;
  const met = factor <= mostSlower;
  const line = (name: string, { p50Ms, p99Ms }: Latency) =>
    `${name.padEnd(44)} p50 ${p50Ms.toFixed(0)} ms, p99 ${p99Ms.toFixed(0)} ms`;
  const count = (changes: number) => changes.toLocaleString("en");
  const table = [
    "From a webhook to its system's acknowledgement, one worker:",
    line("a store alone", alone),
    line(`beside one with ${count(flood)} waiting (${count(left)} left)`, beside),
    "",
    `${met ? "met    " : "MISSED "} p99 at most 20 % longer beside a flood: ${factor.toFixed(2)} times`,
    "",
    `${machine}, PostgreSQL and the systems on the same machine.`,
  ].join("\n");
  return { table, figures: { ...figures, factor, met } };
}
