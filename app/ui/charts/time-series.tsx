import { scaleLinear, scaleLog } from "@visx/scale";
import { LinePath } from "@visx/shape";
import { formatSeconds } from "../format/duration.ts";
import { formatMoment } from "../format/time.ts";
import { useLoadedMs, useTimeZone } from "../kit/clock.tsx";
import { Moment } from "../kit/time.tsx";
import { lagAxis, timeTicks } from "./axis.ts";
import { ChartFrame, Plot, plotHeight, plotWidth } from "./chart-frame.tsx";
import type { ChartTable } from "./chart-frame.tsx";
import { Pointer } from "./pointer.tsx";

/** One line: a value in seconds per span, null where nothing happened. */
export interface LagSeries {
  readonly key: string;
  readonly label: string;
  /** Which of the seven looks (0 to 6): a kind of data keeps its colour, whatever else is shown. */
  readonly look: number;
  readonly values: readonly (number | null)[];
}

/**
 * Lag over time, one line per series, with the target as a dashed line. The axis is logarithmic:
 * half a second and half an hour have to be told apart on the same picture.
 */
export function TimeSeries(props: {
  /** Starts of the spans, RFC 3339. */
  readonly times: readonly string[];
  readonly series: readonly LagSeries[];
  readonly target: { readonly seconds: number; readonly label: string } | null;
  readonly caption: string;
  readonly summary: string;
}) {
  const timeZone = useTimeZone();
  const loadedMs = useLoadedMs();
  const { times, series, target } = props;
  const values = series.flatMap((line) => line.values.filter((value) => value !== null));
  const steps = lagAxis(target ? [...values, target.seconds] : values);
  const least = steps[0] ?? 0.1;
  const y = scaleLog({ domain: [least, steps.at(-1) ?? 10], range: [0, 1], clamp: true });
  const x = scaleLinear({ domain: [0, Math.max(1, times.length - 1)], range: [0, 1] });
  const heightOf = (seconds: number) => (1 - y(Math.max(least, seconds))) * plotHeight;
  return (
    <ChartFrame
      unit="Seconds, logarithmic scale"
      legend={legendOf(series, target)}
      table={lagTable(props)}
    >
      <Plot
        summary={props.summary}
        yTicks={steps.map((step) => ({ position: y(step), label: formatSeconds(step) }))}
        xTicks={timeTicks(times, timeZone, (index) => x(index))}
        overlay={
          <Pointer
            count={times.length}
            place={(index) => x(index)}
            indexAt={(share) => Math.round(share * (times.length - 1))}
            reading={(index) => (
              <Reading
                at={formatMoment(times[index] ?? "", timeZone, loadedMs)}
                series={series}
                index={index}
              />
            )}
          />
        }
      >
        {target && (
          <path
            className="cv-target"
            d={`M0 ${String(heightOf(target.seconds))}H${String(plotWidth)}`}
          />
        )}
        {series.map((line) => (
          <Line
            key={line.key}
            values={line.values}
            className={seriesClass(line.look)}
            xOf={(index) => x(index) * plotWidth}
            yOf={heightOf}
          />
        ))}
      </Plot>
    </ChartFrame>
  );
}

function Line(props: {
  readonly values: readonly (number | null)[];
  readonly className: string;
  readonly xOf: (index: number) => number;
  readonly yOf: (value: number) => number;
}) {
  const { values, xOf, yOf } = props;
  return (
    <>
      <LinePath<number | null>
        className={props.className}
        data={[...values]}
        defined={(value) => value !== null}
        x={(_, index) => xOf(index)}
        y={(value) => yOf(value ?? 0)}
      />
      {lonePoints(values).map(({ index, value }) => (
        // A line of no length with round ends: a dot that the stretched drawing keeps round.
        <path
          key={index}
          className={`${props.className} cv-dot`}
          d={`M${String(xOf(index))} ${String(yOf(value))}h0.01`}
        />
      ))}
    </>
  );
}

/** Points without a neighbour, through which no line goes. */
function lonePoints(values: readonly (number | null)[]): { index: number; value: number }[] {
  return values.flatMap((value, index) => {
    const alone = (values[index - 1] ?? null) === null && (values[index + 1] ?? null) === null;
    return value !== null && alone ? [{ index, value }] : [];
  });
}

function Reading(props: {
  readonly at: string;
  readonly series: readonly LagSeries[];
  readonly index: number;
}) {
  return (
    <>
      <div className="cv-subdued">{props.at}</div>
      {props.series.map((line) => {
        const value = line.values[props.index] ?? null;
        return (
          <div key={line.key} className="cv-reading">
            <svg className="cv-legend__swatch" viewBox="0 0 18 10">
              <path d="M0 5H18" className={seriesClass(line.look)} />
            </svg>
            {line.label}
            <b>{value === null ? "none" : formatSeconds(value)}</b>
          </div>
        );
      })}
    </>
  );
}

function legendOf(
  series: readonly LagSeries[],
  target: { readonly label: string } | null,
): { key: string; label: string; className: string }[] {
  const lines = series.map((line) => ({
    key: line.key,
    label: line.label,
    className: seriesClass(line.look),
  }));
  if (!target) return lines;
  return [...lines, { key: "target", label: target.label, className: "cv-target" }];
}

/** The numbers of the chart as a table: the spans in which something happened, the newest first. */
export function lagTable(props: {
  readonly times: readonly string[];
  readonly series: readonly LagSeries[];
  readonly caption: string;
}): ChartTable {
  const happened = props.times.flatMap((at, index) =>
    props.series.some((line) => (line.values[index] ?? null) !== null) ? [{ at, index }] : [],
  );
  return {
    caption: props.caption,
    headings: ["From", ...props.series.map((line) => line.label)],
    rows: happened.reverse().map(({ at, index }) => ({
      key: at,
      cells: [
        <Moment key="at" at={at} />,
        ...props.series.map((line) => {
          const value = line.values[index] ?? null;
          return value === null ? "none" : formatSeconds(value);
        }),
      ],
    })),
  };
}

/** Seven looks, told apart by colour and by dash. */
function seriesClass(look: number): string {
  return `cv-line cv-line--${String((look % 7) + 1)}`;
}
