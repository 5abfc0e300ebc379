import type { ChannelKind, ChannelView } from "#app/alerts/types.ts";
import { countOf } from "#app/ui/format/number.ts";
import { Badge } from "#app/ui/kit/badge.tsx";
import { Button } from "#app/ui/kit/button.tsx";
import { EmptyState } from "#app/ui/kit/empty-state.tsx";
import { Section } from "#app/ui/kit/section.tsx";
import { type Column, Table } from "#app/ui/kit/table.tsx";
import { RelativeTime } from "#app/ui/kit/time.tsx";

/** The ways to tell, as they are chosen and listed. */
export const channelWords: Readonly<Record<ChannelKind, string>> = {
  email: "E-mail",
  slack: "Slack",
  webhook: "Signed webhook",
  flow: "Shopify Flow",
};

/** Who is told of alerts besides who looks at this screen. */
export function ChannelsSection(props: {
  readonly channels: readonly ChannelView[];
  /** The channel something is being done with. */
  readonly busy: { readonly id: string; readonly intent: string } | null;
  readonly onAdd: () => void;
  readonly onAct: (channel: ChannelView, intent: "test" | "remove") => void;
}) {
  return (
    <Section
      heading="Who is told"
      description="What goes wrong together is told as one message. Once it is over, that is told too."
      padding="none"
      accessory={<Button onClick={props.onAdd}>Add channel</Button>}
    >
      <Table
        caption="Channels that are told of alerts"
        columns={columnsOf(props)}
        rows={props.channels}
        keyOf={(channel) => channel.id}
        empty={
          <EmptyState kind="nothing" slim heading="Alerts show only here">
            Add an e-mail address, a Slack channel, a webhook or Shopify Flow to hear of them
            elsewhere.
          </EmptyState>
        }
      />
    </Section>
  );
}

function columnsOf({
  busy,
  onAct,
}: Pick<Parameters<typeof ChannelsSection>[0], "busy" | "onAct">): readonly Column<ChannelView>[] {
  return [
    {
      key: "name",
      heading: "Channel",
      cell: (channel) => (
        <>
          {channel.name}
          <span className="cv-cell-2">
            {channel.to ?? channel.url ?? channelWords[channel.kind]}
          </span>
        </>
      ),
    },
    {
      key: "hears",
      heading: "Hears of",
      cell: ({ severity, quietHours }) => (
        <>
          {severity === "critical" ? "What needs action now" : "Every alert"}
          {quietHours !== null && (
            <span className="cv-cell-2">
              quiet from {quietHours.from} to {quietHours.to}
            </span>
          )}
        </>
      ),
    },
    { key: "state", heading: "State", cell: (channel) => <ChannelState channel={channel} /> },
    {
      key: "last",
      heading: "Last message",
      align: "end",
      cell: ({ lastSentAt }) =>
        lastSentAt === null ? "None yet" : <RelativeTime at={lastSentAt} />,
    },
    {
      key: "act",
      heading: "",
      align: "end",
      interactive: true,
      cell: (channel) => (
        <div className="cv-issue-actions">
          {(["test", "remove"] as const).map((intent) => (
            <Button
              key={intent}
              size="slim"
              loading={busy?.id === channel.id && busy.intent === intent}
              accessibilityLabel={`${actions[intent]} ${channel.name}`}
              onClick={() => {
                onAct(channel, intent);
              }}
            >
              {actions[intent]}
            </Button>
          ))}
        </div>
      ),
    },
  ];
}

const actions = { test: "Send test", remove: "Remove" } as const;

function ChannelState({ channel }: { readonly channel: ChannelView }) {
  const { status, problem, waiting } = channel;
  return (
    <>
      {status === "disabled" ? (
        <Badge tone="critical">Gone</Badge>
      ) : (
        <Badge tone={problem === null ? "success" : "caution"}>
          {problem === null ? "Ready" : "Failing"}
        </Badge>
      )}
      {problem !== null && <span className="cv-cell-2">{problem}</span>}
      {waiting > 0 && (
        <span className="cv-cell-2">{countOf(waiting, "notice waits", "notices wait")}</span>
      )}
    </>
  );
}
