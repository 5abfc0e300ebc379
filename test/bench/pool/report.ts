import type { Following } from "./measure-following.ts";

/** What was measured: changes and holds per second, and waits in ms. */
export interface PoolFigures extends Following {
  readonly hot: number;
  readonly many: number;
  readonly naiveHot: number;
  readonly naiveMany: number;
  readonly holds: number;
  readonly holdsOnOne: number;
  readonly aloneMs: number;
  readonly besideHotMs: number;
  readonly besideSpreadMs: number;
}

/** The table for people and the same as data. */
export function poolReport(
  figures: PoolFigures,
  machine: string,
): { table: string; figures: object } {
  const line = (name: string, ...values: string[]) =>
    `${name.padEnd(56)}${values.map((value) => value.padStart(16)).join("")}`;
  const rate = (value: number) => `${Math.round(value).toLocaleString("en")}/s`;
  const ms = (value: number) => `${value.toFixed(1)} ms`;
  const table = [
    line("", "one article", "10,000"),
    line("sales counted, each lowering the other stores", rate(figures.hot), rate(figures.many)),
    line(
      "a row each, locked in a Prisma transaction, lowers nobody",
      rate(figures.naiveHot),
      rate(figures.naiveMany),
    ),
    line("holds placed", rate(figures.holdsOnOne), rate(figures.holds)),
    "",
    line("a sale counted, of another article than the hot one", ms(figures.besideHotMs)),
    line("the same beside as much work on all articles", ms(figures.besideSpreadMs)),
    line("the same alone", ms(figures.aloneMs)),
    "",
    `From a sale's webhook to the other two stores' acknowledged writes, ${String(figures.sales)} sales:`,
    line("p50, p99", ms(figures.followP50Ms), ms(figures.followP99Ms)),
    "",
    `${machine}, PostgreSQL, the twin, web and two workers on the same machine.`,
  ].join("\n");
  return { table, figures };
}
