import { useId, useState } from "react";
import type { ReactNode } from "react";
import "./charts.css";
import { Button } from "../kit/button.tsx";
import type { Tick } from "./axis.ts";

/** One entry of a legend: its swatch is drawn like its series. */
export interface LegendItem {
  readonly key: string;
  readonly label: string;
  readonly className: string;
}

/** The numbers of a chart, for people who would rather read them. */
export interface ChartTable {
  readonly caption: string;
  readonly headings: readonly string[];
  readonly rows: readonly { readonly key: string; readonly cells: readonly ReactNode[] }[];
}

/**
 * What every chart has: a fixed height, a legend, the same numbers as a table, and one sentence
 * that says what can be seen.
 */
export function ChartFrame(props: {
  readonly legend: readonly LegendItem[];
  readonly table: ChartTable;
  /** What the y axis counts. */
  readonly unit: string;
  readonly children: ReactNode;
}) {
  const [asTable, setAsTable] = useState(false);
  const id = useId();
  return (
    <div className="cv-chart">
      <div className="cv-chart__head">
        <span className="cv-subdued">{asTable ? "" : props.unit}</span>
        <Button
          variant="plain"
          expanded={asTable}
          controls={id}
          onClick={() => {
            setAsTable(!asTable);
          }}
        >
          {asTable ? "View as chart" : "View as table"}
        </Button>
      </div>
      <div className="cv-chart__body" id={id}>
        {asTable ? <NumbersTable {...props.table} /> : props.children}
      </div>
      <Legend items={props.legend} />
    </div>
  );
}

function Legend(props: { readonly items: readonly LegendItem[] }) {
  return (
    <ul className="cv-legend" aria-label="Legend">
      {props.items.map((item) => (
        <li key={item.key} className="cv-legend__item">
          <svg className="cv-legend__swatch" viewBox="0 0 18 10" aria-hidden="true">
            <path d="M0 5H18" className={item.className} />
          </svg>
          {item.label}
        </li>
      ))}
    </ul>
  );
}

/** The table twin of a chart, in a box of the chart's height that scrolls. */
export function NumbersTable(props: ChartTable) {
  return (
    // A box that scrolls has to be reachable by keyboard.
    <div className="cv-numbers" tabIndex={0} role="region" aria-label={props.caption}>
      <table>
        <caption className="cv-hidden">{props.caption}</caption>
        <thead>
          <tr>
            {props.headings.map((heading) => (
              <th key={heading} scope="col">
                {heading}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.rows.map((row) => (
            <tr key={row.key}>
              {row.cells.map((cell, index) => (
                <td key={props.headings[index]}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/**
 * Axes around a plot. The plot is an SVG stretched to the width there is (`preserveAspectRatio`
 * none), the labels are HTML beside it: so the server's picture fits every screen without measuring,
 * and letters are neither squeezed nor shrunk on a phone.
 */
export function Plot(props: {
  readonly summary: string;
  readonly yTicks: readonly Tick[];
  readonly xTicks: readonly Tick[];
  readonly children: ReactNode;
  /** HTML above the drawing: the reading under the pointer. */
  readonly overlay?: ReactNode;
}) {
  return (
    <div className="cv-plot">
      <div className="cv-plot__y" aria-hidden="true">
        {props.yTicks.map((tick) => (
          <span key={tick.label} style={{ top: percent(1 - tick.position) }}>
            {tick.label}
          </span>
        ))}
      </div>
      <div className="cv-plot__area">
        <svg
          role="img"
          aria-label={props.summary}
          viewBox={`0 0 ${String(plotWidth)} ${String(plotHeight)}`}
          preserveAspectRatio="none"
        >
          {props.yTicks.map((tick) => (
            <path
              key={tick.label}
              className="cv-grid"
              d={`M0 ${String((1 - tick.position) * plotHeight)}H${String(plotWidth)}`}
            />
          ))}
          {props.children}
        </svg>
        {props.overlay}
      </div>
      <div className="cv-plot__x" aria-hidden="true">
        {props.xTicks.map((tick) => (
          <span
            key={tick.label + String(tick.position)}
            className={edgeClass(tick.position)}
            style={{ left: percent(tick.position) }}
          >
            {tick.label}
          </span>
        ))}
      </div>
    </div>
  );
}

/** A label at an edge of the plot stands beside its mark, so that it does not stick out. */
function edgeClass(position: number): string | undefined {
  if (position > 0.92) return "cv-plot__x-end";
  return position < 0.05 ? "cv-plot__x-start" : undefined;
}

/** Units of the plot's own coordinates; stretched to the size on screen. */
export const plotWidth = 1000;
export const plotHeight = 200;

/** A share of the plot as CSS wants it. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(2)}%`;
}
