import { describe, expect, it } from "vitest";
import { countAxis, lagAxis, timeTicks } from "#app/ui/charts/axis.ts";
import { NumbersTable } from "#app/ui/charts/chart-frame.tsx";
import { Sparkline } from "#app/ui/charts/sparkline.tsx";
import { countTable, StackedBars } from "#app/ui/charts/stacked-bars.tsx";
import { lagTable, TimeSeries } from "#app/ui/charts/time-series.tsx";
import fc from "fast-check";
import { renderScreen, wordsOf } from "./render-screen.tsx";

const minuteMs = 60_000;
const startMs = Date.parse("2026-04-10T13:00:00.000Z");

function spans(count: number, spanMs = minuteMs): string[] {
  return Array.from({ length: count }, (_, n) => new Date(startMs + n * spanMs).toISOString());
}

function drawLag(values: readonly (number | null)[], target: number | null = 30) {
  return renderScreen(
    <TimeSeries
      times={spans(values.length)}
      series={[{ key: "orders", label: "Orders", look: 1, values }]}
      target={target === null ? null : { seconds: target, label: "30 s, target (Orders)" }}
      caption="Lag over time"
      summary="Last hour: 95 of 100 changes arrived within Orders 2 s."
    />,
  );
}

const keys = [
  { key: "applied", label: "Applied", look: "applied" },
  { key: "dead", label: "Dead-lettered", look: "dead" },
];

function drawCounts(counts: readonly Readonly<Record<string, number>>[]) {
  return renderScreen(
    <StackedBars
      keys={keys}
      points={spans(counts.length).map((at, n) => ({ at, counts: counts[n] ?? {} }))}
      caption="Events by outcome"
      summary="Last hour: Applied 3, Dead-lettered 1."
      unit="Events"
      hrefOf={(index) => `/app/events?bar=${String(index)}`}
    />,
  );
}

/** Paths that draw a line of the given look, and what they draw. */
function linesOf(markup: string, look: string): string[] {
  const paths = markup.match(/<path[^>]*>/g) ?? [];
  return paths
    .filter((path) => path.includes(look))
    .map((path) => /\bd="([^"]*)"/.exec(path)?.[1] ?? "");
}

describe("the lag chart", () => {
  it("is an SVG that fits any width, and says in one sentence what it shows", () => {
    const markup = drawLag([1, 2, 4]);
    expect(markup).toContain('viewBox="0 0 1000 200"');
    expect(markup).toContain('role="img"');
    expect(markup).toContain(
      'aria-label="Last hour: 95 of 100 changes arrived within Orders 2 s."',
    );
    expect(wordsOf(markup)).toContain("View as table");
    expect(wordsOf(markup)).toContain("30 s, target (Orders)");
  });

  it("draws later and slower further right and further up", () => {
    const [line] = linesOf(drawLag([1, 2, 4]), "cv-line--2").filter((d) => d.includes("L"));
    const points = [...(line ?? "").matchAll(/([\d.]+),([\d.]+)/g)].map(([, x, y]) => [
      Number(x),
      Number(y),
    ]);
    expect(points.map(([x]) => x)).toEqual([0, 500, 1000]);
    const heights = points.map(([, y]) => y ?? 0);
    expect(heights).toEqual([...heights].sort((a, b) => b - a));
    expect(new Set(heights).size).toBe(3);
  });

  it("breaks the line where nothing happened instead of drawing zero", () => {
    const [line] = linesOf(drawLag([1, 1, null, 1, 1]), "cv-line--2").filter((d) =>
      d.includes("L"),
    );
    expect(line?.match(/M/g)).toHaveLength(2);
  });

  it("shows a point without neighbours as a dot", () => {
    expect(linesOf(drawLag([null, 3, null]), "cv-dot")).toHaveLength(1);
    expect(linesOf(drawLag([3]), "cv-dot")).toHaveLength(1);
    expect(linesOf(drawLag([3, 3]), "cv-dot")).toHaveLength(0);
  });

  it("keeps what is slower than its axis inside the plot", () => {
    const years = 100_000_000;
    const dots = linesOf(drawLag([years]), "cv-dot");
    expect(dots[0]).toMatch(/^M0 0h/);
  });

  it("never draws what is no number, whatever it is given", () => {
    for (const values of [[], [null], [0], [0, 0], [5], [null, 0.0000001, 1e9]]) {
      for (const target of [30, null]) {
        expect(drawLag(values, target)).not.toMatch(/NaN|Infinity|undefined/);
      }
    }
  });

  it("has a twin that is a table, newest first, without the spans in which nothing happened", () => {
    const times = spans(3);
    const table = lagTable({
      times,
      series: [
        { key: "orders", label: "Orders", look: 1, values: [1.5, null, 90] },
        { key: "prices", label: "Prices", look: 3, values: [null, null, 0.25] },
      ],
      caption: "Lag over time",
    });
    expect(table.rows.map((row) => row.key)).toEqual([times[2], times[0]]);
    const words = wordsOf(renderScreen(<NumbersTable {...table} />));
    expect(words).toContain("From Orders Prices");
    expect(words).toContain("10 Apr, 1:02 pm 90 s 250 ms 10 Apr, 1:00 pm 1.5 s none");
  });
});

describe("the bars", () => {
  it("are an SVG with one part per outcome that happened, standing on each other", () => {
    const markup = drawCounts([{ applied: 3, dead: 1 }, {}, { applied: 2 }]);
    expect(markup).toContain('viewBox="0 0 1000 200"');
    expect(markup).toContain('aria-label="Last hour: Applied 3, Dead-lettered 1."');
    const parts = markup.match(/<rect[^>]*>/g) ?? [];
    expect(parts).toHaveLength(3);
    const [applied, dead] = ["applied", "dead"].map((look) => {
      const part = parts.find((rect) => rect.includes(`cv-fill--${look}`)) ?? "";
      const read = (name: string) => Number(new RegExp(`\\b${name}="([^"]*)"`).exec(part)?.[1]);
      return { y: read("y"), height: read("height") };
    });
    // Four events fill the plot of 200 units: three of them, and one on top.
    expect(applied).toEqual({ y: 50, height: 150 });
    expect(dead).toEqual({ y: 0, height: 50 });
  });

  it("never draws what is no number, whatever it is given", () => {
    for (const counts of [[], [{}], [{ applied: 0 }], [{ applied: 1 }], [{ other: 5 }]]) {
      expect(drawCounts(counts)).not.toMatch(/NaN|Infinity|undefined/);
    }
  });

  it("have a twin that is a table, whose rows lead to the events", () => {
    const points = spans(2).map((at, n) => ({ at, counts: n === 0 ? {} : { applied: 1204 } }));
    const table = countTable({ keys, points, caption: "Events", hrefOf: (n) => `/bar/${n}` });
    const markup = renderScreen(<NumbersTable {...table} />);
    expect(markup).toContain('href="/bar/1"');
    expect(markup).not.toContain('href="/bar/0"');
    expect(wordsOf(markup)).toContain("From Applied Dead-lettered 10 Apr, 1:01 pm 1,204 0");
  });
});

describe("the sparkline", () => {
  it("leaves the saying to the figure beside it", () => {
    const markup = renderScreen(<Sparkline values={[1, 2]} targetSeconds={30} />);
    expect(markup).toContain('aria-hidden="true"');
    expect(markup).toContain("cv-target");
    expect(markup).toContain("viewBox");
  });

  it("never draws what is no number, whatever it is given", () => {
    for (const values of [[], [null], [0], [7], [null, 1e9]]) {
      for (const target of [60, null]) {
        const markup = renderScreen(<Sparkline values={values} targetSeconds={target} />);
        expect(markup).not.toMatch(/NaN|Infinity|undefined/);
      }
    }
  });
});

describe("axes", () => {
  it("of lag hold every value, and never zoom into less than 100 ms to 10 s", () => {
    expect(lagAxis([])).toEqual([0.1, 1, 10]);
    expect(lagAxis([0.004, 1_000])).toEqual([0.001, 0.01, 0.1, 1, 10, 60, 600, 3_600]);
  });

  it("of counts are whole, start at nothing and hold the most", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000_000 }), (most) => {
        const marks = countAxis(most);
        expect(marks[0]).toBe(0);
        expect(marks.at(-1)).toBeGreaterThanOrEqual(most);
        expect(marks.length).toBeLessThanOrEqual(6);
        expect(marks.every(Number.isInteger)).toBe(true);
      }),
    );
  });

  it("of time mark round hours of the shop, wherever it is", () => {
    const labels = (zone: string, spanMs: number, count: number) =>
      timeTicks(spans(count, spanMs), zone, (n) => n / count).map(({ label }) => label);
    const hourMs = 60 * minuteMs;
    expect(labels("UTC", hourMs, 12)).toEqual(["4pm", "8pm", "12am"]);
    // Half an hour off: a bar that starts at 8:30 is the first one after 8.
    expect(labels("Asia/Kolkata", hourMs, 12)).toEqual(["8:30pm", "12:30am", "4:30am"]);
    expect(labels("UTC", minuteMs, 25)).toEqual(["1pm", "1:10pm", "1:20pm"]);
    expect(labels("UTC", 6 * hourMs, 12)).toEqual(["Sat 11 Apr", "Sun 12 Apr", "Mon 13 Apr"]);
    expect(labels("UTC", minuteMs, 1)).toEqual([]);
  });
});
