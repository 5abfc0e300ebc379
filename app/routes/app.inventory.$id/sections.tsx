import type { LedgerEntryView, PoolLevelView } from "#app/coordination/types.ts";
import { formatCount } from "#app/ui/format/number.ts";
import { shopHandle } from "#app/ui/format/shop.ts";
import { WordBadge } from "#app/ui/kit/badge.tsx";
import { EmptyState } from "#app/ui/kit/empty-state.tsx";
import { Section } from "#app/ui/kit/section.tsx";
import { type Column, Table } from "#app/ui/kit/table.tsx";
import { Paging } from "#app/ui/kit/table-tools.tsx";
import { Moment, RelativeTime } from "#app/ui/kit/time.tsx";
import { ledgerWords, poolLevelWords } from "#app/ui/stock-words.ts";
import type { ArticlePage } from "./article.presenter.server.ts";

const writeWords: Readonly<Record<string, string>> = {
  applied: "Written",
  "moved on": "Shopify's number had moved on; counted again",
};

const storeColumns: readonly Column<PoolLevelView>[] = [
  { key: "shop", heading: "Store", cell: (row) => shopHandle(row.shop) },
  {
    key: "shown",
    heading: "Shows",
    align: "end",
    cell: (row) => (row.shown === null ? "–" : formatCount(row.shown)),
  },
  {
    key: "buffer",
    heading: "Buffer",
    align: "end",
    cell: (row) => (row.state === "absent" ? "–" : formatCount(row.buffer)),
  },
  {
    key: "onHand",
    heading: "On hand",
    align: "end",
    cell: (row) => (row.onHand === null ? "–" : formatCount(row.onHand)),
  },
  { key: "state", heading: "State", cell: (row) => <WordBadge word={poolLevelWords[row.state]} /> },
  {
    key: "write",
    heading: "Last write",
    cell: ({ lastWrite, writtenAt }) =>
      lastWrite === null || writtenAt === null ? (
        "–"
      ) : (
        <span>
          {writeWords[lastWrite] ?? lastWrite}
          <span className="cv-cell-2">
            <RelativeTime at={writtenAt} />
          </span>
        </span>
      ),
  },
  {
    key: "read",
    heading: "Counted",
    align: "end",
    cell: (row) => (row.readAt === null ? "–" : <RelativeTime at={row.readAt} />),
  },
];

/** What each store shows of the article. */
export function Stores({ page }: { readonly page: ArticlePage }) {
  return (
    <Section heading="Stores" padding="none">
      <Table
        caption="What each store shows"
        columns={storeColumns}
        rows={page.pool.stores}
        keyOf={(row) => row.shop}
        empty={null}
      />
    </Section>
  );
}

const ledgerColumns: readonly Column<LedgerEntryView>[] = [
  { key: "at", heading: "When", cell: (row) => <Moment at={row.at} /> },
  {
    key: "kind",
    heading: "What",
    cell: (row) => (
      <>
        {ledgerWords[row.kind]}
        <span className="cv-cell-2">
          {[row.shop === null ? null : shopHandle(row.shop), row.note].filter(Boolean).join(" · ")}
        </span>
      </>
    ),
  },
  { key: "change", heading: "Pool", align: "end", cell: (row) => signed(row.delta) },
  { key: "held", heading: "Held", align: "end", cell: (row) => signed(row.heldDelta) },
  {
    key: "after",
    heading: "In the pool then",
    align: "end",
    cell: (row) => formatCount(row.after),
  },
];

function signed(count: number): string {
  if (count === 0) return "–";
  return `${count > 0 ? "+" : "−"}${formatCount(Math.abs(count))}`;
}

/** Every change of the pool; together they are what there is. */
export function Ledger({ page, paged }: { readonly page: ArticlePage; readonly paged: boolean }) {
  const base = `/app/inventory/${page.pool.id}`;
  return (
    <Section
      heading="Ledger"
      description="Everything that moved this stock. Its sum is what there is."
      padding="none"
    >
      <Table
        caption="Changes of the pool, newest first"
        columns={ledgerColumns}
        rows={page.entries}
        keyOf={(row) => String(row.seq)}
        empty={<EmptyState kind="nothing" heading="Nothing has moved it yet" slim />}
      />
      <Paging
        label="Pages of the ledger"
        first={paged ? base : null}
        next={page.nextBefore === null ? null : `${base}?before=${String(page.nextBefore)}`}
      />
    </Section>
  );
}
