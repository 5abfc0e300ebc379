import { useFetcher } from "@remix-run/react";
import { useState } from "react";
import { formatCount } from "#app/ui/format/number.ts";
import { Select } from "#app/ui/kit/fields.tsx";
import { Modal } from "#app/ui/kit/modal.tsx";
import { Paragraph, Stack } from "#app/ui/kit/section.tsx";
import { errorOf, useOutcomeToast } from "#app/ui/kit/toast.ts";
import type { ActionOutcome } from "#app/ui/kit/toast.ts";
import { Effects } from "#app/ui/replay-effects.tsx";
import { recoveryHours } from "./form.ts";
import type { Recovered } from "./system.presenter.server.ts";

/** A recovery being put together: since when, and what it would send. */
export function useRecovery() {
  const preview = useFetcher<ActionOutcome<Recovered>>();
  const doing = useFetcher<ActionOutcome<Recovered>>();
  const [open, setOpen] = useState(false);
  const [hours, setHours] = useState<string>(String(recoveryHours[0]));
  useOutcomeToast(doing.data, () => {
    setOpen(false);
  });
  const look = (since: string) => {
    setHours(since);
    preview.submit({ intent: "recover", hours: since, dryRun: "true" }, { method: "post" });
  };
  return {
    open,
    hours,
    look,
    outcome: preview.state === "idle" ? preview.data : undefined,
    error: errorOf(doing.data, ""),
    busy: doing.state !== "idle",
    show: () => {
      setOpen(true);
      look(hours);
    },
    hide: () => {
      setOpen(false);
    },
    start: () => {
      doing.submit({ intent: "recover", hours, dryRun: "false" }, { method: "post" });
    },
  };
}

const hourOptions = recoveryHours.map((hours) => ({
  value: String(hours),
  label: hours < 24 ? (hours === 1 ? "Hour" : `${String(hours)} hours`) : daysOf(hours / 24),
}));

function daysOf(days: number): string {
  return days === 1 ? "24 hours" : `${String(days)} days`;
}

/** Asks from when on a system is to get what it missed, and says what that is before it goes. */
export function RecoverModal(props: {
  readonly name: string;
  readonly recovery: ReturnType<typeof useRecovery>;
}) {
  const { recovery, name } = props;
  const { outcome } = recovery;
  const answer = outcome?.ok === true ? outcome.recovery : undefined;
  return (
    <Modal
      heading={`Send ${name} what it missed`}
      open={recovery.open}
      onHide={recovery.hide}
      primaryAction={{
        content: answer?.count ? `Recover ${formatCount(answer.count)}` : "Recover",
        loading: recovery.busy || outcome === undefined,
        disabled: !answer || answer.count === 0,
        onClick: recovery.start,
      }}
    >
      <Stack>
        <Paragraph>
          Changes that failed for good go again, and changes the system was never sent go for the
          first time. What it has taken already is not repeated.
        </Paragraph>
        <Select
          label="Look back over the last"
          options={hourOptions}
          value={recovery.hours}
          onChange={recovery.look}
        />
        {answer ? (
          <Effects count={answer.count} effects={answer.effects} />
        ) : (
          <Paragraph tone="subdued">
            {errorOf(outcome, "") ?? "Looking for what was missed…"}
          </Paragraph>
        )}
        {recovery.error !== undefined && <Paragraph tone="critical">{recovery.error}</Paragraph>}
      </Stack>
    </Modal>
  );
}
