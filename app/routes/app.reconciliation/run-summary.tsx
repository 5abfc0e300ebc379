import { runPhases, type RunView } from "#app/reconciliation/types.ts";
import { discrepanciesHref } from "#app/routes/app.discrepancies/form.ts";
import { countOf, formatCount } from "#app/ui/format/number.ts";
import { Button } from "#app/ui/kit/button.tsx";
import { Link } from "#app/ui/kit/link.tsx";
import { Figure, Metrics } from "#app/ui/kit/metric.tsx";
import { Progress } from "#app/ui/kit/progress.tsx";
import { Paragraph, Section, Stack } from "#app/ui/kit/section.tsx";
import { domainWord } from "#app/ui/words.ts";

const phaseWords = {
  query: "Shopify gathers its data",
  download: "Reading Shopify's data",
  compare: "Comparing",
  repair: "Checking differences again, and putting them right",
} as const;

/** One comparison in figures; while it runs, how far it is. */
export function RunSummary(props: {
  readonly run: RunView;
  readonly nameOf: (id: string) => string;
  readonly onCancel: (id: string) => void;
}) {
  const { run, nameOf } = props;
  const other = run.system === "shopify" ? "what Converge knows" : nameOf(run.system);
  return (
    <Section heading={`${domainWord(run.domain)}: Shopify and ${other}`}>
      <Stack>
        <Metrics>
          <Figure heading="Compared" value={formatCount(run.compared)} />
          <Figure heading="Different" value={formatCount(run.found)} />
          <Figure heading="Repaired" value={formatCount(run.repaired)} />
          <Figure heading="On their way" value={formatCount(run.inFlight)} note="not counted" />
        </Metrics>
        {run.phase !== null && (
          <Stack gap={2}>
            <Paragraph>{phaseWords[run.phase]}</Paragraph>
            <Progress
              label="Progress of the run"
              done={runPhases.indexOf(run.phase) * 25 + shareOf(run) * 25}
              total={100}
            />
            <div>
              <Button
                onClick={() => {
                  props.onCancel(run.id);
                }}
              >
                Cancel run
              </Button>
            </div>
          </Stack>
        )}
        {run.note !== null && <Paragraph>{run.note}</Paragraph>}
        <LeftToPeople run={run} />
        {run.status === "completed" && run.found + run.inFlight === 0 && !run.partial && (
          <Paragraph>{`All ${formatCount(run.compared)} records match.`}</Paragraph>
        )}
      </Stack>
    </Section>
  );
}

/** Where to go on with what a run could not put right by itself. */
function LeftToPeople({ run }: { readonly run: RunView }) {
  const { domain, system, found, repaired } = run;
  if (run.status !== "completed" || found === repaired || system === "shopify") return null;
  const open = discrepanciesHref({ status: "open", scope: { domain, system } });
  return (
    <Paragraph>
      {`${countOf(found - repaired, "difference")} left to you: `}
      <Link to={open}>decide in Discrepancies</Link>
    </Paragraph>
  );
}

/** How much of its phase a run has done, from 0 to 1, as far as that is known. */
function shareOf({ phase, progress, compared }: RunView): number {
  const { downloadedBytes, resultBytes, read } = progress;
  if (phase === "download" && resultBytes) return Math.min(1, downloadedBytes / resultBytes);
  if (phase === "compare" && read > 0) return Math.min(1, compared / read);
  return 0;
}
