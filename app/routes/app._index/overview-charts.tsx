import { dataDomains } from "#app/data-domains.ts";
import { StackedBars } from "#app/ui/charts/stacked-bars.tsx";
import type { BarKey } from "#app/ui/charts/stacked-bars.tsx";
import { TimeSeries } from "#app/ui/charts/time-series.tsx";
import { formatSeconds, formatTarget } from "#app/ui/format/duration.ts";
import { countOf, formatCount } from "#app/ui/format/number.ts";
import { EmptyState } from "#app/ui/kit/empty-state.tsx";
import { Section } from "#app/ui/kit/section.tsx";
import { lagTargetSeconds } from "#app/ui/lag-targets.ts";
import { domainWord, outcomeWords } from "#app/ui/words.ts";
import type { Overview } from "./overview.presenter.server.ts";
import { ranges } from "./ranges.ts";

/** How long changes take from Shopify to the systems, per kind of data. */
export function LagChart({ overview }: { readonly overview: Overview }) {
  const { lags } = overview;
  const target = strictestTarget(lags);
  return (
    <Section
      heading="Event lag p95 per domain"
      description={
        lags.length === 0 ? undefined : "95 of 100 changes reached your systems within this time."
      }
    >
      {lags.length === 0 ? (
        <EmptyState kind="nothing" heading="Nothing to draw yet">
          The chart starts with the first change that is delivered to a system.
        </EmptyState>
      ) : (
        <TimeSeries
          times={overview.lagTimes}
          series={lags.map((lag) => ({
            key: lag.domain,
            label: domainWord(lag.domain),
            look: lookOf(lag.domain),
            values: lag.series.map((point) => point.p95Seconds),
          }))}
          target={target}
          caption="Event lag p95 per domain over time"
          summary={lagSummary(overview)}
        />
      )}
    </Section>
  );
}

function lookOf(domain: string): number {
  return dataDomains.findIndex((known) => known === domain);
}

function strictestTarget(lags: Overview["lags"]) {
  const targets = lags.flatMap((lag) => {
    const seconds = lagTargetSeconds(lag.domain);
    return seconds === null ? [] : [{ seconds, domain: lag.domain }];
  });
  const strictest = targets.sort((a, b) => a.seconds - b.seconds)[0];
  if (!strictest) return null;
  const { seconds, domain } = strictest;
  const others = targets.length > 1 ? "strictest target" : "target";
  return { seconds, label: `${formatTarget(seconds)}, ${others} (${domainWord(domain)})` };
}

function lagSummary({ lags, range }: Overview): string {
  const parts = lags.map((lag) => {
    const target = lagTargetSeconds(lag.domain);
    const verdict = target === null ? "" : lag.total.p95 > target ? ", over target" : ", in target";
    return `${domainWord(lag.domain)} ${formatSeconds(lag.total.p95)}${verdict}`;
  });
  return `${ranges[range].label}: 95 of 100 changes arrived within ${parts.join("; ")}.`;
}

const outcomeKeys: readonly BarKey[] = Object.entries(outcomeWords).map(([key, label]) => ({
  key,
  label,
  look: key,
}));

/** What became of the events that came in. */
export function OutcomeChart({ overview }: { readonly overview: Overview }) {
  const { outcomes, barSpanMs } = overview;
  const total = outcomes
    .flatMap((point) => Object.values(point.counts))
    .reduce((sum, count) => sum + count, 0);
  return (
    <Section
      heading="Inbound events by outcome"
      description={
        total === 0
          ? undefined
          : `${countOf(total, "event")} in this time. Choose a bar to see its events.`
      }
    >
      {total === 0 ? (
        <EmptyState kind="nothing" heading="No events in this time">
          Change a stock level or edit a product in your store: it shows up here within seconds.
        </EmptyState>
      ) : (
        <StackedBars
          keys={outcomeKeys}
          points={outcomes}
          caption="Inbound events by outcome over time"
          unit="Events"
          summary={outcomeSummary(overview)}
          hrefOf={(index) => {
            const from = Date.parse(outcomes[index]?.at ?? "");
            const to = new Date(from + barSpanMs).toISOString();
            return `/app/events?from=${new Date(from).toISOString()}&to=${to}`;
          }}
        />
      )}
    </Section>
  );
}

function outcomeSummary({ outcomes, range }: Overview): string {
  const sums = outcomeKeys.map(({ key, label }) => {
    const count = outcomes.reduce((sum, point) => sum + (point.counts[key] ?? 0), 0);
    return `${label} ${formatCount(count)}`;
  });
  return `${ranges[range].label}: ${sums.join(", ")}.`;
}
