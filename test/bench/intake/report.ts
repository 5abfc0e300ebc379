import { cpus } from "node:os";
import type { Interference } from "#test/bench/interference.ts";
import { contestants } from "./contestants.ts";
import type { Load, LoadResult } from "./load.ts";

/** One run of one contestant. */
export interface Measured {
  readonly key: "a" | "b" | "c" | "d";
  readonly bodyBytes: number;
  /** Everything is measured in each of several rounds. */
  readonly round: number;
  readonly load: Load;
  readonly result: LoadResult;
}

/** A promise about the figures and whether they keep it. */
export interface Target {
  readonly target: string;
  readonly measured: string;
  readonly met: boolean;
}

/** Answering less than this share of the offered rate is falling behind. */
const keepsUpShare = 0.97;
const p99LimitMs = 25;
const timesSnippet = 5;
const timesTemplate = 6;

/** The table for people and the same as data. */
export function reportOf(
  measured: readonly Measured[],
  interferences: readonly Interference[],
  postgres: string,
): { table: string; figures: object } {
  const targets = targetsOf(measured);
  const processors = cpus();
  const machine = {
    processors: processors.length,
    model: processors[0]?.model ?? "unknown",
    node: process.version,
    postgres,
  };
  const notes = [
    `${machine.processors} processors (${machine.model}), Node ${machine.node}, ${postgres} on the same machine, load generator on the same machine.`,
    "Cells are acknowledgement p50 / p99 in ms, from the moment a webhook was due; the best of three runs; saturation is the best of 128, 256 and 384 connections, in the middle one of three rounds.",
    interferenceNote(interferences),
    "(a) commits event and job before it answers and processes in a worker afterwards; (b) processes before it answers; (c) does not process.",
  ];
  const table = [
    ...tableLines(measured),
    "",
    ...notes,
    "",
    ...targets.map(
      ({ target, measured: found, met }) => `${met ? "met   " : "missed"}  ${target}: ${found}`,
    ),
  ].join("\n");
  return {
    table,
    figures: {
      bench: "intake",
      at: new Date().toISOString(),
      machine,
      interferences,
      measured,
      targets,
    },
  };
}

/** What is slow for one in a hundred is not the server's doing where the machine is away more often. */
function interferenceNote(interferences: readonly Interference[]): string {
  const shares = interferences.map(({ share }) => `${(share * 100).toFixed(1)} %`);
  const longest = Math.max(0, ...interferences.map(({ longestMs }) => longestMs));
  return `Idle, the machine did something else for ${shares.join(", ")} of a processor's time, up to ${longest.toFixed(0)} ms at once.`;
}

function tableLines(measured: readonly Measured[]): string[] {
  const rates = [
    ...new Set(measured.map(({ load }) => (load.kind === "rate" ? load.perSecond : 0))),
  ]
    .filter(Boolean)
    .sort((a, b) => a - b);
  const rows = [["way", "body", ...rates.map((rate) => `${rate}/s`), "saturation", "p50 / p99"]];
  for (const bodyBytes of sizesOf(measured)) {
    for (const { key, name } of contestants) {
      const best = middle(saturationByRound(measured, key, bodyBytes), (one) => one.perSecond);
      rows.push([
        `(${key}) ${name}`,
        `${bodyBytes / 1_024} KB`,
        ...rates.map((rate) => rateCell(atRate(measured, key, bodyBytes, rate), rate)),
        best ? `${Math.round(best.perSecond).toLocaleString("en")}/s` : "-",
        best ? times(best) : "-",
      ]);
    }
  }
  const widths = rows[0]?.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths?.[column] ?? 0;
        return column === 0 ? cell.padEnd(width) : cell.padStart(width);
      })
      .join("  "),
  );
}

function rateCell(result: LoadResult | undefined, rate: number): string {
  if (!result) return "-";
  if (result.perSecond < rate * keepsUpShare) return `behind: ${Math.round(result.perSecond)}/s`;
  return times(result);
}

function times({ p50Ms, p99Ms }: LoadResult): string {
  return `${p50Ms.toFixed(1)} / ${p99Ms.toFixed(1)}`;
}

function targetsOf(measured: readonly Measured[]): Target[] {
  const targets: Target[] = [];
  for (const bodyBytes of sizesOf(measured)) {
    const size = `${bodyBytes / 1_024} KB`;
    const own = saturationByRound(measured, "a", bodyBytes);
    for (const [key, least] of [
      ["b", timesSnippet],
      ["c", timesTemplate],
    ] as const) {
      const others = saturationByRound(measured, key, bodyBytes);
      const ratios = own.map((one, round) => one.perSecond / (others[round]?.perSecond ?? NaN));
      const factor = middle(ratios, (ratio) => ratio) ?? NaN;
      targets.push({
        target: `${size}: (a) takes at least ${least} times what (${key}) takes at saturation`,
        measured: `${factor.toFixed(1)} times (by round: ${ratios.map((ratio) => ratio.toFixed(1)).join(", ")})`,
        met: factor >= least,
      });
    }
    for (const rate of [500, 1_000]) {
      const p99Ms = atRate(measured, "a", bodyBytes, rate)?.p99Ms ?? Number.NaN;
      targets.push({
        target: `${size}: (a) acknowledges within ${p99LimitMs} ms (p99) at ${rate}/s`,
        measured: `${p99Ms.toFixed(1)} ms`,
        met: p99Ms < p99LimitMs,
      });
    }
  }
  return targets;
}

function sizesOf(measured: readonly Measured[]): number[] {
  return [...new Set(measured.map(({ bodyBytes }) => bodyBytes))];
}

/**
 * Each load was run three times, apart in time; the best run counts, for every contestant: noise on the
 * machine only ever makes one worse.
 */
function atRate(
  measured: readonly Measured[],
  key: string,
  bodyBytes: number,
  rate: number,
): LoadResult | undefined {
  const runs = measured.filter(
    ({ load, ...run }) =>
      run.key === key &&
      run.bodyBytes === bodyBytes &&
      load.kind === "rate" &&
      load.perSecond === rate,
  );
  return runs.map((run) => run.result).sort((one, other) => one.p99Ms - other.p99Ms)[0];
}

/**
 * What a contestant takes at most, in each round. Only what was measured within the same minute is
 * compared: a shared machine may be half as fast a few minutes later.
 */
function saturationByRound(
  measured: readonly Measured[],
  key: string,
  bodyBytes: number,
): LoadResult[] {
  const best = new Map<number, LoadResult>();
  for (const run of measured) {
    if (run.key !== key || run.bodyBytes !== bodyBytes || run.load.kind !== "saturation") continue;
    const known = best.get(run.round);
    if (!known || known.perSecond < run.result.perSecond) best.set(run.round, run.result);
  }
  return [...best.entries()].sort(([one], [other]) => one - other).map(([, result]) => result);
}

/** The one that half of the others are below. */
function middle<T>(items: readonly T[], by: (item: T) => number): T | undefined {
  return [...items].sort((one, other) => by(one) - by(other))[Math.floor(items.length / 2)];
}
