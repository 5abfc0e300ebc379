import { cpus } from "node:os";
import { locations, type Outcome, planted } from "./store.ts";

/** One store, compared by both. */
export interface Compared {
  readonly rows: number;
  readonly converge: Outcome;
  /** Null: not measured at this size. */
  readonly naive: Outcome | null;
}

const mostMegabytes = 300;
/** Ten times the rows may take so much more than ten times as long. */
const linearWithin = 1.3;
/** Shopify's Standard plan. https://shopify.dev/docs/api/usage/limits */
const pointsPerSecond = 100;

/** The table for people and the same as data. */
export function reconcileReport(compared: readonly Compared[]): { table: string; figures: object } {
  const targets = targetsOf(compared);
  const machine = `${String(cpus().length)} processors (${cpus()[0]?.model ?? "unknown"}), Node ${process.version}`;
  const table = [
    ...aligned([
      ["stock levels", "", "rows/s", "time", "memory grew by", "API points", "at 100 points/s"],
      ...compared.flatMap(({ rows, converge, naive }) => [
        lineOf(rows, "Converge", converge),
        ...(naive === null ? [] : [lineOf(rows, "page by page", naive)]),
      ]),
    ]),
    "",
    `${String(locations)} places an article; ${String(planted)} differences, all found by both. Converge compares Shopify, the mirror and the system, and confirms each`,
    "difference by id; page by page, the two sides are held in memory, and a crash is the end of it.",
    `${machine}, PostgreSQL, the stand-in for Shopify and the system on the same machine.`,
    "",
    ...targets.map(
      ({ target, measured, met }) => `${met ? "met   " : "missed"}  ${target}: ${measured}`,
    ),
  ].join("\n");
  return {
    table,
    figures: { bench: "reconcile", at: new Date().toISOString(), machine, compared, targets },
  };
}

function lineOf(rows: number, name: string, outcome: Outcome): string[] {
  const { ms, points } = outcome;
  return [
    rows.toLocaleString("en"),
    name,
    Math.round((rows * 1_000) / ms).toLocaleString("en"),
    `${(ms / 1_000).toFixed(1)} s`,
    `${String(megabytes(outcome))} MB`,
    points.toLocaleString("en"),
    duration(points / pointsPerSecond),
  ];
}

function duration(seconds: number): string {
  return seconds < 90 ? `${seconds.toFixed(0)} s` : `${(seconds / 60).toFixed(0)} min`;
}

function megabytes({ baseline, peak }: Outcome): number {
  return Math.round((peak - baseline) / 1_048_576);
}

function targetsOf(compared: readonly Compared[]) {
  const most = Math.max(...compared.map(({ converge }) => megabytes(converge)));
  const [before, last] = compared.slice(-2);
  const targets = [
    {
      target: `a comparison takes less than ${String(mostMegabytes)} MB, however large the store`,
      measured: `${String(most)} MB at most`,
      met: most < mostMegabytes,
    },
  ];
  if (before === undefined || last === undefined) return targets;
  const timesRows = last.rows / before.rows;
  const timesMs = last.converge.ms / before.converge.ms;
  return [
    ...targets,
    {
      target: `${timesRows.toFixed(0)} times the rows take at most ${(timesRows * linearWithin).toFixed(0)} times as long`,
      measured: `${timesMs.toFixed(1)} times`,
      met: timesMs <= timesRows * linearWithin,
    },
  ];
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]?.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths?.[column] ?? 0;
        return column === 1 ? cell.padEnd(width) : cell.padStart(width);
      })
      .join("  "),
  );
}
