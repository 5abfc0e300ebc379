import { Sparkline } from "#app/ui/charts/sparkline.tsx";
import { formatSeconds, formatTarget } from "#app/ui/format/duration.ts";
import { formatCappedCount, formatCount } from "#app/ui/format/number.ts";
import { Metric, Metrics } from "#app/ui/kit/metric.tsx";
import { RelativeTime } from "#app/ui/kit/time.tsx";
import { lagTargetSeconds } from "#app/ui/lag-targets.ts";
import { domainWord } from "#app/ui/words.ts";
import type { Tone } from "#app/ui/words.ts";
import type { Overview } from "./overview.presenter.server.ts";

/** The four figures of the overview; each leads to the list behind it. */
export function Tiles({ overview }: { readonly overview: Overview }) {
  return (
    <Metrics>
      <LagTile lags={overview.lags} />
      <DeadLettersTile dead={overview.dead} />
      <SystemsTile health={overview.health} />
      <WaitingTile waiting={overview.waiting} />
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

function DeadLettersTile({ dead }: { readonly dead: Overview["dead"] }) {
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
    />
  );
}

function SystemsTile({ health }: { readonly health: Overview["health"] }) {
  const total = Object.values(health).reduce((sum, count) => sum + count, 0);
  const well = (health.healthy ?? 0) + (health.quiet ?? 0);
  const notes = [
    noteOf(health.failing, "failing"),
    noteOf(health.disabled, "disabled"),
    noteOf(health.degraded, "degraded"),
    noteOf(health.paused, "paused"),
  ].filter((note) => note !== null);
  const tone: Tone = (health.failing ?? 0) + (health.disabled ?? 0) > 0 ? "critical" : "neutral";
  return (
    <Metric
      heading="Systems"
      value={total === 0 ? "–" : `${formatCount(well)} of ${formatCount(total)}`}
      tone={tone}
      note={
        total === 0 ? "None connected yet." : notes.length > 0 ? notes.join(", ") : "All are well."
      }
      to="/app/systems"
    />
  );
}

function noteOf(count: number | undefined, word: string): string | null {
  return count === undefined || count === 0 ? null : `${formatCount(count)} ${word}`;
}

function WaitingTile({ waiting }: { readonly waiting: Overview["waiting"] }) {
  return (
    <Metric
      heading="Waiting"
      value={formatCount(waiting.count)}
      tone={waiting.oldestSeconds > 300 ? "critical" : "neutral"}
      note={
        waiting.count === 0
          ? "Every change is out."
          : `Oldest ${formatSeconds(waiting.oldestSeconds)}`
      }
      to="/app/systems"
    />
  );
}
