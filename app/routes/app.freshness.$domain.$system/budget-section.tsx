import { BurnDown } from "#app/ui/charts/burn-down.tsx";
import { budgetWords } from "#app/ui/charts/budget-bar.tsx";
import { countOf } from "#app/ui/format/number.ts";
import { EmptyState } from "#app/ui/kit/empty-state.tsx";
import { Facts, Section, Stack } from "#app/ui/kit/section.tsx";
import { burnWords, placeWords, windowWords } from "#app/ui/sla-words.ts";
import type { FreshnessPage } from "./detail.presenter.server.ts";

/** What may still go wrong in this window, and how fast that is being used up. */
export function BudgetSection({ detail }: Pick<FreshnessPage, "detail">) {
  const { budget, burnDown, sla } = detail;
  if (budget.sliPercent === null || burnDown.length < 2) {
    return (
      <Section heading="Error budget">
        <EmptyState kind="nothing" slim heading="Nothing to count yet">
          {allowance(sla.targetPercent, budget.allowedMinutes, sla)}
        </EmptyState>
      </Section>
    );
  }
  const left = budgetWords({
    leftPercent: budget.leftPercent,
    leftSeconds: budget.leftMinutes * 60,
  });
  return (
    <Section
      heading="Error budget"
      description={allowance(sla.targetPercent, budget.allowedMinutes, sla)}
    >
      <Stack gap={4}>
        <BurnDown
          points={burnDown}
          caption={`Error budget of ${placeWords(detail)}`}
          summary={`Of the error budget of ${windowWords(sla)}: ${left}.`}
        />
        <Pace budget={budget} />
      </Stack>
    </Section>
  );
}

function Pace({ budget }: { readonly budget: FreshnessPage["detail"]["budget"] }) {
  const { burn, burning } = budget;
  const words = {
    fast: "At this pace the budget of the whole window is gone within two days.",
    slow: "At this pace the budget of the whole window is gone within five days.",
  };
  return (
    <div>
      <div className="cv-figures">
        <Facts items={[{ term: "Burn, last 5 min", value: burnWords(burn.last5Minutes) }]} />
        <Facts items={[{ term: "Last 30 min", value: burnWords(burn.last30Minutes) }]} />
        <Facts items={[{ term: "Last hour", value: burnWords(burn.lastHour) }]} />
        <Facts items={[{ term: "Last 6 hours", value: burnWords(burn.last6Hours) }]} />
      </div>
      <p className={burning === null ? "cv-subdued cv-pace" : "cv-critical cv-pace"}>
        {burning === null ? "1× uses the budget up exactly when its window ends." : words[burning]}
      </p>
    </div>
  );
}

/** What the target allows, as time. Pure. */
export function allowance(
  targetPercent: number,
  allowedMinutes: number,
  sla: Parameters<typeof windowWords>[0],
): string {
  const minutes = Math.round(allowedMinutes);
  const time =
    minutes < 120 ? countOf(minutes, "minute") : countOf(Math.round(minutes / 60), "hour");
  return `${String(targetPercent)} % allows ${time} over the SLA ${sla.windowKind === "calendar" ? "" : "in "}${windowWords(sla)}.`;
}
