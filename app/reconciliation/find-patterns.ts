import { weekTime } from "#app/freshness/index.server.ts";
import type { AlikeRow } from "./finding-store.ts";
import type { RunPattern } from "./types.ts";

const mostPatterns = 5;
/** Fewer differences than this say nothing about the hour. */
const leastInHour = 3;

/**
 * What differs most, and in which hour of the shop's day those records last changed, where that is the
 * same for half of them: an import, a night shift or a job then has a hand in it. Pure.
 */
export function findPatterns(rows: readonly AlikeRow[], timeZone: string | null): RunPattern[] {
  const alike = Map.groupBy(rows, ({ system, kind, field }) =>
    JSON.stringify([system, kind, field]),
  );
  return [...alike.entries()]
    .map(([name, some]) => ({ name, some, count: sumOf(some) }))
    .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1))
    .slice(0, mostPatterns)
    .flatMap(({ some, count }) => {
      const [first] = some;
      if (first === undefined) return [];
      const { system, kind, field } = first;
      return [{ system, kind, field, count, hour: usualHour(some, count, timeZone) }];
    });
}

function usualHour(
  rows: readonly AlikeRow[],
  count: number,
  timeZone: string | null,
): RunPattern["hour"] {
  const dated = rows.filter((row) => row.quarter !== null);
  const hours = Map.groupBy(dated, ({ quarter }) =>
    Number(weekTime(quarter?.getTime() ?? 0, timeZone).time.slice(0, 2)),
  );
  const [most] = [...hours.entries()]
    .map(([of, some]) => ({ of, count: sumOf(some) }))
    .sort((a, b) => b.count - a.count || a.of - b.of);
  return most && most.count >= leastInHour && most.count * 2 >= count ? most : null;
}

function sumOf(rows: readonly AlikeRow[]): number {
  return rows.reduce((sum, row) => sum + row.count, 0);
}
