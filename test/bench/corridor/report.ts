/** What was measured. */
export interface CorridorFigures {
  readonly events: number;
  readonly perSecond: number;
  readonly naivePerSecond: number;
  readonly waitP50Ms: number;
  readonly waitP99Ms: number;
  readonly memory: readonly { readonly events: number; readonly megabytes: number }[];
}

const timesNaive = 3;
const leastPerSecond = 500;
const waitLimitMs = 100;
/** Half-way V8 has grown its heap to what the work takes; so much more at the end is not growth. */
const flatWithin = 1.1;

/** The table for people and the same as data. */
export function corridorReport(
  figures: CorridorFigures,
  machine: { readonly processors: number; readonly model: string; readonly node: string },
): { table: string; figures: object } {
  const { perSecond, naivePerSecond, waitP50Ms, waitP99Ms, memory } = figures;
  const factor = perSecond / naivePerSecond;
  const first = memory[Math.floor(memory.length / 2)]?.megabytes ?? NaN;
  const last = memory.at(-1)?.megabytes ?? NaN;
  const targets = [
    {
      target: `at least ${String(timesNaive)} times what the naive corridor takes`,
      measured: `${factor.toFixed(1)} times`,
      met: factor >= timesNaive,
    },
    {
      target: `at least ${String(leastPerSecond)} events/s from webhook to both acknowledgements`,
      measured: `${perSecond.toFixed(0)}/s`,
      met: perSecond >= leastPerSecond,
    },
    {
      target: `a job waits less than ${String(waitLimitMs)} ms (p99) when nothing else is to be done`,
      measured: `p50 ${waitP50Ms.toFixed(0)} ms, p99 ${waitP99Ms.toFixed(0)} ms`,
      met: waitP99Ms < waitLimitMs,
    },
    {
      target: `a worker's memory is flat over the second half of ${figures.events.toLocaleString("en")} events`,
      measured: `${String(first)} MB half-way, ${String(last)} MB at the end`,
      met: last <= first * flatWithin,
    },
  ];
  const table = [
    `Converge, web and one worker   ${perSecond.toFixed(0)} events/s, ${(perSecond * 2).toFixed(0)} deliveries/s`,
    `naive corridor                 ${naivePerSecond.toFixed(0)} events/s`,
    "",
    `worker's memory: ${memory.map((item) => `${(item.events / 1_000).toFixed(0)}k ${String(item.megabytes)} MB`).join(", ")}`,
    "",
    `${String(machine.processors)} processors (${machine.model}), Node ${machine.node}, PostgreSQL, sender and systems on the same machine.`,
    "",
    ...targets.map(
      ({ target, measured, met }) => `${met ? "met   " : "missed"}  ${target}: ${measured}`,
    ),
  ].join("\n");
  return {
    table,
    figures: { bench: "corridor", at: new Date().toISOString(), machine, ...figures, targets },
  };
}
