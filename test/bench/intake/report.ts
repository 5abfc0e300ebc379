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
    "Cells are acknowledgement p50 / p99 in ms, from the moment a webhook was due, in the best of the rounds; saturation is with 128, 256 or 384 connections, whichever a way takes most with, in the middle one of the rounds.",
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
        ...rates.map((rate) => rateCell(atRate(measured, key, bodyBytes, rate))),
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

function rateCell(run: Measured | undefined): string {
  if (!run) return "-";
  if (fellBehind(run)) return `behind: ${Math.round(run.result.perSecond)}/s`;
  return times(run.result);
}

/** Whether a way could not answer as fast as it was asked. */
export function fellBehind({ load, result }: Measured): boolean {
  return load.kind === "rate" && result.perSecond < load.perSecond * keepsUpShare;
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
      const p99Ms = atRate(measured, "a", bodyBytes, rate)?.result.p99Ms ?? Number.NaN;
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

/** All runs of a way under one load, in the order of the rounds. */
export function runsOf(
  measured: readonly Measured[],
  key: string,
  bodyBytes: number,
  load: Load,
): Measured[] {
  const wanted = JSON.stringify(load);
  return measured.filter(
    (run) => run.key === key && run.bodyBytes === bodyBytes && JSON.stringify(run.load) === wanted,
  );
}

/** The best run counts, for every way: what else the machine does only ever makes one worse. */
function atRate(
  measured: readonly Measured[],
  key: string,
  bodyBytes: number,
  perSecond: number,
): Measured | undefined {
  const runs = runsOf(measured, key, bodyBytes, { kind: "rate", perSecond });
  return runs.sort((one, other) => one.result.p99Ms - other.result.p99Ms)[0];
}

/**
 * What a way takes in each round, with as many connections as it takes most with in most of them. Only
 * what was measured within the same minute is compared: a shared machine may be half as fast a few
 * minutes later.
 */
function saturationByRound(
  measured: readonly Measured[],
  key: string,
  bodyBytes: number,
): LoadResult[] {
  const loads = new Map(measured.map(({ load }) => [JSON.stringify(load), load]));
  const candidates = [...loads.values()]
    .filter(({ kind }) => kind === "saturation")
    .map((load) => runsOf(measured, key, bodyBytes, load).map(({ result }) => result));
  const usual = (runs: readonly LoadResult[]) =>
    middle(runs, (run) => run.perSecond)?.perSecond ?? 0;
  return candidates.sort((one, other) => usual(other) - usual(one))[0] ?? [];
}

/** The one that half of the others are below. */
function middle<T>(items: readonly T[], by: (item: T) => number): T | undefined {
  return [...items].sort((one, other) => by(one) - by(other))[Math.floor(items.length / 2)];
}
