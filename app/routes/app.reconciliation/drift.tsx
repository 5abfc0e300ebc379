import type { RunPattern, RunView } from "#app/reconciliation/types.ts";
import { type BarKey, StackedBars } from "#app/ui/charts/stacked-bars.tsx";
import { countOf, formatCount } from "#app/ui/format/number.ts";
import { formatHour } from "#app/ui/format/time.ts";
import { Section } from "#app/ui/kit/section.tsx";
import { type Column, Table } from "#app/ui/kit/table.tsx";
import { fieldWord } from "#app/ui/side-values.tsx";
import { domainWord } from "#app/ui/words.ts";
import { kindWords } from "./columns.tsx";

const driftKeys: readonly BarKey[] = [
  { key: "repaired", label: "Repaired", look: "applied" },
  { key: "open", label: "Left to a person", look: "dead" },
];

/** How much each of the last runs of one kind found; nothing to see with fewer than two. */
export function DriftChart({ alike }: { readonly alike: readonly RunView[] }) {
  const [newest] = alike;
  if (newest === undefined || alike.length < 2) return null;
  const oldestFirst = alike.toReversed();
  const counts = oldestFirst.map((run) => run.found);
  return (
    <Section
      heading="Differences per run"
      description={`${domainWord(newest.domain)}, the last ${countOf(alike.length, "run")} with the same other side.`}
    >
      <StackedBars
        keys={driftKeys}
        points={oldestFirst.map((run) => ({
          at: run.startedAt,
          counts: { repaired: run.repaired, open: run.found - run.repaired },
        }))}
        caption="Differences per run"
        unit="Differences"
        summary={`Between ${formatCount(Math.min(...counts))} and ${formatCount(Math.max(...counts))} differences in a run; ${formatCount(newest.found)} in the last one.`}
        hrefOf={(index) => `/app/reconciliation?run=${oldestFirst[index]?.id ?? ""}`}
      />
    </Section>
  );
}

/** What differs most over the runs that are listed. */
export function Patterns(props: {
  readonly patterns: readonly RunPattern[];
  readonly nameOf: (id: string) => string;
}) {
  const { patterns, nameOf } = props;
  if (patterns.length === 0) return null;
  return (
    <Section
      heading="What differs most"
      description="Over the runs below: a field or an hour that comes back again and again has a cause of its own."
      padding="none"
    >
      <Table
        caption="What differs most"
        columns={patternColumns(nameOf)}
        rows={patterns}
        keyOf={({ system, kind, field }) => `${system} ${kind} ${field ?? ""}`}
        empty={null}
      />
    </Section>
  );
}

function patternColumns(nameOf: (id: string) => string): readonly Column<RunPattern>[] {
  return [
    { key: "kind", heading: "What", cell: ({ kind }) => kindWords[kind] },
    {
      key: "field",
      heading: "Field",
      cell: ({ field }) => (field === null ? "The whole record" : fieldWord(field)),
    },
    {
      key: "system",
      heading: "With",
      cell: ({ system }) => (system === "shopify" ? "What Converge knows" : nameOf(system)),
    },
    {
      key: "hour",
      heading: "Last changed",
      cell: ({ hour, count }) =>
        hour === null ? (
          <span className="cv-subdued">At any hour</span>
        ) : (
          <>
            {`${formatHour(hour.of)} to ${formatHour((hour.of + 1) % 24)}`}
            {hour.count < count && (
              <span className="cv-cell-2">{`${formatCount(hour.count)} of ${formatCount(count)}`}</span>
            )}
          </>
        ),
    },
    {
      key: "count",
      heading: "Differences",
      align: "end",
      cell: ({ count }) => formatCount(count),
    },
  ];
}
