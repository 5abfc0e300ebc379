import type { ReplayView } from "#app/delivery/types.ts";
import { formatCount } from "#app/ui/format/number.ts";
import { Badge } from "#app/ui/kit/badge.tsx";
import { Button } from "#app/ui/kit/button.tsx";
import { Progress } from "#app/ui/kit/progress.tsx";
import { Section, Stack } from "#app/ui/kit/section.tsx";
import { RelativeTime } from "#app/ui/kit/time.tsx";
import type { ReplayDecision } from "./form.ts";

/** Replays that are under way, and those that ended just now. */
export function Replays(props: {
  readonly replays: readonly ReplayView[];
  readonly busy: boolean;
  readonly onDecide: (replayId: string, decision: ReplayDecision) => void;
}) {
  if (props.replays.length === 0) return null;
  return (
    <Section heading="Replays">
      <Stack gap={4}>
        {props.replays.map((replay) => (
          <Replay key={replay.id} {...props} replay={replay} />
        ))}
      </Stack>
    </Section>
  );
}

const kindWords = { replay: "Replay", recover: "Recovery", backfill: "Present state" } as const;
const statusWords = {
  running: { word: "Running", tone: "info" },
  paused: { word: "Paused", tone: "caution" },
  completed: { word: "Done", tone: "success" },
  cancelled: { word: "Cancelled", tone: "neutral" },
} as const;

function Replay(props: {
  readonly replay: ReplayView;
  readonly busy: boolean;
  readonly onDecide: (replayId: string, decision: ReplayDecision) => void;
}) {
  const { replay } = props;
  const status = statusWords[replay.status];
  const skipped =
    replay.skipped === 0 ? "" : `, ${formatCount(replay.skipped)} had nothing left to send`;
  const progress = `${formatCount(replay.done)} of ${formatCount(replay.total)}${skipped}`;
  return (
    <Stack gap={2}>
      <div className="cv-issue">
        <div>
          <strong>{kindWords[replay.kind]}</strong> <Badge tone={status.tone}>{status.word}</Badge>
          <div className="cv-subdued">
            {progress}, up to {formatCount(replay.pacePerSecond)} a second for each system, started{" "}
            <RelativeTime at={replay.createdAt} />
          </div>
        </div>
        <div className="cv-issue-actions">
          {decisionsOf(replay).map(({ decision, word }) => (
            <Button
              key={decision}
              size="slim"
              disabled={props.busy}
              accessibilityLabel={`${word} the ${kindWords[replay.kind].toLowerCase()}, ${progress}`}
              onClick={() => {
                props.onDecide(replay.id, decision);
              }}
            >
              {word}
            </Button>
          ))}
        </div>
      </div>
      <Progress
        label={`${kindWords[replay.kind]}, ${progress}`}
        done={replay.done}
        total={replay.total}
        tone={replay.status === "completed" ? "success" : undefined}
      />
    </Stack>
  );
}

function decisionsOf({ status }: ReplayView): { decision: ReplayDecision; word: string }[] {
  if (status === "completed" || status === "cancelled") return [];
  const other =
    status === "running"
      ? ({ decision: "pause", word: "Pause" } as const)
      : ({ decision: "resume", word: "Resume" } as const);
  return [other, { decision: "cancel", word: "Cancel" }];
}
