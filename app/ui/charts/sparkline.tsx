import { scaleLinear, scaleLog } from "@visx/scale";
import { LinePath } from "@visx/shape";
import "./charts.css";
import { lagAxis } from "./axis.ts";

const width = 200;
const height = 36;
/** Half of the line's thickness must not be cut off at the edges. */
const inset = 2;

/** A lag in a few pixels beside its figure, with the target dashed. Says nothing the figure's text does not. */
export function Sparkline(props: {
  readonly values: readonly (number | null)[];
  readonly targetSeconds: number | null;
}) {
  const { values, targetSeconds } = props;
  const known = values.filter((value) => value !== null);
  const steps = lagAxis(targetSeconds === null ? known : [...known, targetSeconds]);
  const least = steps[0] ?? 0.1;
  const y = scaleLog({ domain: [least, steps.at(-1) ?? 10], range: [height - inset, inset] });
  const x = scaleLinear({
    domain: [0, Math.max(1, values.length - 1)],
    range: [inset, width - inset],
  });
  const last = values.findLastIndex((value) => value !== null);
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
      <LinePath<number | null>
        className="cv-line cv-line--1"
        data={[...values]}
        defined={(value) => value !== null}
        x={(_, index) => x(index)}
        y={(value) => y(Math.max(least, value ?? least))}
      />
      {last >= 0 && (
        // A line of no length with round ends: a dot that the stretched drawing keeps round.
        <path
          className="cv-line cv-line--1 cv-dot"
          d={`M${String(x(last))} ${String(y(Math.max(least, values[last] ?? least)))}h0.01`}
        />
      )}
    </svg>
  );
}
