import type { TransportView } from "#app/subscriptions/types.ts";
import { formatCount } from "#app/ui/format/number.ts";
import { Badge } from "#app/ui/kit/badge.tsx";
import { Section } from "#app/ui/kit/section.tsx";
import { type Column, Table } from "#app/ui/kit/table.tsx";
import { RelativeTime } from "#app/ui/kit/time.tsx";
import { topicWord } from "#app/ui/words.ts";

/** Classic webhooks against Events, where both run: whether Events alone would do. */
export function TransportsSection(props: { readonly transports: readonly TransportView[] }) {
  if (props.transports.length === 0) return null;
  return (
    <Section
      heading="Webhooks and Events side by side"
      description="Shopify tells these changes in both ways, and each change counts once, the last seven days. What the other way did not tell within ten minutes was told by one alone."
      padding="none"
    >
      <Table
        caption="What webhooks and Events told"
        columns={columns}
        rows={props.transports}
        keyOf={(row) => row.topic}
        empty={null}
      />
    </Section>
  );
}

const count = (value: number) => (value === 0 ? "–" : formatCount(value));

const columns: readonly Column<TransportView>[] = [
  {
    key: "topic",
    heading: "Webhook",
    cell: (row) => (
      <div>
        {topicWord(row.topic)}
        <span className="cv-cell-2">
          Both since <RelativeTime at={row.since} />
        </span>
      </div>
    ),
  },
  {
    key: "verdict",
    heading: "Switch to Events",
    cell: ({ notYet }) =>
      notYet === null ? (
        <Badge tone="success">Safe to switch</Badge>
      ) : (
        <div>
          <Badge tone="caution">Not yet</Badge>
          <span className="cv-cell-2">{notYet}</span>
        </div>
      ),
  },
  {
    key: "both",
    heading: "Told by both",
    align: "end",
    cell: ({ webhooksFirst, eventsFirst }) => (
      <div>
        {count(webhooksFirst + eventsFirst)}
        {webhooksFirst + eventsFirst > 0 && (
          <span className="cv-cell-2">{`Events first: ${formatCount(eventsFirst)}`}</span>
        )}
      </div>
    ),
  },
  {
    key: "webhooks",
    heading: "Only webhooks",
    align: "end",
    cell: ({ onlyWebhooks }) =>
      onlyWebhooks === 0 ? (
        "–"
      ) : (
        <span className="cv-text--critical">{formatCount(onlyWebhooks)}</span>
      ),
  },
  {
    key: "events",
    heading: "Only Events",
    align: "end",
    cell: ({ onlyEvents }) => count(onlyEvents),
  },
];
