import type { DeliveryIssue, DeliveryIssueState } from "#app/delivery/types.ts";
import { causeOf } from "#app/ui/causes.ts";
import { countOf } from "#app/ui/format/number.ts";
import { Badge } from "#app/ui/kit/badge.tsx";
import { Button } from "#app/ui/kit/button.tsx";
import { Section, Stack } from "#app/ui/kit/section.tsx";
import { RelativeTime } from "#app/ui/kit/time.tsx";
import type { IssueDecision } from "./form.ts";

/** Failures that have one cause, and who looks after them. They go by themselves once what failed arrives. */
export function Issues(props: {
  readonly issues: readonly DeliveryIssue[];
  readonly nameOf: (systemId: string) => string;
  readonly busy: boolean;
  readonly onDecide: (issueId: string, decision: IssueDecision) => void;
}) {
  if (props.issues.length === 0) return null;
  return (
    <Section heading="Issues">
      <Stack gap={3}>
        {props.issues.map((issue) => (
          <Issue key={issue.id} {...props} issue={issue} />
        ))}
      </Stack>
    </Section>
  );
}

const ignore = { decision: "ignore", word: "Ignore" } as const;
const reopen = { decision: "reopen", word: "Open again" } as const;

const decisionsOf: Readonly<
  Record<DeliveryIssueState, readonly { readonly decision: IssueDecision; readonly word: string }[]>
> = {
  open: [{ decision: "acknowledge", word: "I look after it" }, ignore],
  acknowledged: [ignore],
  ignored: [reopen],
  resolved: [reopen],
};

function Issue(props: {
  readonly issue: DeliveryIssue;
  readonly nameOf: (systemId: string) => string;
  readonly busy: boolean;
  readonly onDecide: (issueId: string, decision: IssueDecision) => void;
}) {
  const { issue, busy } = props;
  const name = props.nameOf(issue.systemId);
  const { title } = causeOf({ ...issue, kind: "delivery" });
  return (
    <div className="cv-issue">
      <div>
        <strong>{name}</strong>: {title}{" "}
        {issue.state === "acknowledged" && <Badge tone="info">Being looked after</Badge>}
        {issue.state === "ignored" && <Badge tone="neutral">Ignored</Badge>}
        <div className="cv-subdued">
          {countOf(issue.resources, "record")} affected, since{" "}
          <RelativeTime at={issue.firstSeenAt} />, last <RelativeTime at={issue.lastSeenAt} />
        </div>
      </div>
      <div className="cv-issue-actions">
        {decisionsOf[issue.state].map(({ decision, word }) => (
          <Button
            key={decision}
            size="slim"
            disabled={busy}
            accessibilityLabel={`${word}: ${name}, ${title}`}
            onClick={() => {
              props.onDecide(issue.id, decision);
            }}
          >
            {word}
          </Button>
        ))}
      </div>
    </div>
  );
}
