import { CountSparkline } from "#app/ui/charts/count-sparkline.tsx";
import { Sparkline } from "#app/ui/charts/sparkline.tsx";
import { formatSeconds, formatTarget } from "#app/ui/format/duration.ts";
import { formatCappedCount, formatCount } from "#app/ui/format/number.ts";
import { Metric, Metrics } from "#app/ui/kit/metric.tsx";
import { RelativeTime } from "#app/ui/kit/time.tsx";
import { lagTargetSeconds } from "#app/ui/lag-targets.ts";
import { unmetCounts } from "#app/ui/sla-words.ts";
import { domainWord } from "#app/ui/words.ts";
import type { Tone } from "#app/ui/words.ts";
import type { Overview } from "./overview.presenter.server.ts";

/** The four figures of the overview; each leads to the list behind it. */
export function Tiles({ overview }: { readonly overview: Overview }) {
  return (
    <Metrics>
      <LagTile lags={overview.lags} />
      <DeadLettersTile dead={overview.dead} perHour={overview.deadPerHour} />
      <SlasTile slas={overview.slas} />
      <DiscrepanciesTile open={overview.discrepancies} />
    </Metrics>
  );
}

function LagTile({ lags }: { readonly lags: Overview["lags"] }) {
  const worst = nearestToTarget(lags);
  if (worst === null) {
    return (
      <Metric
        heading="Event lag, p95"
        value="–"
        note="No change was delivered in this time."
        to="/app/events"
      />
    );
  }
  const target = lagTargetSeconds(worst.domain);
  const late = target !== null && worst.total.p95 > target;
  const goal = target === null ? "" : ` · target ${formatTarget(target)}`;
  return (
    <Metric
      heading="Event lag, p95"
      value={formatSeconds(worst.total.p95)}
      tone={late ? "critical" : "neutral"}
      note={`${domainWord(worst.domain)}${goal}`}
      to={`/app/events?domain=${encodeURIComponent(worst.domain)}`}
      chart={
        <Sparkline values={worst.series.map((point) => point.p95Seconds)} targetSeconds={target} />
      }
    />
  );
}

/** The kind of data that is closest to breaking its promise, or furthest past it; without a target, last. */
function nearestToTarget(lags: Overview["lags"]): Overview["lags"][number] | null {
  const share = (lag: Overview["lags"][number]) =>
    lag.total.p95 / (lagTargetSeconds(lag.domain) ?? Number.POSITIVE_INFINITY);
  return lags.reduce<Overview["lags"][number] | null>(
    (worst, lag) => (worst === null || share(lag) > share(worst) ? lag : worst),
    null,
  );
}

function DeadLettersTile(props: {
  readonly dead: Overview["dead"];
  readonly perHour: readonly number[];
}) {
  const { dead, perHour } = props;
  const oldest = dead.oldestAt && (
    <>
      Oldest <RelativeTime at={dead.oldestAt} />
    </>
  );
  return (
    <Metric
      heading="Dead letters"
      value={formatCappedCount(dead.count, dead.capped)}
      tone={dead.count > 0 ? "critical" : "neutral"}
      note={dead.count === 0 ? "Nothing needs a person." : (oldest ?? "Waiting for a decision")}
      to="/app/dead-letters"
      chart={<CountSparkline counts={perHour} tone="critical" />}
    />
  );
}

function SlasTile({ slas }: { readonly slas: Overview["slas"] }) {
  const { standings, worst } = slas;
  const broken = standings.filter((each) => each === "breached" || each === "exhausted").length;
  const atRisk = standings.filter((each) => each === "at_risk").length;
  const met = standings.filter((each) => each === "met").length;
  const tone: Tone = broken > 0 ? "critical" : atRisk > 0 ? "caution" : "neutral";
  return (
    <Metric
      heading="SLAs met"
      value={
        standings.length === 0 ? "–" : `${formatCount(met)} of ${formatCount(standings.length)}`
      }
      tone={tone}
      note={standings.length === 0 ? "Nothing is measured yet." : unmetCounts(standings)}
      to="/app/freshness"
      chart={worst && <Sparkline values={worst.ages} targetSeconds={worst.breachAfterSeconds} />}
    />
  );
}

function DiscrepanciesTile({ open }: { readonly open: Overview["discrepancies"] }) {
  const { count, capped, newestAt, found } = open;
  return (
    <Metric
      heading="Open discrepancies"
      value={formatCappedCount(count, capped)}
      tone={count > 0 ? "caution" : "neutral"}
      note={
        newestAt === null ? (
          "Everybody agrees."
        ) : (
          <>
            Newest <RelativeTime at={newestAt} />
          </>
        )
      }
      to="/app/discrepancies"
      chart={<CountSparkline counts={found} />}
    />
  );
}
