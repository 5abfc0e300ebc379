import { AgeSawtooth } from "#app/ui/charts/age-sawtooth.tsx";
import { missedLoads } from "#app/ui/charts/age-scale.ts";
import type { AgeCorner, Span } from "#app/ui/charts/age-scale.ts";
import { formatAge, formatTarget } from "#app/ui/format/duration.ts";
import { countOf } from "#app/ui/format/number.ts";
import { EmptyState } from "#app/ui/kit/empty-state.tsx";
import { Section } from "#app/ui/kit/section.tsx";
import { ViewTabs } from "#app/ui/kit/table-tools.tsx";
import { detailHref, placeWords } from "#app/ui/sla-words.ts";
import type { FreshnessPage } from "./detail.presenter.server.ts";
import { ageRanges } from "./ranges.ts";
import type { AgeRangeName } from "./ranges.ts";

/** How old the data was at every moment of a window. */
export function AgeSection({ page }: { readonly page: FreshnessPage }) {
  const { detail, range } = page;
  const window = { fromMs: Date.parse(detail.from), toMs: Date.parse(detail.to) };
  const corners = cornersOf(detail.ages, window.toMs);
  const known = corners.some(({ seconds }) => seconds !== null);
  return (
    <Section
      heading="Age over time"
      description="The oldest it was from minute to minute: it rises while nothing confirms the data, and drops when a read or what waited lands."
      accessory={
        <ViewTabs
          bare
          label="Time range"
          views={Object.entries(ageRanges).map(([name, { label }]) => ({
            label,
            to: `${detailHref(detail)}?range=${name}`,
            current: name === range,
          }))}
        />
      }
    >
      {known ? (
        <AgeSawtooth
          window={window}
          corners={corners}
          warnAfterSeconds={detail.sla.warnAfterSeconds}
          breachAfterSeconds={detail.sla.breachAfterSeconds}
          breaches={breachSpans(detail.breaches, window.toMs)}
          missed={missedLoads(
            detail.loads.map((load) => Date.parse(load)),
            detail.sla.pollEverySeconds,
            window.toMs,
          ).map((atMs) => ({ atMs, label: "A read of Shopify was due" }))}
          caption={`Age of ${placeWords(detail)}`}
          summary={ageSummary(detail, range)}
        />
      ) : (
        <EmptyState kind="nothing" heading="Nothing was measured in this time">
          The age is measured from the first minute a worker runs for your store.
        </EmptyState>
      )}
    </Section>
  );
}

type Detail = FreshnessPage["detail"];

/** The worst age of each span, as corners of a line. Pure. */
export function cornersOf(ages: Detail["ages"], untilMs: number): AgeCorner[] {
  return ages.flatMap(({ at, ageSeconds }, index) => {
    const corner = { atMs: Date.parse(at), seconds: ageSeconds };
    const next = ages[index + 1];
    if (ageSeconds === null || (next && next.ageSeconds !== null)) return [corner];
    // The last one before nothing is known, or before now, lasts for its span.
    const endMs = next ? Date.parse(next.at) : untilMs;
    return [corner, { atMs: endMs, seconds: ageSeconds }];
  });
}

/** The stretches over the SLA; one that goes on lasts until the window ends. Pure. */
export function breachSpans(breaches: Detail["breaches"], untilMs: number): Span[] {
  return breaches.map(({ from, to }) => ({
    fromMs: Date.parse(from),
    toMs: to === null ? untilMs : Date.parse(to),
  }));
}

function ageSummary(detail: Detail, range: AgeRangeName): string {
  const { breachSeconds, longestBreachSeconds, breaches, sla } = detail;
  const target = formatTarget(sla.breachAfterSeconds);
  const window = ageRanges[range].words;
  if (breachSeconds === 0) return `${window}: never older than ${target}.`;
  return `${window}: older than ${target} for ${formatAge(breachSeconds)}, ${countOf(breaches.length, "time")}, for ${formatAge(longestBreachSeconds)} at the longest.`;
}
