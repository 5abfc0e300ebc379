import type { LinkDoubt, LinkedArticle, LinkView } from "#app/coordination/types.ts";
import { shopHandle } from "#app/ui/format/shop.ts";
import { Button } from "#app/ui/kit/button.tsx";
import type { Column } from "#app/ui/kit/table.tsx";

/** Why somebody has to look, and what to look for. */
const doubtWords: Readonly<Record<LinkDoubt, string>> = {
  sku_twice: "Several of your articles carry this SKU. Choose the one whose stock is shared.",
  other_barcode: "Your article with this SKU has another barcode. Is it the same?",
  other_sku: "Your article has the same barcode under another SKU. Is it the same?",
  barcode_twice: "Several of your articles have the same barcode. Choose one.",
};

/** What can be done about an article. */
export interface LinkActions {
  readonly busy: boolean;
  readonly onTie: (row: LinkView, itemId: string) => void;
  readonly onUnlink: (row: LinkView) => void;
  readonly onRule: (row: LinkView) => void;
  readonly onChoose: (row: LinkView) => void;
}

/** The columns of articles by how this store stands to them. */
export function linkColumns(state: LinkView["state"], actions: LinkActions): Column<LinkView>[] {
  const here: Column<LinkView> = {
    key: "here",
    heading: state === "doubt" ? "May be, in this store" : "In this store",
    interactive: true,
    cell: (row) =>
      state === "doubt" ? (
        <Candidates row={row} actions={actions} />
      ) : (
        <Article article={row.article} />
      ),
  };
  return [
    {
      key: "sku",
      heading: "SKU in the group",
      cell: (row) => (
        <span className="cv-why">
          {row.sku}
          {row.reason !== null && <span className="cv-cell-2">{doubtWords[row.reason]}</span>}
        </span>
      ),
    },
    { key: "others", heading: "In the other stores", cell: (row) => <Others row={row} /> },
    ...(state === "doubt" || state === "linked" ? [here] : []),
    {
      key: "act",
      heading: "",
      align: "end",
      interactive: true,
      cell: (row) => <Acts row={row} actions={actions} />,
    },
  ];
}

/** What an article can be told from others by. */
export function nameOf({ sku, barcode }: Pick<LinkedArticle, "sku" | "barcode">): string {
  const name = sku === "" ? "No SKU" : sku;
  return barcode === null ? `${name}, no barcode` : `${name}, barcode ${barcode}`;
}

/** Its product's title, or what Shopify calls it by. */
export function titleOf({ title, itemId }: LinkedArticle): string {
  return title ?? `Item ${itemId.split("/").at(-1) ?? ""}`;
}

function Article({ article }: { readonly article: LinkedArticle | null }) {
  if (article === null) return "–";
  return (
    <>
      {titleOf(article)}
      <span className="cv-cell-2">{nameOf(article)}</span>
    </>
  );
}

function Others({ row }: { readonly row: LinkView }) {
  if (row.others.length === 0) return <span className="cv-subdued">in none</span>;
  return row.others.map((one) => (
    <span key={one.shop} className="cv-cell-2">
      {`${shopHandle(one.shop)}: ${nameOf(one)}`}
    </span>
  ));
}

function Candidates(props: { readonly row: LinkView; readonly actions: LinkActions }) {
  const { row, actions } = props;
  return (
    <div className="cv-candidates">
      {row.candidates.map((article) => (
        <div key={article.itemId} className="cv-candidate">
          <span>
            <Article article={article} />
          </span>
          <Button
            size="slim"
            disabled={actions.busy}
            accessibilityLabel={`Link ${titleOf(article)} to ${row.sku}`}
            onClick={() => {
              actions.onTie(row, article.itemId);
            }}
          >
            Link
          </Button>
        </div>
      ))}
    </div>
  );
}

function Acts({ row, actions }: { readonly row: LinkView; readonly actions: LinkActions }) {
  const { state, sku } = row;
  return (
    <div className="cv-issue-actions">
      {state === "apart" && (
        <Button
          size="slim"
          disabled={actions.busy}
          accessibilityLabel={`Link ${sku} by its SKU`}
          onClick={() => {
            actions.onRule(row);
          }}
        >
          Link by SKU
        </Button>
      )}
      <Button
        size="slim"
        disabled={actions.busy}
        accessibilityLabel={`Choose an article for ${sku}`}
        onClick={() => {
          actions.onChoose(row);
        }}
      >
        {state === "linked" ? "Change" : "Choose"}
      </Button>
      {state !== "apart" && (
        <Button
          size="slim"
          variant="tertiary"
          tone="critical"
          disabled={actions.busy}
          accessibilityLabel={`Keep ${sku} apart`}
          onClick={() => {
            actions.onUnlink(row);
          }}
        >
          {state === "linked" ? "Unlink" : "Keep apart"}
        </Button>
      )}
    </div>
  );
}
