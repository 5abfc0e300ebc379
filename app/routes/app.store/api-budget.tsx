import { countOf, formatCount } from "#app/ui/format/number.ts";
import { EmptyState } from "#app/ui/kit/empty-state.tsx";
import { Figure } from "#app/ui/kit/metric.tsx";
import { Section, Stack } from "#app/ui/kit/section.tsx";
import { Progress } from "#app/ui/kit/progress.tsx";
import { RelativeTime } from "#app/ui/kit/time.tsx";
import type { StorePage } from "./store.presenter.server.ts";

const description =
  "Shopify gives every app a number of points to ask with. When they run short, Converge's writes come first, then what has to be settled, then catching up, and comparing everything last.";

/** What Shopify lets Converge ask, and how much of it is free right now. */
export function ApiBudget({ budget }: { readonly budget: StorePage["connection"]["budget"] }) {
  if (budget === null) {
    return (
      <Section heading="Shopify's limit" description={description}>
        <EmptyState kind="nothing" slim heading="Not known yet">
          Shopify says it with its next answer.
        </EmptyState>
      </Section>
    );
  }
  const { available, maximum, restoreRate, throttledAt } = budget;
  return (
    <Section heading="Shopify's limit" description={description}>
      <Stack gap={4}>
        <div className="cv-figures">
          <Figure
            heading="Free now"
            value={formatCount(available)}
            note={`of ${countOf(maximum, "point")}`}
          />
          <Figure
            heading="Comes back"
            value={formatCount(restoreRate)}
            note={`${restoreRate === 1 ? "point" : "points"} a second, by your Shopify plan`}
          />
          <Figure
            heading="Last slowed down"
            value={throttledAt === null ? "Never" : <RelativeTime at={throttledAt} />}
            note={throttledAt === null ? "Shopify never had to refuse" : "refused and asked again"}
          />
        </div>
        <Progress label="Points free now" done={available} total={maximum} />
      </Stack>
    </Section>
  );
}
