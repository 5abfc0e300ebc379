import { StackedBars } from "#app/ui/charts/stacked-bars.tsx";
import { countOf, formatCount } from "#app/ui/format/number.ts";
import { EmptyState } from "#app/ui/kit/empty-state.tsx";
import { Section } from "#app/ui/kit/section.tsx";
import type { ArticlePage } from "./article.presenter.server.ts";
import { hoursShown } from "./sales.ts";

const hourMs = 3_600_000;

/** Which store sells the article, hour by hour. */
export function SalesByStore({ page }: { readonly page: ArticlePage }) {
  const { keys, points, sums } = page.sales;
  const total = sums.reduce((sum, { units }) => sum + units, 0);
  return (
    <Section
      heading="Sold by store"
      description={
        total === 0
          ? undefined
          : `${countOf(total, "unit")} in the last ${String(hoursShown)} hours. Choose a bar to see what this store told of it then.`
      }
    >
      {total === 0 ? (
        <EmptyState kind="nothing" heading="Nothing was sold in the last 24 hours" slim>
          What a store sells shows up here, and lowers the others.
        </EmptyState>
      ) : (
        <StackedBars
          keys={keys}
          points={points}
          caption="Units sold by store and hour"
          unit="Units"
          summary={`Last ${String(hoursShown)} hours: ${sums.map(({ label, units }) => `${label} sold ${formatCount(units)}`).join(", ")}.`}
          hrefOf={(index) => {
            const from = Date.parse(points[index]?.at ?? "");
            const to = new Date(from + hourMs).toISOString();
            const query = { q: page.pool.sku, from: new Date(from).toISOString(), to };
            return `/app/events?${String(new URLSearchParams(query))}`;
          }}
        />
      )}
    </Section>
  );
}
