import { BudgetBar } from "#app/ui/charts/budget-bar.tsx";
import { Sparkline } from "#app/ui/charts/sparkline.tsx";
import { LiveAge } from "#app/ui/live-age.tsx";
import { SlaBadge } from "#app/ui/kit/badge.tsx";
import type { Column } from "#app/ui/kit/table.tsx";
import { burnWords, flowWords, promiseWords, sliWords } from "#app/ui/sla-words.ts";
import { domainWord } from "#app/ui/words.ts";
import type { FreshnessRow } from "./freshness.presenter.server.ts";

/** The columns of Freshness: one row for each kind of data in each place. */
export const freshnessColumns: readonly Column<FreshnessRow>[] = [
  {
    key: "flow",
    heading: "Data",
    cell: (row) => (
      <>
        <span className="cv-nowrap">{domainWord(row.domain)}</span>
        <span className="cv-cell-2 cv-flow">{flowWords(row)}</span>
      </>
    ),
  },
  { key: "state", heading: "State", cell: (row) => <SlaBadge standing={row.budget.standing} /> },
  {
    key: "age",
    heading: "Age now",
    align: "end",
    cell: (row) => <LiveAge completeUpTo={row.completeUpTo} sla={row.sla} />,
  },
  {
    key: "spark",
    heading: "Last 24 hours",
    optional: true,
    cell: (row) => (
      <span className="cv-spark-cell">
        <Sparkline
          values={row.sparkline.map(({ ageSeconds }) => ageSeconds)}
          targetSeconds={row.sla.breachAfterSeconds}
        />
      </span>
    ),
  },
  {
    key: "sli",
    heading: "Within SLA",
    align: "end",
    cell: (row) => (
      <>
        {sliWords(row.budget.sliPercent)}
        <span className="cv-cell-2 cv-promise">{promiseWords(row.sla)}</span>
      </>
    ),
  },
  {
    key: "budget",
    heading: "Budget left",
    cell: (row) =>
      row.budget.sliPercent === null ? (
        <span className="cv-subdued">–</span>
      ) : (
        <BudgetBar leftPercent={row.budget.leftPercent} leftSeconds={row.budget.leftMinutes * 60} />
      ),
  },
  {
    key: "burn",
    heading: "Burn 1 h / 6 h",
    align: "end",
    optional: true,
    cell: ({ budget: { burn } }) => (
      <span className="cv-nowrap">
        {burnWords(burn.lastHour)} / {burnWords(burn.last6Hours)}
      </span>
    ),
  },
];
