import type { HoldView } from "#app/coordination/types.ts";
import { formatCount } from "#app/ui/format/number.ts";
import { shopHandle } from "#app/ui/format/shop.ts";
import { WordBadge } from "#app/ui/kit/badge.tsx";
import { Button } from "#app/ui/kit/button.tsx";
import { EmptyState } from "#app/ui/kit/empty-state.tsx";
import { Inline, Section } from "#app/ui/kit/section.tsx";
import { type Column, Table } from "#app/ui/kit/table.tsx";
import { Moment } from "#app/ui/kit/time.tsx";
import { holdWords } from "#app/ui/stock-words.ts";
import type { ArticlePage } from "./article.presenter.server.ts";
import { answersOf, whyOver } from "./asked.ts";

/** What the list of holds needs of the page. */
type HoldsPage = Pick<ArticlePage, "shop" | "holds" | "systems">;

interface HoldsProps {
  readonly page: HoldsPage;
  readonly busyId: string | null;
  readonly onAct: (intent: "release" | "confirm", id: string) => void;
}

/** Who was promised units, who had to agree, and a way to give the units back. */
export function Holds(props: HoldsProps) {
  const { page } = props;
  const actions: Column<HoldView> = {
    key: "actions",
    heading: "",
    align: "end",
    interactive: true,
    cell: (row) => <HoldActions hold={row} {...props} />,
  };
  return (
    <Section heading="Holds" padding="none">
      <Table
        caption="Holds, newest first"
        columns={[...holdColumns(page), actions]}
        rows={page.holds}
        keyOf={(row) => row.id}
        empty={
          <EmptyState kind="nothing" heading="Nothing is held" slim>
            Systems hold units through the API, and you here.
          </EmptyState>
        }
      />
    </Section>
  );
}

/** Nobody confirms what somebody has not agreed to yet: the column before says whom it waits for. */
function HoldActions({ hold, page, busyId, onAct }: HoldsProps & { readonly hold: HoldView }) {
  const mine = hold.shop === page.shop;
  const open = hold.status === "held" || hold.status === "confirmed";
  if (!mine || !open) return null;
  const agreed = hold.participants.every(({ answer }) => answer === "acknowledged");
  return (
    <Inline align="end">
      {hold.status === "held" && agreed && (
        <Button
          size="slim"
          disabled={busyId !== null}
          accessibilityLabel={`Confirm the hold for ${hold.reference}`}
          onClick={() => {
            onAct("confirm", hold.id);
          }}
        >
          Confirm
        </Button>
      )}
      <Button
        size="slim"
        disabled={busyId !== null}
        loading={busyId === hold.id}
        accessibilityLabel={`Release the hold for ${hold.reference}`}
        onClick={() => {
          onAct("release", hold.id);
        }}
      >
        Release
      </Button>
    </Inline>
  );
}

function holdColumns({ systems, shop }: HoldsPage): readonly Column<HoldView>[] {
  return [
    {
      key: "reference",
      heading: "For",
      cell: (row) => (
        <span>
          {row.reference}
          <span className="cv-cell-2">{shopHandle(row.shop)}</span>
        </span>
      ),
    },
    {
      key: "quantity",
      heading: "Units",
      align: "end",
      cell: (row) => formatCount(row.quantity),
    },
    {
      key: "status",
      heading: "State",
      cell: (row) => {
        const why = whyOver(row, systems, shop);
        return (
          <span>
            <WordBadge word={holdWords[row.status]} />
            {why !== null && <span className="cv-cell-2">{why}</span>}
          </span>
        );
      },
    },
    {
      key: "asked",
      heading: "Asked",
      cell: (row) => {
        const answers = answersOf(row, systems, shop);
        if (answers.length === 0) return "–";
        return (
          <div>
            {answers.map(({ systemId, name, said }) => (
              <div key={systemId}>{`${name}: ${said}`}</div>
            ))}
          </div>
        );
      },
    },
    {
      key: "expires",
      heading: "Until",
      align: "end",
      cell: (row) => (row.status === "held" ? <Moment at={row.expiresAt} /> : "–"),
    },
  ];
}
