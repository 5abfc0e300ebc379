/** What one page took at one size, request by request. */
export interface PageTimes {
  readonly page: string;
  readonly events: number;
  readonly ms: readonly number[];
}

const mostMs = 150;
const mostGrowth = 2;
/** Below this a page is quick whatever it grows by, and the noise of the machine is larger than it. */
const quickMs = 20;

/** The table for people and the same as data. */
export function pagesReport(
  times: readonly PageTimes[],
  sizes: readonly number[],
  machine: string,
): { table: string; figures: object } {
  const names = [...new Set(times.map(({ page }) => page))];
  const rows = names.map((page) => {
    const p95 = sizes.map((events) =>
      quantile(times.find((one) => one.page === page && one.events === events)?.ms ?? [], 0.95),
    );
    const [first, last] = [p95[0] ?? 0, p95.at(-1) ?? 0];
    const growth = last / first;
    const met = last <= mostMs && (growth <= mostGrowth || last <= quickMs);
    return { page, p95, growth, met };
  });
  const head = ["p95 of a page, in ms", ...sizes.map((size) => size.toLocaleString("en"))];
  const lines = rows.map(({ page, p95, growth, met }) =>
    [
      met ? "met    " : "MISSED ",
      page.padEnd(22),
      ...p95.map((ms) => ms.toFixed(0).padStart(10)),
      `${growth.toFixed(2)} times`.padStart(12),
    ].join(" "),
  );
  const table = [
    head.join(" | "),
    ...lines,
    "",
    `At most ${String(mostMs)} ms, and at most ${String(mostGrowth)} times as much with the larger history.`,
    `${machine}, PostgreSQL on the same machine.`,
  ].join("\n");
  return { table, figures: { sizes, rows } };
}

/** The q-quantile of some times; 0 of none. */
function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
}
