import { Banner } from "#app/ui/kit/banner.tsx";
import { useTimeZone } from "#app/ui/kit/clock.tsx";
import { ChoiceList, TextField } from "#app/ui/kit/fields.tsx";
import { Modal } from "#app/ui/kit/modal.tsx";
import { Inline, Paragraph, Stack } from "#app/ui/kit/section.tsx";
import { errorOf } from "#app/ui/kit/toast.ts";
import type { ActionOutcome } from "#app/ui/kit/toast.ts";
import { placeWords } from "#app/ui/sla-words.ts";
import { type ExclusionDraft, dayWords } from "./exclusion-form.ts";

interface FieldsProps {
  readonly draft: ExclusionDraft;
  readonly outcome: ActionOutcome | undefined;
  readonly set: (changes: Partial<ExclusionDraft>) => void;
}

/** Asks for a time that is not to count. */
export function AddExclusionModal(props: {
  readonly open: boolean;
  readonly draft: ExclusionDraft;
  readonly place: Parameters<typeof placeWords>[0];
  readonly outcome: ActionOutcome | undefined;
  readonly busy: boolean;
  readonly onHide: () => void;
  readonly onChange: (draft: ExclusionDraft) => void;
  readonly onAdd: () => void;
}) {
  const { draft, outcome, place } = props;
  const timeZone = useTimeZone();
  const set = (changes: Partial<ExclusionDraft>) => {
    props.onChange({ ...draft, ...changes });
  };
  const general = errorOf(outcome, "") ?? errorOf(outcome, "items") ?? errorOf(outcome, "system");
  return (
    <Modal
      heading="Add a time that does not count"
      open={props.open}
      onHide={props.onHide}
      primaryAction={{ content: "Add", loading: props.busy, onClick: props.onAdd }}
    >
      <Stack gap={4}>
        {general !== undefined && <Banner tone="critical" heading={general} />}
        <ChoiceList
          label="What it is"
          choices={[
            { value: "quiet_hours", label: "Quiet hours", help: "On the same days every week." },
            { value: "maintenance", label: "A maintenance window", help: "Once." },
          ]}
          selected={[draft.kind]}
          onChange={([kind]) => {
            set({ kind: kind === "maintenance" ? "maintenance" : "quiet_hours" });
          }}
        />
        {draft.kind === "quiet_hours" ? (
          <QuietFields draft={draft} outcome={outcome} set={set} />
        ) : (
          <WindowFields draft={draft} outcome={outcome} set={set} />
        )}
        <Paragraph tone="subdued">Times are those of the store ({timeZone}).</Paragraph>
        <ChoiceList
          label="For"
          choices={[
            {
              value: "here",
              label: place.system === null ? everywhereOf(place) : placeWords(place),
            },
            { value: "everywhere", label: "All data of the store, everywhere" },
          ]}
          selected={[draft.scope]}
          onChange={([scope]) => {
            set({ scope: scope === "everywhere" ? "everywhere" : "here" });
          }}
        />
        <TextField
          label="Why"
          value={draft.note}
          placeholder="Stock count, ERP upgrade ..."
          maxLength={200}
          onChange={(note) => {
            set({ note });
          }}
        />
      </Stack>
    </Modal>
  );
}

/** What Converge itself has is in the way of every system, so its times hold for all of them. */
function everywhereOf(place: Parameters<typeof placeWords>[0]): string {
  return placeWords(place).replace(/ in .*$/s, ", everywhere");
}

function QuietFields({ draft, outcome, set }: FieldsProps) {
  return (
    <>
      <Inline gap={3}>
        <TextField
          label="From"
          type="time"
          value={draft.fromTime}
          error={errorOf(outcome, "fromTime")}
          onChange={(fromTime) => {
            set({ fromTime });
          }}
        />
        <TextField
          label="To"
          type="time"
          value={draft.toTime}
          error={errorOf(outcome, "toTime")}
          onChange={(toTime) => {
            set({ toTime });
          }}
        />
      </Inline>
      <ChoiceList
        label="Beginning on"
        many
        choices={dayWords.map((label, day) => ({ value: String(day + 1), label }))}
        selected={draft.weekdays}
        error={errorOf(outcome, "weekdays")}
        onChange={(weekdays) => {
          set({ weekdays });
        }}
      />
    </>
  );
}

function WindowFields({ draft, outcome, set }: FieldsProps) {
  return (
    <Inline gap={3}>
      <TextField
        label="From"
        type="datetime-local"
        value={draft.from}
        error={errorOf(outcome, "from")}
        onChange={(from) => {
          set({ from });
        }}
      />
      <TextField
        label="To"
        type="datetime-local"
        value={draft.to}
        error={errorOf(outcome, "to")}
        onChange={(to) => {
          set({ to });
        }}
      />
    </Inline>
  );
}
