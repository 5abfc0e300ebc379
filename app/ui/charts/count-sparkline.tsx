import { scaleBand, scaleLinear } from "@visx/scale";
import { Bar } from "@visx/shape";
import "./charts.css";

const width = 200;
const height = 36;
/** So much of a bar is seen of what happened once beside what happened a thousand times. */
const least = 2;

/** Counts per span in a few pixels beside their figure. Says nothing the figure's text does not. */
export function CountSparkline(props: {
  readonly counts: readonly number[];
  readonly tone?: "critical" | undefined;
}) {
  const { counts } = props;
  const x = scaleBand({ domain: counts.map((_, index) => index), range: [0, width], padding: 0.3 });
  const y = scaleLinear({ domain: [0, Math.max(1, ...counts)], range: [0, height] });
  return (
    <svg
      className={`cv-spark cv-spark--${props.tone ?? "base"}`}
      viewBox={`0 0 ${String(width)} ${String(height)}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <path className="cv-grid" d={`M0 ${String(height)}H${String(width)}`} />
      {counts.map((count, index) =>
        count === 0 ? null : (
          <Bar
            key={index}
            className="cv-spark__bar"
            x={x(index) ?? 0}
            width={x.bandwidth()}
            y={height - Math.max(least, y(count))}
            height={Math.max(least, y(count))}
          />
        ),
      )}
    </svg>
  );
}
