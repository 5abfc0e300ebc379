import { formatAge, formatTarget } from "#app/ui/format/duration.ts";
import { budgetWords } from "#app/ui/charts/budget-bar.tsx";
import { Banner } from "#app/ui/kit/banner.tsx";
import { Link } from "#app/ui/kit/link.tsx";
import { Figure } from "#app/ui/kit/metric.tsx";
import { Section, Stack } from "#app/ui/kit/section.tsx";
import { LiveAge } from "#app/ui/live-age.tsx";
import { promiseWords, remedyOf, sliWords } from "#app/ui/sla-words.ts";
import type { FreshnessPage } from "./detail.presenter.server.ts";
import { ageRanges } from "./ranges.ts";

/** Up to which moment the data is complete, why, and what that means for the SLA. */
export function ProofSection({ page }: { readonly page: FreshnessPage }) {
  const { detail } = page;
  return (
    <Section>
      <Stack gap={4}>
        <Proof detail={detail} />
        <Figures page={page} />
      </Stack>
    </Section>
  );
}

function Proof({ detail }: { readonly detail: FreshnessPage["detail"] }) {
  const { proof, system, state } = detail;
  const remedy = remedyOf(proof.heldUpBy, system);
  if (state !== "ok") {
    return (
      <Banner
        tone={state === "breach" ? "critical" : "caution"}
        heading={proof.sentence}
        action={remedy ?? undefined}
      >
        <OldestChange eventId={proof.eventId} />
      </Banner>
    );
  }
  return (
    <p className="cv-proof">
      {proof.sentence} {proof.heldUpBy !== null && <OldestChange eventId={proof.eventId} />}{" "}
      {remedy && <Link to={remedy.to}>{remedy.content}</Link>}
    </p>
  );
}

function OldestChange({ eventId }: { readonly eventId: string | null }) {
  if (eventId === null) return null;
  return <Link to={`/app/events/${eventId}`}>See the oldest change that waits</Link>;
}

function Figures({ page }: { readonly page: FreshnessPage }) {
  const { detail, range } = page;
  const { budget, sla } = detail;
  const known = budget.sliPercent !== null;
  const [left, leftTime] = budgetWords({
    leftPercent: budget.leftPercent,
    leftSeconds: budget.leftMinutes * 60,
  }).split(" · ");
  return (
    <div className="cv-figures">
      <Figure
        heading="Age now"
        value={<LiveAge completeUpTo={detail.completeUpTo} sla={sla} />}
        note={`Breach after ${formatTarget(sla.breachAfterSeconds)}`}
      />
      <Figure heading="Within SLA" value={sliWords(budget.sliPercent)} note={promiseWords(sla)} />
      <Figure
        heading="Error budget"
        value={known ? left : "–"}
        tone={known && budget.leftPercent <= 0 ? "critical" : "neutral"}
        note={known ? leftTime : "Nothing was measured yet."}
      />
      <Figure
        heading="Over the SLA"
        value={formatAge(detail.breachSeconds)}
        note={ageRanges[range].words}
      />
      <Figure
        heading="Longest breach"
        value={formatAge(detail.longestBreachSeconds)}
        note={ageRanges[range].words}
      />
    </div>
  );
}
