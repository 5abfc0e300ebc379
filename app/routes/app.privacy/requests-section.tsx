import type { PrivacyRequestView } from "#app/privacy/types.ts";
import { formatCount } from "#app/ui/format/number.ts";
import { Badge } from "#app/ui/kit/badge.tsx";
import { Button } from "#app/ui/kit/button.tsx";
import { EmptyState } from "#app/ui/kit/empty-state.tsx";
import { Section } from "#app/ui/kit/section.tsx";
import { type Column, Table } from "#app/ui/kit/table.tsx";
import { Moment, RelativeTime } from "#app/ui/kit/time.tsx";
import { privacyWord } from "#app/ui/words.ts";
import type { PrivacyPage } from "./privacy.presenter.server.ts";

type Request = PrivacyRequestView;

/** What customers asked to see, each with the file that answers them. */
export function ShowSection(props: {
  readonly page: PrivacyPage;
  /** The request whose file is being made. */
  readonly exporting: FormDataEntryValue | null;
  readonly onExport: (id: string) => void;
}) {
  const { page, exporting, onExport } = props;
  const download: Column<Request> = {
    key: "export",
    heading: "",
    align: "end",
    interactive: true,
    cell: (row) => (
      <Button
        size="slim"
        disabled={exporting !== null}
        loading={exporting === row.id}
        accessibilityLabel={`Download what is held: ${customerName(row)}`}
        onClick={() => {
          onExport(row.id);
        }}
      >
        Download
      </Button>
    ),
  };
  return (
    <Section
      heading="Customers who ask what is held about them"
      description="Download everything Converge holds about the customer and send it to them. The law gives you 30 days."
      padding="none"
    >
      <Table
        caption="Customers' data requests, newest first"
        columns={[...commonColumns(page.loadedMs), dueColumn, download]}
        rows={page.shows}
        keyOf={(row) => row.id}
        empty={
          <EmptyState kind="nothing" heading="Nobody has asked">
            When a customer asks your store for their data, Shopify tells Converge and it shows
            here.
          </EmptyState>
        }
      />
    </Section>
  );
}

/** Customers who were erased. */
export function EraseSection({ page }: { readonly page: PrivacyPage }) {
  return (
    <Section
      heading="Customers who are erased"
      description="Converge erases a person by itself as soon as Shopify asks for it, and whatever comes late as well. Systems that were sent the data before have to erase it themselves."
      padding="none"
    >
      <Table
        caption="Erased customers, newest first"
        columns={commonColumns(page.loadedMs)}
        rows={page.erasures}
        keyOf={(row) => row.id}
        empty={<EmptyState kind="nothing" heading="Nobody was to be erased" />}
      />
    </Section>
  );
}

function commonColumns(nowMs: number): readonly Column<Request>[] {
  return [
    {
      key: "customer",
      heading: "Customer",
      cell: (row) => (
        <>
          {customerName(row)}
          <span className="cv-cell-2">
            {row.orders === 0
              ? "No orders named"
              : `and ${formatCount(row.orders)} ${row.orders === 1 ? "order" : "orders"}`}
          </span>
        </>
      ),
    },
    {
      key: "state",
      heading: "State",
      cell: (row) => {
        const { word, tone, meaning } = privacyWord(row, nowMs);
        return (
          <span title={meaning}>
            <Badge tone={tone}>{word}</Badge>
          </span>
        );
      },
    },
    {
      key: "received",
      heading: "Asked",
      align: "end",
      cell: (row) => <RelativeTime at={row.receivedAt} />,
    },
    {
      key: "done",
      heading: "Done",
      align: "end",
      cell: (row) => (row.doneAt === null ? "–" : <RelativeTime at={row.doneAt} />),
    },
  ];
}

const dueColumn: Column<Request> = {
  key: "due",
  heading: "Due by",
  align: "end",
  cell: (row) => <Moment at={row.dueAt} />,
};

function customerName({ customerId }: Request): string {
  if (customerId === null) return "A customer known by e-mail alone";
  return `Customer ${customerId.split("/").at(-1) ?? customerId}`;
}
