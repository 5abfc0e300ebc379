import { scaleLinear } from "@visx/scale";
import { Area, LinePath } from "@visx/shape";
import { useId } from "react";
import { formatAge, formatTarget } from "../format/duration.ts";
import { formatClock, formatMoment } from "../format/time.ts";
import { useLoadedMs, useTimeZone } from "../kit/clock.tsx";
import { Moment } from "../kit/time.tsx";
import { ageAt, ageScale, bendRises, highestWithin, secondsWithin } from "./age-scale.ts";
import type { AgeCorner, AgeScale, Span } from "./age-scale.ts";
import { momentTicks } from "./axis.ts";
import { ChartFrame, percent, Plot, plotHeight, plotWidth } from "./chart-frame.tsx";
import type { ChartTable, LegendItem } from "./chart-frame.tsx";
import { Pointer } from "./pointer.tsx";

/** What happened at a moment, marked at the foot of the chart. */
export interface AgeMark {
  readonly atMs: number;
  readonly label: string;
}

interface SawtoothProps {
  readonly window: Span;
  readonly corners: readonly AgeCorner[];
  readonly warnAfterSeconds: number;
  readonly breachAfterSeconds: number;
  /** Stretches over the SLA, hatched. */
  readonly breaches: readonly Span[];
  /** Reads that should have landed and did not. */
  readonly missed: readonly AgeMark[];
  readonly caption: string;
  readonly summary: string;
}

/** So many moments the cursor can stand at. */
const stops = 240;
/** In longer windows a stop is coarser than a minute, and the day has to be said. */
const clockUpToMs = 3_600_000;

/**
 * How old the data was at every moment: the line rises while nothing confirms it and drops when a change
 * or a read lands. What is above the breach line was promised not to happen.
 */
export function AgeSawtooth(props: SawtoothProps) {
  const timeZone = useTimeZone();
  const loadedMs = useLoadedMs();
  const { window, corners, breachAfterSeconds } = props;
  const most = Math.max(0, ...corners.map(({ seconds }) => seconds ?? 0));
  const scale = ageScale(most, breachAfterSeconds);
  const x = scaleLinear({ domain: [window.fromMs, window.toMs], range: [0, 1] });
  const momentOf = (stop: number) => x.invert(stop / (stops - 1)).valueOf();
  const textOf = (atMs: number) =>
    window.toMs - window.fromMs <= clockUpToMs
      ? clockText(atMs, timeZone)
      : formatMoment(new Date(atMs).toISOString(), timeZone, loadedMs);
  return (
    <ChartFrame
      unit={scale.compressed ? "Age of the data, compressed scale" : "Age of the data"}
      legend={legendOf(props)}
      table={ageTable(props)}
    >
      <Plot
        summary={props.summary}
        yTicks={scale.ticks}
        xTicks={momentTicks(window.fromMs, window.toMs, timeZone)}
        overlay={
          <>
            <Stretches {...props} x={x} />
            <Pointer
              count={stops}
              place={(stop) => stop / (stops - 1)}
              indexAt={(share) => Math.round(share * (stops - 1))}
              reading={(stop) => (
                <Reading
                  atMs={momentOf(stop)}
                  textOf={textOf}
                  seconds={ageAt(corners, momentOf(stop))}
                  sawtooth={props}
                />
              )}
              spoken={{
                label: `${props.caption}: choose a moment with the arrow keys`,
                valueOf: (stop) =>
                  `${textOf(momentOf(stop))}: ${verdictOf(ageAt(corners, momentOf(stop)), props)}`,
              }}
            />
          </>
        }
      >
        <AgeLine corners={corners} scale={scale} x={x} breachAfterSeconds={breachAfterSeconds} />
        <Limits {...props} scale={scale} />
      </Plot>
    </ChartFrame>
  );
}

type TimeScale = ReturnType<typeof scaleLinear<number>>;

function AgeLine(props: {
  readonly corners: readonly AgeCorner[];
  readonly scale: AgeScale;
  readonly x: TimeScale;
  readonly breachAfterSeconds: number;
}) {
  const id = useId();
  const { scale, x } = props;
  const drawn = [...(scale.compressed ? bendRises(props.corners) : props.corners)];
  const heightOf = (seconds: number) => (1 - scale.positionOf(seconds)) * plotHeight;
  const line = {
    data: drawn,
    defined: (corner: AgeCorner) => corner.seconds !== null,
    x: (corner: AgeCorner) => x(corner.atMs) * plotWidth,
  };
  const y = (corner: AgeCorner) => heightOf(corner.seconds ?? 0);
  const edge = heightOf(props.breachAfterSeconds);
  return (
    <>
      <clipPath id={`${id}over`}>
        <rect x={0} y={-2} width={plotWidth} height={edge + 2} />
      </clipPath>
      <clipPath id={`${id}within`}>
        <rect x={0} y={edge} width={plotWidth} height={plotHeight - edge + 2} />
      </clipPath>
      <g clipPath={`url(#${id}within)`}>
        <Area className="cv-age-area" {...line} y0={plotHeight} y1={y} />
        <LinePath className="cv-age-line" {...line} y={y} />
      </g>
      <g clipPath={`url(#${id}over)`}>
        <Area className="cv-age-area cv-age-area--over" {...line} y0={plotHeight} y1={y} />
        <LinePath className="cv-age-line cv-age-line--over" {...line} y={y} />
      </g>
    </>
  );
}

function Limits(props: SawtoothProps & { readonly scale: AgeScale }) {
  const line = (seconds: number) =>
    `M0 ${String((1 - props.scale.positionOf(seconds)) * plotHeight)}H${String(plotWidth)}`;
  return (
    <>
      <path className="cv-limit cv-limit--warn" d={line(props.warnAfterSeconds)} />
      <path className="cv-limit cv-limit--breach" d={line(props.breachAfterSeconds)} />
    </>
  );
}

/** HTML over the drawing, since a hatching within it would be stretched with it. */
function Stretches(props: SawtoothProps & { readonly x: TimeScale }) {
  const { x, window } = props;
  const boxOf = ({ fromMs, toMs }: Span) => {
    const from = x(Math.max(fromMs, window.fromMs));
    return {
      left: percent(from),
      width: percent(Math.max(0, x(Math.min(toMs, window.toMs)) - from)),
    };
  };
  const within = (span: Span) => span.toMs >= window.fromMs && span.fromMs <= window.toMs;
  return (
    <div aria-hidden="true">
      {props.breaches.filter(within).map((span) => (
        <div key={span.fromMs} className="cv-stretch cv-stretch--breach" style={boxOf(span)} />
      ))}
      {props.missed
        .filter(({ atMs }) => atMs >= window.fromMs && atMs <= window.toMs)
        .map(({ atMs, label }) => (
          <span
            key={`${String(atMs)} ${label}`}
            className="cv-missed"
            style={{ left: percent(x(atMs)) }}
          >
            ▽
          </span>
        ))}
    </div>
  );
}

function Reading(props: {
  readonly atMs: number;
  readonly textOf: (atMs: number) => string;
  readonly seconds: number | null;
  readonly sawtooth: SawtoothProps;
}) {
  const { atMs, textOf, seconds } = props;
  return (
    <>
      <div className="cv-subdued">{textOf(atMs)}</div>
      <div className="cv-reading">
        Age
        <b>{seconds === null ? "not known" : formatAge(seconds)}</b>
      </div>
      {seconds !== null && (
        <div className="cv-reading">
          Complete up to
          <b>{textOf(atMs - seconds * 1_000)}</b>
        </div>
      )}
      <div className="cv-subdued">{standingOf(seconds, props.sawtooth)}</div>
    </>
  );
}

/** The time of day to the second: a stop of the cursor is no finer. */
function clockText(atMs: number, timeZone: string): string {
  return formatClock(new Date(atMs).toISOString(), timeZone).replace(/\.\d+/, "");
}

function verdictOf(seconds: number | null, limits: SawtoothProps): string {
  if (seconds === null) return "not known";
  return `${formatAge(seconds)} old, ${standingOf(seconds, limits)}`;
}

function standingOf(seconds: number | null, limits: SawtoothProps): string {
  if (seconds === null) return "nothing was measured";
  const { warnAfterSeconds, breachAfterSeconds } = limits;
  if (seconds >= breachAfterSeconds) return `over the SLA of ${formatTarget(breachAfterSeconds)}`;
  if (seconds >= warnAfterSeconds) return `past the warning at ${formatTarget(warnAfterSeconds)}`;
  return "within the SLA";
}

function legendOf(props: SawtoothProps): LegendItem[] {
  const { warnAfterSeconds, breachAfterSeconds } = props;
  const items: readonly (LegendItem | null)[] = [
    { key: "age", label: "Age", className: "cv-age-line" },
    {
      key: "warn",
      label: `Warning, ${formatTarget(warnAfterSeconds)}`,
      className: "cv-limit cv-limit--warn",
    },
    {
      key: "breach",
      label: `Breach, ${formatTarget(breachAfterSeconds)}`,
      className: "cv-limit cv-limit--breach",
    },
    props.breaches.length === 0
      ? null
      : { key: "over", label: "Over the SLA", className: "cv-swatch--over" },
    props.missed.length === 0
      ? null
      : { key: "missed", label: "▽ Read that did not land", className: "cv-swatch--none" },
  ];
  return items.filter((item) => item !== null);
}

/** Rows of the table view. */
const slices = 24;

/** The picture as a table, in equal slices of time, the newest first. */
export function ageTable(props: {
  readonly caption: string;
  readonly window: Span;
  readonly corners: readonly AgeCorner[];
  readonly breaches: readonly Span[];
}): ChartTable {
  const { fromMs, toMs } = props.window;
  const sliceMs = (toMs - fromMs) / slices;
  const starts = Array.from({ length: slices }, (_, n) => fromMs + n * sliceMs).reverse();
  return {
    caption: props.caption,
    headings: ["From", "Oldest", "Over the SLA"],
    rows: starts.map((startMs) => {
      const slice = { fromMs: startMs, toMs: startMs + sliceMs };
      const highest = highestWithin(props.corners, slice);
      const over = secondsWithin(props.breaches, slice);
      return {
        key: String(startMs),
        cells: [
          <Moment key="from" at={new Date(startMs).toISOString()} />,
          highest === null ? "not known" : formatAge(highest),
          over === 0 ? "–" : formatAge(over),
        ],
      };
    }),
  };
}
