import type { ReactNode } from "react";
import type { OrderHoldView } from "#app/coordination/types.ts";
import { formatCount } from "#app/ui/format/number.ts";
import { WordBadge } from "#app/ui/kit/badge.tsx";
import { Button } from "#app/ui/kit/button.tsx";
import { EmptyState } from "#app/ui/kit/empty-state.tsx";
import { Section } from "#app/ui/kit/section.tsx";
import { type Column, Table } from "#app/ui/kit/table.tsx";
import { Paging, TableBar } from "#app/ui/kit/table-tools.tsx";
import { Moment } from "#app/ui/kit/time.tsx";
import { orderHoldWords } from "#app/ui/stock-words.ts";
import type { OrderHoldsPage } from "./order-holds.presenter.server.ts";

const base = "/app/order-holds";

type Names = ReadonlyMap<string, string>;

/** The orders that are held, or were, with a way to let them go. */
export function HeldOrders(props: {
  readonly page: OrderHoldsPage;
  readonly paged: boolean;
  readonly note: ReactNode;
  readonly busyId: string | null;
  readonly onRelease: (id: string) => void;
}) {
  const { page, busyId } = props;
  const names: Names = new Map(page.systems.map(({ id, name }) => [id, name]));
  const actions: Column<OrderHoldView> = {
    key: "actions",
    heading: "",
    align: "end",
    interactive: true,
    cell: (row) =>
      row.keptBack ? (
        <Button
          size="slim"
          disabled={busyId !== null}
          loading={busyId === row.id}
          accessibilityLabel={`Release order ${nameOf(row)}`}
          onClick={() => {
            props.onRelease(row.id);
          }}
        >
          Release
        </Button>
      ) : null,
  };
  return (
    <Section padding="none">
      <TableBar start={props.note} />
      <Table
        caption="Orders that are held or were, newest first"
        columns={[...orderColumns(names), actions]}
        rows={page.holds}
        keyOf={(row) => row.id}
        empty={
          <EmptyState kind="nothing" heading="No order is held" slim>
            {page.rules.length === 0
              ? "Say below which orders are of high value."
              : "No order has met a rule since it was saved."}
          </EmptyState>
        }
      />
      <Paging
        label="Pages of orders"
        first={props.paged ? base : null}
        next={page.next === null ? null : `${base}?after=${page.next}`}
      />
    </Section>
  );
}

function orderColumns(names: Names): readonly Column<OrderHoldView>[] {
  return [
    { key: "order", heading: "Order", cell: (row) => nameOf(row) },
    { key: "rule", heading: "Rule", cell: (row) => row.rule },
    {
      key: "state",
      heading: "State",
      cell: (row) => (
        <span>
          <WordBadge word={orderHoldWords[row.status]} />
          {row.reason !== null && <span className="cv-cell-2">{row.reason}</span>}
        </span>
      ),
    },
    {
      key: "answers",
      heading: "Agreed",
      cell: (row) => (
        <span>
          {agreedOf(row)}
          <span className="cv-cell-2">{othersOf(row, names)}</span>
        </span>
      ),
    },
    {
      key: "until",
      heading: "Until",
      align: "end",
      cell: (row) => (row.status === "held" ? <Moment at={row.expiresAt} /> : "–"),
    },
  ];
}

/** Before Shopify has been asked, only its number is known. */
function nameOf({ reference, orderId }: OrderHoldView): string {
  return reference === "–" ? (orderId.split("/").at(-1) ?? orderId) : reference;
}

function agreedOf({ participants }: OrderHoldView): string {
  const agreed = participants.filter(({ answer }) => answer === "acknowledged").length;
  return `${formatCount(agreed)} of ${formatCount(participants.length)}`;
}

/** Who has not agreed, by name. */
function othersOf({ participants, status }: OrderHoldView, names: Names) {
  return participants
    .flatMap(({ systemId, answer }) => {
      const name = names.get(systemId) ?? "A removed system";
      if (answer === "refused") return [`${name} refused`];
      return answer === null && status === "held" ? [`waits for ${name}`] : [];
    })
    .join(", ");
}
