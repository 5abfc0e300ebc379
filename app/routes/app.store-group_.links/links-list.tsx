import type { LinkState } from "#app/coordination/types.ts";
import { formatCount } from "#app/ui/format/number.ts";
import { EmptyState } from "#app/ui/kit/empty-state.tsx";
import { type LiveRefresh, UpdatedNote } from "#app/ui/kit/live.tsx";
import { Section } from "#app/ui/kit/section.tsx";
import { Table } from "#app/ui/kit/table.tsx";
import { Paging, TableBar, TableSearch, ViewTabs } from "#app/ui/kit/table-tools.tsx";
import { type LinkActions, linkColumns } from "./columns.tsx";
import { linksHref } from "./form.ts";
import type { LinksPage } from "./links.presenter.server.ts";

/** The group's articles by how this store stands to them. */
export function LinksList(props: {
  readonly page: LinksPage;
  readonly paged: boolean;
  readonly live: LiveRefresh;
  readonly actions: LinkActions;
}) {
  const { page, live } = props;
  const { state, search } = page;
  return (
    <Section padding="none">
      <ViewTabs label="Articles by how they are linked" views={viewsOf(state, page.doubts)} />
      <TableBar
        start={<UpdatedNote reachable={live.reachable} onRefresh={live.refresh} />}
        end={
          <TableSearch
            key={state}
            label="Find by SKU"
            search={search}
            hrefOf={(sku) => linksHref({ state, search: sku })}
          />
        }
      />
      <Table
        caption="Articles of the group by SKU"
        columns={linkColumns(state, props.actions)}
        rows={page.rows}
        keyOf={(row) => row.poolId}
        empty={<NoLinks state={state} search={search} inGroup={page.group !== null} />}
      />
      <Paging
        label="Pages of articles"
        sortedBy="name"
        first={props.paged ? linksHref({ state, search }) : null}
        next={page.next === null ? null : linksHref({ state, search, after: page.next })}
      />
    </Section>
  );
}

function viewsOf(state: LinkState, doubts: number) {
  const labels: readonly [LinkState, string][] = [
    ["doubt", doubts === 0 ? "To review" : `To review (${formatCount(doubts)})`],
    ["linked", "Linked"],
    ["absent", "Not in this store"],
    ["apart", "Kept apart"],
  ];
  return labels.map(([to, label]) => ({
    label,
    to: linksHref({ state: to }),
    current: to === state,
  }));
}

const emptyWords: Readonly<Record<LinkState, string>> = {
  doubt: "Nothing to review",
  linked: "No article is linked yet",
  absent: "This store has every article of the group",
  apart: "No article is kept apart",
};

function NoLinks(props: {
  readonly state: LinkState;
  readonly search: string;
  readonly inGroup: boolean;
}) {
  const { state, search } = props;
  if (!props.inGroup)
    return (
      <EmptyState
        kind="nothing"
        heading="This store is in no group"
        action={{ content: "Share stock", to: "/app/store-group" }}
      >
        Articles are linked between the stores of a group.
      </EmptyState>
    );
  if (search !== "")
    return (
      <EmptyState
        kind="search"
        heading="No article here begins like this"
        action={{ content: "Show all", to: linksHref({ state }) }}
      >
        {`No SKU here begins with “${search}”. Look under the other tabs too.`}
      </EmptyState>
    );
  return (
    <EmptyState kind={state === "doubt" ? "good" : "nothing"} heading={emptyWords[state]}>
      {state === "doubt"
        ? "Every article with the same SKU or barcode is linked. What is not certain waits here for you."
        : undefined}
    </EmptyState>
  );
}
