import { formatAge } from "../format/duration.ts";
import { formatPercent } from "../format/number.ts";
import type { Tone } from "../words.ts";
import "./charts.css";

/** What is left of an error budget: "62 % · 13 h left", or how far it is overdrawn. */
export function BudgetBar(props: {
  /** Of the whole budget; below 0 it is overdrawn. */
  readonly leftPercent: number;
  /** The same as time that may still be spent over the SLA. */
  readonly leftSeconds: number;
}) {
  const { leftPercent } = props;
  const filled = Math.max(0, Math.min(100, leftPercent));
  const words = budgetWords(props);
  return (
    <span className="cv-budget">
      <span
        className={`cv-budget__bar cv-budget__bar--${budgetTone(leftPercent)}`}
        aria-hidden="true"
      >
        <span className="cv-budget__left" style={{ width: `${filled.toFixed(1)}%` }} />
      </span>
      <span className="cv-budget__words">{words}</span>
    </span>
  );
}

/** "62 % · 13 h left", "−18 % · 2 h over": the budget in one line. Pure. */
export function budgetWords(budget: {
  readonly leftPercent: number;
  readonly leftSeconds: number;
}): string {
  const { leftPercent, leftSeconds } = budget;
  if (leftPercent >= 0) return `${formatPercent(leftPercent)} · ${formatAge(leftSeconds)} left`;
  return `${formatPercent(leftPercent)} · ${formatAge(-leftSeconds)} over`;
}

/** How worried to be about what is left. Pure. */
export function budgetTone(leftPercent: number): Tone {
  if (leftPercent <= 0) return "critical";
  return leftPercent < 25 ? "caution" : "success";
}
