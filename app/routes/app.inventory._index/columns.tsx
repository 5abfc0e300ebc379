import type { PoolView } from "#app/coordination/types.ts";
import { formatCount, formatSpan } from "#app/ui/format/number.ts";
import { shopHandle } from "#app/ui/format/shop.ts";
import { Badge } from "#app/ui/kit/badge.tsx";
import type { Column } from "#app/ui/kit/table.tsx";
import { RelativeTime } from "#app/ui/kit/time.tsx";
import { bySellers, poolLevelWords } from "#app/ui/stock-words.ts";
import { poolLocationColumn, type PoolLocationName } from "./pool-location-column.tsx";

/** Who looks: a store, with what it calls its locations, by gid, and where its group keeps stock. */
interface Onlooker {
  readonly shop: string;
  readonly places: Readonly<Record<string, string>>;
  readonly poolLocations: readonly PoolLocationName[];
}

/** What is known of an article's stock; one column for each store of the group. */
export function poolColumns(own: Onlooker, shops: readonly string[]): readonly Column<PoolView>[] {
  const hereOf = (row: PoolView) => row.stores.find((store) => store.shop === own.shop);
  const figures: [string, string, (row: PoolView) => readonly number[]][] = [
    ["quantity", "In the pool", (row) => [row.quantity]],
    ["held", "Held", (row) => [row.held]],
    ["buffer", "Buffer", (row) => bySellers(row, ({ buffer }) => buffer)],
  ];
  return [
    { key: "sku", heading: "SKU", cell: (row) => row.sku },
    ...poolLocationColumn(own.poolLocations),
    {
      key: "location",
      heading: "Location here",
      optional: true,
      cell: (row) => own.places[hereOf(row)?.locationId ?? ""] ?? "–",
    },
    ...figures.map(
      ([key, heading, figure]): Column<PoolView> => ({
        key,
        heading,
        align: "end",
        cell: (row) => formatSpan(figure(row)),
      }),
    ),
    {
      key: "sellable",
      heading: "Sellable",
      align: "end",
      cell: (row) => <strong>{formatSpan(bySellers(row, ({ sellable }) => sellable))}</strong>,
    },
    {
      key: "onHand",
      heading: "On hand here",
      align: "end",
      optional: true,
      cell: (row) => {
        const here = hereOf(row)?.onHand ?? null;
        return here === null ? "–" : formatCount(here);
      },
    },
    ...shops.map(
      (shop): Column<PoolView> => ({
        key: shop,
        heading: shopHandle(shop),
        align: "end",
        cell: (row) => {
          const shown = row.stores.find((store) => store.shop === shop)?.shown ?? null;
          return shown === null ? "–" : formatCount(shown);
        },
      }),
    ),
    { key: "state", heading: "Stores", cell: (row) => <WorstState row={row} /> },
    {
      key: "age",
      heading: "Counted",
      align: "end",
      optional: true,
      cell: (row) => {
        const oldest = row.stores.flatMap((store) => store.readAt ?? []).sort()[0];
        return oldest === undefined ? "–" : <RelativeTime at={oldest} />;
      },
    },
  ];
}

const worstFirst = ["refused", "counting", "behind", "current", "absent"] as const;

/** The state of the store that is worst off. */
function WorstState({ row }: { readonly row: PoolView }) {
  const state = worstFirst.find((one) => row.stores.some((store) => store.state === one));
  const { word, tone, meaning, progress } = poolLevelWords[state ?? "absent"];
  return (
    <span title={meaning}>
      <Badge tone={tone} progress={progress}>
        {word}
      </Badge>
    </span>
  );
}
