import { Badge } from "#app/ui/kit/badge.tsx";
import { EmptyState } from "#app/ui/kit/empty-state.tsx";
import { Link } from "#app/ui/kit/link.tsx";
import { Section } from "#app/ui/kit/section.tsx";
import { Table } from "#app/ui/kit/table.tsx";
import type { Column } from "#app/ui/kit/table.tsx";
import { RelativeTime } from "#app/ui/kit/time.tsx";
import type { AttentionItem } from "./attention.ts";

const columns: readonly Column<AttentionItem>[] = [
  { key: "what", heading: "What", cell: (item) => item.what },
  {
    key: "urgency",
    heading: "Urgency",
    cell: (item) => (
      <Badge tone={item.tone}>{item.tone === "critical" ? "Act now" : "Keep an eye on"}</Badge>
    ),
  },
  {
    key: "since",
    heading: "Latest",
    align: "end",
    cell: (item) => (item.since === null ? "–" : <RelativeTime at={item.since} />),
  },
  {
    key: "action",
    heading: "",
    align: "end",
    interactive: true,
    cell: (item) => <Link to={item.action.to}>{item.action.content}</Link>,
  },
];

/** At most five things that need a person; good news when there is none. */
export function AttentionTable({ items }: { readonly items: readonly AttentionItem[] }) {
  return (
    <Section heading="Needs attention" padding="none">
      <Table
        caption="What needs attention"
        columns={columns}
        rows={items}
        keyOf={(item) => item.key}
        empty={
          <EmptyState kind="good" slim heading="Nothing needs your attention">
            No change was given up, no system is behind, and every kind of data is within its
            target.
          </EmptyState>
        }
      />
    </Section>
  );
}
