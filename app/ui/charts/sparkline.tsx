import { scaleLinear, scaleLog } from "@visx/scale";
import { LinePath } from "@visx/shape";
import "./charts.css";
import { lagAxis } from "./axis.ts";

const width = 200;
const height = 36;
/** Half of the line's thickness must not be cut off at the edges. */
const inset = 2;

/**
 * A lag in a few pixels beside its figure, with the target dashed. Says nothing the figure's text does
 * not; where nothing happened the line goes on to the next point, as gaps would leave only dust.
 */
export function Sparkline(props: {
  readonly values: readonly (number | null)[];
  readonly targetSeconds: number | null;
}) {
  const { values, targetSeconds } = props;
  const points = values.flatMap((value, index) => (value === null ? [] : [{ value, index }]));
  const known = points.map(({ value }) => value);
  const steps = lagAxis(targetSeconds === null ? known : [...known, targetSeconds]);
  const least = steps[0] ?? 0.1;
  const y = scaleLog({
    domain: [least, steps.at(-1) ?? 10],
    range: [height - inset, inset],
    clamp: true,
  });
  const x = scaleLinear({
    domain: [0, Math.max(1, values.length - 1)],
    range: [inset, width - inset],
  });
  const heightOf = (value: number) => y(Math.max(least, value));
  const last = points.at(-1);
  return (
    <svg
      className="cv-spark"
      viewBox={`0 0 ${String(width)} ${String(height)}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {targetSeconds !== null && (
        <path className="cv-target" d={`M0 ${String(y(targetSeconds))}H${String(width)}`} />
      )}
      <LinePath
        className="cv-line cv-line--1"
        data={points}
        x={({ index }) => x(index)}
        y={({ value }) => heightOf(value)}
      />
      {last && (
        // A line of no length with round ends: a dot that the stretched drawing keeps round.
        <path
          className="cv-line cv-line--1 cv-dot"
          d={`M${String(x(last.index))} ${String(heightOf(last.value))}h0.01`}
        />
      )}
    </svg>
  );
}
