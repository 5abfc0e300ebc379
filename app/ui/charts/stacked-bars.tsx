import { Link as RemixLink, useNavigate } from "@remix-run/react";
import { scaleBand, scaleLinear, scaleOrdinal } from "@visx/scale";
import { BarStack } from "@visx/shape";
import { formatCompact, formatCount } from "../format/number.ts";
import { formatMoment } from "../format/time.ts";
import { useLoadedMs, useTimeZone } from "../kit/clock.tsx";
import { Moment } from "../kit/time.tsx";
import { countAxis, timeTicks } from "./axis.ts";
import { ChartFrame, Plot, plotHeight, plotWidth } from "./chart-frame.tsx";
import type { ChartTable } from "./chart-frame.tsx";
import { Pointer } from "./pointer.tsx";

/** One kind of thing that is counted. `look` is the end of a CSS class that gives it its colour. */
export interface BarKey {
  readonly key: string;
  readonly label: string;
  readonly look: string;
}

/** The counts of one span of time. */
export interface BarPoint {
  readonly at: string;
  readonly counts: Readonly<Record<string, number>>;
}

/** Counts over time, one bar per span, its parts on top of each other in the order of `keys`. */
export function StackedBars(props: {
  readonly keys: readonly BarKey[];
  readonly points: readonly BarPoint[];
  readonly caption: string;
  readonly summary: string;
  readonly unit: string;
  /** Where a click on a bar leads. */
  readonly hrefOf: (index: number) => string;
}) {
  const timeZone = useTimeZone();
  const loadedMs = useLoadedMs();
  const navigate = useNavigate();
  const { keys, points } = props;
  const steps = countAxis(Math.max(1, ...points.map(totalOf)));
  const top = steps.at(-1) ?? 1;
  const y = scaleLinear({ domain: [0, top], range: [plotHeight, 0] });
  const x = scaleBand({ domain: points.map(({ at }) => at), range: [0, plotWidth], padding: 0.25 });
  const middleOf = (index: number) =>
    ((x(points[index]?.at ?? "") ?? 0) + x.bandwidth() / 2) / plotWidth;
  return (
    <ChartFrame
      unit={props.unit}
      legend={keys.map(({ key, label, look }) => ({ key, label, className: `cv-swatch--${look}` }))}
      table={countTable(props)}
    >
      <Plot
        summary={props.summary}
        yTicks={steps.map((step) => ({ position: step / top, label: formatCompact(step) }))}
        xTicks={timeTicks(
          points.map(({ at }) => at),
          timeZone,
          middleOf,
        )}
        overlay={
          <Pointer
            count={points.length}
            place={middleOf}
            indexAt={(share) => Math.floor(share * points.length)}
            reading={(index) => (
              <Reading
                at={formatMoment(points[index]?.at ?? "", timeZone, loadedMs)}
                keys={keys}
                point={points[index]}
              />
            )}
            onChoose={(index) => {
              navigate(props.hrefOf(index));
            }}
          />
        }
      >
        <Bars keys={keys} points={points} x={x} y={y} />
      </Plot>
    </ChartFrame>
  );
}

function Bars(props: {
  readonly keys: readonly BarKey[];
  readonly points: readonly BarPoint[];
  readonly x: ReturnType<typeof scaleBand<string>>;
  readonly y: ReturnType<typeof scaleLinear<number>>;
}) {
  const { keys, points, x, y } = props;
  const looks = scaleOrdinal({
    domain: keys.map(({ key }) => key),
    range: keys.map(({ look }) => look),
  });
  return (
    <BarStack<BarPoint, string>
      data={[...points]}
      keys={keys.map(({ key }) => key)}
      value={(point, key) => point.counts[key] ?? 0}
      x={({ at }) => at}
      xScale={x}
      yScale={y}
      color={looks}
    >
      {(stacks) =>
        stacks.flatMap((stack) =>
          stack.bars
            .filter((bar) => bar.height > 0)
            .map((bar) => (
              <rect
                key={`${stack.key} ${String(bar.index)}`}
                className={`cv-bar-part cv-fill--${bar.color}`}
                x={bar.x}
                y={bar.y}
                width={bar.width}
                height={bar.height}
              />
            )),
        )
      }
    </BarStack>
  );
}

function Reading(props: {
  readonly at: string;
  readonly keys: readonly BarKey[];
  readonly point: BarPoint | undefined;
}) {
  return (
    <>
      <div className="cv-subdued">{props.at}</div>
      {props.keys.map(({ key, label, look }) => (
        <div key={key} className="cv-reading">
          <svg className="cv-legend__swatch" viewBox="0 0 18 10">
            <path d="M0 5H18" className={`cv-swatch--${look}`} />
          </svg>
          {label}
          <b>{formatCount(props.point?.counts[key] ?? 0)}</b>
        </div>
      ))}
    </>
  );
}

/** The numbers of the chart as a table: the spans in which something happened, the newest first. */
export function countTable(props: {
  readonly keys: readonly BarKey[];
  readonly points: readonly BarPoint[];
  readonly caption: string;
  readonly hrefOf: (index: number) => string;
}): ChartTable {
  const happened = props.points.flatMap((point, index) =>
    totalOf(point) > 0 ? [{ point, index }] : [],
  );
  return {
    caption: props.caption,
    headings: ["From", ...props.keys.map(({ label }) => label)],
    rows: happened.reverse().map(({ point, index }) => ({
      key: point.at,
      cells: [
        <RemixLink key="at" to={props.hrefOf(index)} className="cv-link">
          <Moment at={point.at} />
        </RemixLink>,
        ...props.keys.map(({ key }) => formatCount(point.counts[key] ?? 0)),
      ],
    })),
  };
}

function totalOf(point: BarPoint): number {
  return Object.values(point.counts).reduce((sum, count) => sum + count, 0);
}
