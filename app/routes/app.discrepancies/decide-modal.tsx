import { TextField } from "#app/ui/kit/fields.tsx";
import { countOf, formatCappedCount } from "#app/ui/format/number.ts";
import { Modal } from "#app/ui/kit/modal.tsx";
import { Paragraph, Stack } from "#app/ui/kit/section.tsx";
import { type DiscrepancyRow, labelOf } from "./columns.tsx";
import { longestReason } from "./form.ts";

/** How many are open, as far as they are counted. */
export interface OpenCount {
  readonly count: number;
  readonly capped: boolean;
}

/** What a decision is about: rows of the page, or all open ones of what is shown. */
export type DecisionAbout =
  | { readonly rows: readonly DiscrepancyRow[] }
  | { readonly all: OpenCount };

/** A decision being made; it keeps what it is about while the question closes. */
export interface DecisionDraft {
  readonly open: boolean;
  readonly about: DecisionAbout;
  readonly how: "owner" | "ignore";
  readonly reason: string;
  /** The button was pressed: a missing reason is now an error. */
  readonly asked: boolean;
}

export const noDecision: DecisionDraft = {
  open: false,
  about: { rows: [] },
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
  const { about, how } = draft;
  const { action, explained, subject } = wordsOf(about, how);
  const missing =
    draft.asked && draft.reason.trim() === ""
      ? "Say why, so that others understand it later."
      : undefined;
  return (
    <Modal
      heading={`${action}: ${subject}`}
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

function wordsOf(about: DecisionAbout, how: "owner" | "ignore") {
  const [row, ...others] = "rows" in about ? about.rows : [];
  if (row !== undefined && others.length === 0)
    return { ...choices[how === "ignore" ? "ignore" : row.remedy], subject: labelOf(row) };
  const subject =
    "rows" in about
      ? countOf(about.rows.length, "discrepancy", "discrepancies")
      : `all ${formatCappedCount(about.all.count, about.all.capped)} shown`;
  return { ...choices[how === "ignore" ? "ignore" : "many"], subject };
}

const choices = {
  many: {
    action: "Settle by owner",
    explained:
      "The owner's value holds for each: Converge writes it to Shopify, or sends the system what Shopify has. Where it can do neither, the discrepancy is marked as settled.",
  },
  write: {
    action: "Use the owner's value",
    explained:
      "Converge writes the owner's value to Shopify, unless Shopify's changes again in that moment.",
  },
  tell: {
    action: "Send Shopify's value",
    explained: "Converge sends the system what Shopify has now.",
  },
  gone: {
    action: "Mark as settled",
    explained:
      "Shopify does not have this record, so the owner's value cannot be written there. Mark it as settled once the owner knows.",
  },
  none: {
    action: "Mark as settled",
    explained: "Nothing is written. Mark it as settled once both sides agree again.",
  },
  ignore: { action: "Ignore", explained: "Both sides stay as they are." },
} as const;
