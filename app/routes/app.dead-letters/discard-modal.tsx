import { countOf } from "#app/ui/format/number.ts";
import { TextField } from "#app/ui/kit/fields.tsx";
import { Modal } from "#app/ui/kit/modal.tsx";
import { Paragraph, Stack } from "#app/ui/kit/section.tsx";
import { longestReason } from "./form.ts";

/** A question that is being answered; it keeps its rows while it closes. */
export interface DiscardDraft {
  readonly open: boolean;
  readonly ids: readonly string[];
  readonly reason: string;
  /** The button was pressed: a missing reason is now an error. */
  readonly asked: boolean;
}

export const noDraft: DiscardDraft = { open: false, ids: [], reason: "", asked: false };

/** Asks why before dead letters are given up. */
export function DiscardModal(props: {
  readonly draft: DiscardDraft;
  readonly busy: boolean;
  readonly error: string | undefined;
  readonly onChange: (draft: DiscardDraft) => void;
  readonly onDiscard: (reason: string) => void;
}) {
  const { draft, onChange } = props;
  const { reason } = draft;
  const what = countOf(draft.ids.length, "dead letter");
  const missing =
    draft.asked && reason.trim() === ""
      ? "Say why, so that others understand it later."
      : undefined;
  return (
    <Modal
      heading={`Discard ${what}?`}
      open={draft.open}
      onHide={() => {
        onChange({ ...draft, open: false });
      }}
      primaryAction={{
        content: `Discard ${what}`,
        tone: "critical",
        loading: props.busy,
        onClick: () => {
          onChange({ ...draft, asked: true });
          if (reason.trim() !== "") props.onDiscard(reason);
        },
      }}
    >
      <Stack>
        <Paragraph>
          They will not be sent any more, and this cannot be undone. The events themselves are kept.
        </Paragraph>
        <TextField
          label="Reason"
          value={reason}
          onChange={(text) => {
            onChange({ ...draft, reason: text });
          }}
          error={missing ?? props.error}
          maxLength={longestReason}
          help="Stands in the audit log beside your name."
          autoFocus
        />
      </Stack>
    </Modal>
  );
}
