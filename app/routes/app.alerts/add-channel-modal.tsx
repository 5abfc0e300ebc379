import { channelKinds, type ChannelKind } from "#app/alerts/types.ts";
import { Banner } from "#app/ui/kit/banner.tsx";
import { ChoiceList, Select, TextField } from "#app/ui/kit/fields.tsx";
import { Modal } from "#app/ui/kit/modal.tsx";
import { Inline, Paragraph, Stack } from "#app/ui/kit/section.tsx";
import { errorOf } from "#app/ui/kit/toast.ts";
import type { ActionOutcome } from "#app/ui/kit/toast.ts";
import { channelWords } from "./channels-section.tsx";
import type { ChannelDraft } from "./form.ts";

/** Asks for a new channel. */
export function AddChannelModal(props: {
  readonly open: boolean;
  readonly draft: ChannelDraft;
  readonly outcome: ActionOutcome | undefined;
  readonly busy: boolean;
  readonly onHide: () => void;
  readonly onChange: (draft: ChannelDraft) => void;
  readonly onAdd: () => void;
}) {
  const { draft, outcome } = props;
  const set = (changes: Partial<ChannelDraft>) => {
    props.onChange({ ...draft, ...changes });
  };
  const general = errorOf(outcome, "kind") ?? errorOf(outcome, "");
  return (
    <Modal
      heading="Add channel"
      open={props.open}
      onHide={props.onHide}
      primaryAction={{ content: "Add channel", loading: props.busy, onClick: props.onAdd }}
    >
      <Stack gap={4}>
        {general !== undefined && <Banner tone="critical" heading={general} />}
        <Select
          label="Way"
          value={draft.kind}
          options={channelKinds.map((value) => ({ value, label: channelWords[value] }))}
          onChange={(kind) => {
            set({ kind: channelKinds.find((one) => one === kind) ?? "email" });
          }}
        />
        <TargetField draft={draft} outcome={outcome} set={set} />
        <TextField
          label="Name"
          value={draft.name}
          placeholder={channelWords[draft.kind]}
          maxLength={60}
          onChange={(name) => {
            set({ name });
          }}
        />
        <WhenFields draft={draft} outcome={outcome} set={set} />
      </Stack>
    </Modal>
  );
}

interface FieldsProps {
  readonly draft: ChannelDraft;
  readonly outcome: ActionOutcome | undefined;
  readonly set: (changes: Partial<ChannelDraft>) => void;
}

const addressHelp: Readonly<Partial<Record<ChannelKind, string>>> = {
  slack: "The incoming webhook of a Slack channel, or of what takes Slack's messages.",
  webhook: "Messages are signed (Standard Webhooks). You see the secret once, after saving.",
};

function TargetField({ draft, outcome, set }: FieldsProps) {
  if (draft.kind === "flow")
    return (
      <Paragraph tone="subdued">
        Starts the workflows you built on Converge&apos;s triggers: freshness SLA breached, event
        dead-lettered, discrepancy found.
      </Paragraph>
    );
  if (draft.kind === "email")
    return (
      <TextField
        label="Address"
        value={draft.to}
        placeholder="ops@example.com"
        error={errorOf(outcome, "to")}
        onChange={(to) => {
          set({ to });
        }}
      />
    );
  return (
    <TextField
      label="Address"
      type="url"
      value={draft.url}
      placeholder="https://"
      help={addressHelp[draft.kind]}
      error={errorOf(outcome, "url")}
      onChange={(url) => {
        set({ url });
      }}
    />
  );
}

function WhenFields({ draft, outcome, set }: FieldsProps) {
  return (
    <>
      <ChoiceList
        label="Hears of"
        choices={[
          { value: "caution", label: "Every alert" },
          { value: "critical", label: "Only what needs action now" },
        ]}
        selected={[draft.severity]}
        onChange={([severity]) => {
          set({ severity: severity === "critical" ? "critical" : "caution" });
        }}
      />
      <ChoiceList
        label="Quiet hours"
        choices={[
          { value: "no", label: "None" },
          {
            value: "yes",
            label: "What can wait is told after them",
            help: "In the store's time zone. What needs action now is told at once.",
          },
        ]}
        selected={[draft.quiet]}
        onChange={([quiet]) => {
          set({ quiet: quiet === "yes" ? "yes" : "no" });
        }}
      />
      {draft.quiet === "yes" && (
        <Inline gap={3}>
          <TextField
            label="From"
            value={draft.from}
            error={errorOf(outcome, "quietHours.from")}
            onChange={(from) => {
              set({ from });
            }}
          />
          <TextField
            label="To"
            value={draft.until}
            error={errorOf(outcome, "quietHours.to")}
            onChange={(until) => {
              set({ until });
            }}
          />
        </Inline>
      )}
    </>
  );
}
