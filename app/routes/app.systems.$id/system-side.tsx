import type { SystemView } from "#app/systems/types.ts";
import { formatMs } from "#app/ui/format/duration.ts";
import { countOf } from "#app/ui/format/number.ts";
import { CopyableId } from "#app/ui/kit/copyable.tsx";
import { Facts, Section } from "#app/ui/kit/section.tsx";
import { Moment } from "#app/ui/kit/time.tsx";
import { domainWords } from "#app/ui/words.ts";

/** How a system is set up. */
export function SystemSide(props: { readonly system: SystemView; readonly nowMs: number }) {
  const { system, nowMs } = props;
  const oldSecretSigns = Date.parse(system.oldSecretUntil ?? "") > nowMs;
  const policy = system.deliveryPolicy;
  return (
    <>
      <Section heading="Details">
        <Facts
          items={[
            { term: "Address", value: <CopyableId value={system.url} label="address" whole /> },
            ...(system.snapshotUrl === null
              ? []
              : [
                  {
                    term: "Full state",
                    value: <CopyableId value={system.snapshotUrl} label="address" whole />,
                  },
                ]),
            {
              term: "Data",
              value: system.domains.map((domain) => domainWords[domain]).join(", "),
            },
            { term: "Connected", value: <Moment at={system.createdAt} /> },
            { term: "System id", value: <CopyableId value={system.id} label="system id" whole /> },
            {
              term: "Signing secret",
              value: oldSecretSigns ? (
                <>
                  Changed. The old one signs too until <Moment at={system.oldSecretUntil ?? ""} />.
                </>
              ) : (
                "Shown once, when it was made; stored encrypted."
              ),
            },
          ]}
        />
      </Section>
      <Section heading="How changes are sent">
        <Facts
          items={[
            {
              term: "Several changes of one record",
              value: policy.mode === "latest" ? "The latest state is sent" : "Every change is sent",
            },
            {
              term: "If it fails",
              value: `${countOf(policy.maxAttempts, "attempt")}, waiting up to ${formatMs(policy.baseDelayMs)} at first and ${formatMs(policy.maxDelayMs)} at most`,
            },
            { term: "Time to answer", value: formatMs(policy.timeoutMs) },
            {
              term: "Fastest rate",
              value:
                policy.ratePerSecond === undefined
                  ? "As fast as it answers"
                  : `${countOf(policy.ratePerSecond, "change")} a second`,
            },
            { term: "At the same time", value: countOf(policy.concurrency, "change") },
            {
              term: "No answer about a hold",
              value: policy.onSilence === "confirm" ? "Counts as agreed" : "The hold is given up",
            },
          ]}
        />
      </Section>
    </>
  );
}
