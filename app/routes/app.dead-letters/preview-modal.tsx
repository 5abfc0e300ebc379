import { useFetcher } from "@remix-run/react";
import { useState } from "react";
import { countOf } from "#app/ui/format/number.ts";
import { Modal } from "#app/ui/kit/modal.tsx";
import { Paragraph, Stack } from "#app/ui/kit/section.tsx";
import { errorOf } from "#app/ui/kit/toast.ts";
import type { ActionOutcome } from "#app/ui/kit/toast.ts";
import { Effects } from "#app/ui/replay-effects.tsx";
import type { Previewed } from "./dead-letters.presenter.server.ts";

/** The dry run of "Replay all": asked for when the question opens, answered in it. */
export function usePreview(systemId: string | null) {
  const fetcher = useFetcher<ActionOutcome<Previewed>>();
  const [open, setOpen] = useState(false);
  return {
    open,
    outcome: fetcher.state === "idle" ? fetcher.data : undefined,
    ask: () => {
      setOpen(true);
      fetcher.submit({ intent: "preview", system: systemId ?? "" }, { method: "post" });
    },
    hide: () => {
      setOpen(false);
    },
  };
}

/** Says what "Replay all" would do; nothing happens before the button is pressed. */
export function PreviewModal(props: {
  readonly preview: ReturnType<typeof usePreview>;
  readonly onReplay: () => void;
}) {
  const { preview } = props;
  const { outcome } = preview;
  const answer = outcome?.ok === true ? outcome.preview : undefined;
  return (
    <Modal
      heading="What a replay would do"
      open={preview.open}
      onHide={preview.hide}
      primaryAction={{
        content: answer ? `Replay ${countOf(answer.count, "dead letter")}` : "Replay",
        loading: outcome === undefined,
        disabled: !answer || answer.count === 0,
        onClick: () => {
          preview.hide();
          props.onReplay();
        },
      }}
    >
      {answer ? (
        <Stack>
          <Effects count={answer.count} effects={answer.effects} />
          <Paragraph tone="subdued">
            A replay goes slowly enough that live changes do not have to wait. You can pause or
            cancel it at any time.
          </Paragraph>
        </Stack>
      ) : (
        <Paragraph>{errorOf(outcome, "") ?? "Looking at the dead letters…"}</Paragraph>
      )}
    </Modal>
  );
}
