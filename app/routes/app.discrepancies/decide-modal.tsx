import { TextField } from "#app/ui/kit/fields.tsx";
import { Modal } from "#app/ui/kit/modal.tsx";
import { Paragraph, Stack } from "#app/ui/kit/section.tsx";
import { type DiscrepancyRow, labelOf } from "./columns.tsx";
import { longestReason } from "./form.ts";

/** A decision being made; it keeps its row while the question closes. */
export interface DecisionDraft {
  readonly open: boolean;
  readonly row: DiscrepancyRow | null;
  readonly how: "owner" | "ignore";
  readonly reason: string;
  /** The button was pressed: a missing reason is now an error. */
  readonly asked: boolean;
}

export const noDecision: DecisionDraft = {
  open: false,
  row: null,
  how: "ignore",
  reason: "",
  asked: false,
};

/** Asks why, and says what will happen, before anything does. */
export function DecideModal(props: {
  readonly draft: DecisionDraft;
  readonly busy: boolean;
  readonly error: string | undefined;
  readonly onChange: (draft: DecisionDraft) => void;
  readonly onDecide: (draft: DecisionDraft) => void;
}) {
  const { draft, onChange } = props;
  const { row, how } = draft;
  const { action, explained } = choices[how === "ignore" ? "ignore" : (row?.remedy ?? "none")];
  const missing =
    draft.asked && draft.reason.trim() === ""
      ? "Say why, so that others understand it later."
      : undefined;
  return (
    <Modal
      heading={row === null ? action : `${action}: ${labelOf(row)}`}
      open={draft.open}
      onHide={() => {
        onChange({ ...draft, open: false });
      }}
      primaryAction={{
        content: action,
        loading: props.busy,
        onClick: () => {
          onChange({ ...draft, asked: true });
          if (draft.reason.trim() !== "") props.onDecide(draft);
        },
      }}
    >
      <Stack>
        <Paragraph>{explained}</Paragraph>
        <TextField
          label="Reason"
          value={draft.reason}
          onChange={(reason) => {
            onChange({ ...draft, reason });
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

const choices = {
  write: {
    action: "Use the owner's value",
    explained:
      "Converge writes the owner's value to Shopify, unless Shopify's changes again in that moment.",
  },
  tell: {
    action: "Send Shopify's value",
    explained: "Converge sends the system what Shopify has now.",
  },
  none: {
    action: "Mark as settled",
    explained: "Nothing is written. Mark it as settled once both sides agree again.",
  },
  ignore: { action: "Ignore", explained: "Both sides stay as they are." },
} as const;
