import { scaleLinear } from "@visx/scale";
import { Area, LinePath } from "@visx/shape";
import { formatPercent } from "../format/number.ts";
import { formatMoment } from "../format/time.ts";
import { useLoadedMs, useTimeZone } from "../kit/clock.tsx";
import { Moment } from "../kit/time.tsx";
import { timeTicks } from "./axis.ts";
import { ChartFrame, Plot, plotHeight, plotWidth } from "./chart-frame.tsx";
import type { ChartTable } from "./chart-frame.tsx";
import { Pointer } from "./pointer.tsx";

/** What was left of the budget at a moment, in percent of the whole; below 0 it was overdrawn. */
export interface BudgetPoint {
  readonly at: string;
  readonly leftPercent: number;
  /** What an even pace leaves. */
  readonly evenPercent: number;
}

interface BurnDownProps {
  /** At equal distances, the first when the window began. */
  readonly points: readonly BudgetPoint[];
  readonly caption: string;
  readonly summary: string;
}

/** Marks the axis can have, from the whole budget down. */
const marks = [100, 75, 50, 25, 0] as const;

/**
 * How the error budget of a window was used up. Grey: used evenly, so that nothing is left when the
 * window ends. Below the grey line it is used faster than that.
 */
export function BurnDown(props: BurnDownProps) {
  const timeZone = useTimeZone();
  const loadedMs = useLoadedMs();
  const { points } = props;
  const times = points.map(({ at }) => at);
  const last = Math.max(1, points.length - 1);
  const least = floorOf(points);
  const x = scaleLinear({ domain: [0, last], range: [0, 1] });
  const y = scaleLinear({ domain: [least, 100], range: [0, 1] });
  const heightOf = (percent: number) => (1 - y(Math.max(least, percent))) * plotHeight;
  const line = {
    data: points.map((point, index) => ({ ...point, index })),
    x: ({ index }: { readonly index: number }) => x(index) * plotWidth,
  };
  const ticks = least < 0 ? [...marks.filter((mark) => mark % 50 === 0), least] : marks;
  return (
    <ChartFrame
      unit="Error budget left"
      legend={[
        { key: "left", label: "Left", className: "cv-line cv-line--1" },
        { key: "even", label: "Used evenly", className: "cv-even" },
      ]}
      table={budgetTable(props)}
    >
      <Plot
        summary={props.summary}
        yTicks={ticks.map((mark) => ({ position: y(mark), label: formatPercent(mark) }))}
        xTicks={timeTicks(times, timeZone, (index) => x(index))}
        overlay={
          <Pointer
            count={points.length}
            place={(index) => x(index)}
            indexAt={(share) => Math.round(share * last)}
            reading={(index) => (
              <>
                <div className="cv-subdued">
                  {formatMoment(times[index] ?? "", timeZone, loadedMs)}
                </div>
                <div className="cv-reading">
                  Left <b>{formatPercent(points[index]?.leftPercent ?? 0)}</b>
                </div>
              </>
            )}
            spoken={{
              label: `${props.caption}: choose a moment with the arrow keys`,
              valueOf: (index) =>
                `${formatMoment(times[index] ?? "", timeZone, loadedMs)}: ${formatPercent(points[index]?.leftPercent ?? 0)} left`,
            }}
          />
        }
      >
        <LinePath className="cv-even" {...line} y={({ evenPercent }) => heightOf(evenPercent)} />
        {least < 0 && (
          <path
            className="cv-limit cv-limit--breach"
            d={`M0 ${String(heightOf(0))}H${String(plotWidth)}`}
          />
        )}
        <Area
          className="cv-age-area"
          {...line}
          y0={heightOf(0)}
          y1={({ leftPercent }) => heightOf(leftPercent)}
        />
        <LinePath
          className="cv-line cv-line--1"
          {...line}
          y={({ leftPercent }) => heightOf(leftPercent)}
        />
      </Plot>
    </ChartFrame>
  );
}

/** The lowest mark: nothing, or where the budget is overdrawn a round step below. Pure. */
export function floorOf(points: readonly Pick<BudgetPoint, "leftPercent">[]): number {
  const least = Math.min(0, ...points.map(({ leftPercent }) => leftPercent));
  if (least === 0) return 0;
  const step = least > -100 ? 50 : 10 ** Math.floor(Math.log10(-least));
  return Math.floor(least / step) * step;
}

/** The numbers of the chart as a table, the newest first. */
export function budgetTable({ points, caption }: BurnDownProps): ChartTable {
  return {
    caption,
    headings: ["At", "Left"],
    rows: [...points].reverse().map(({ at, leftPercent }) => ({
      key: at,
      cells: [<Moment key="at" at={at} />, formatPercent(leftPercent)],
    })),
  };
}
