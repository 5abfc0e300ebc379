import { Select, TextField } from "#app/ui/kit/fields.tsx";
import { Modal } from "#app/ui/kit/modal.tsx";
import { Stack } from "#app/ui/kit/section.tsx";
import { errorOf, type ActionOutcome } from "#app/ui/kit/toast.ts";
import { holdMinutes } from "./form.ts";

/** A hold that is being written down. */
export interface HoldDraft {
  readonly open: boolean;
  readonly quantity: string;
  readonly reference: string;
  readonly minutes: string;
}

export const noHold: HoldDraft = { open: false, quantity: "1", reference: "", minutes: "15" };

const minuteWords: Readonly<Record<(typeof holdMinutes)[number], string>> = {
  15: "15 minutes",
  60: "1 hour",
  240: "4 hours",
  1440: "1 day",
};

/** Asks how many units are to be held, for what, and how long. */
export function HoldModal(props: {
  readonly sku: string;
  readonly draft: HoldDraft;
  readonly busy: boolean;
  readonly outcome: ActionOutcome | undefined;
  readonly onChange: (draft: HoldDraft) => void;
  readonly onHold: () => void;
}) {
  const { draft, onChange } = props;
  return (
    <Modal
      heading={`Hold units of ${props.sku}`}
      open={draft.open}
      onHide={() => {
        onChange({ ...draft, open: false });
      }}
      primaryAction={{ content: "Hold units", onClick: props.onHold, loading: props.busy }}
    >
      <Stack>
        <TextField
          label="Units"
          type="number"
          least={1}
          value={draft.quantity}
          error={errorOf(props.outcome, "quantity")}
          onChange={(quantity) => {
            onChange({ ...draft, quantity });
          }}
        />
        <TextField
          label="What for"
          placeholder="Order #1001"
          help="It stands beside the reservation, so that others know."
          maxLength={200}
          value={draft.reference}
          error={errorOf(props.outcome, "reference")}
          onChange={(reference) => {
            onChange({ ...draft, reference });
          }}
        />
        <Select
          label="How long"
          help="Then the units are on sale again, unless you confirm the hold before."
          options={holdMinutes.map((minutes) => ({
            label: minuteWords[minutes],
            value: String(minutes),
          }))}
          value={draft.minutes}
          error={errorOf(props.outcome, "minutes")}
          onChange={(minutes) => {
            onChange({ ...draft, minutes });
          }}
        />
      </Stack>
    </Modal>
  );
}
