import { Link as RemixLink } from "@remix-run/react";
import type { ReactNode } from "react";
import type { Tone } from "../words.ts";

/** One figure with its name; the whole tile leads to where the figure comes from. */
export function Metric(props: {
  readonly heading: string;
  readonly value: string;
  readonly note: ReactNode;
  readonly tone?: Tone;
  readonly to: string;
  readonly chart?: ReactNode;
}) {
  return (
    <RemixLink to={props.to} className="cv-metric">
      <span className="cv-metric__heading">{props.heading}</span>
      <span className={`cv-metric__value cv-text--${props.tone ?? "neutral"}`}>{props.value}</span>
      <span className="cv-metric__note">{props.note}</span>
      <span className="cv-metric__chart">{props.chart}</span>
    </RemixLink>
  );
}

/** Figures beside each other: four on a desk, two on a phone. */
export function Metrics(props: { readonly children: ReactNode }) {
  return <div className="cv-metrics">{props.children}</div>;
}

/** One figure without a link, inside a section. */
export function Figure(props: {
  readonly heading: string;
  readonly value: ReactNode;
  readonly note?: ReactNode;
  readonly tone?: Tone;
}) {
  return (
    <div className="cv-figure">
      <span className="cv-metric__heading">{props.heading}</span>
      <span className={`cv-figure__value cv-text--${props.tone ?? "neutral"}`}>{props.value}</span>
      {props.note !== undefined && <span className="cv-metric__note">{props.note}</span>}
    </div>
  );
}
