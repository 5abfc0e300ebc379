import type { ExposedArticle, ExposureView } from "#app/coordination/types.ts";
import { formatSeconds } from "#app/ui/format/duration.ts";
import { formatCompact, formatCount } from "#app/ui/format/number.ts";
import { Section } from "#app/ui/kit/section.tsx";
import { type Column, Table } from "#app/ui/kit/table.tsx";
import { poolLocationColumn, type PoolLocationName } from "./pool-location-column.tsx";

const columnsOf = (known: readonly PoolLocationName[]): readonly Column<ExposedArticle>[] => [
  { key: "sku", heading: "SKU", cell: (row) => row.sku },
  ...poolLocationColumn(known),
  {
    key: "units",
    heading: "Units at risk",
    align: "end",
    cell: (row) => <strong>{formatCompact(row.units)}</strong>,
  },
  {
    key: "pace",
    heading: "Sold a minute",
    align: "end",
    cell: (row) => formatCompact(row.unitsPerSecond * 60),
  },
  { key: "sellable", heading: "Sellable", align: "end", cell: (row) => formatCount(row.sellable) },
  { key: "buffer", heading: "Buffer", align: "end", cell: (row) => formatCount(row.buffer) },
];

/** The articles that are most likely to be sold twice, and why. */
export function AtRisk(props: {
  readonly exposure: ExposureView;
  readonly poolLocations: readonly PoolLocationName[];
}) {
  const { exposure, poolLocations } = props;
  return (
    <div id="at-risk">
      <Section
        heading="At risk of being sold twice"
        description={`Units sold in one store are still shown by the others for ${formatSeconds(exposure.lagSeconds)}${exposure.measured ? ", as measured" : ", as assumed until a sale is measured"}. What sells in that time (pace × delay) beyond the units that are left, the buffer among them, is sold twice. A larger buffer lowers it. The ten with most at risk.`}
        padding="none"
      >
        <Table
          caption="Articles with most units at risk"
          columns={columnsOf(poolLocations)}
          rows={exposure.worst}
          keyOf={(row) => row.poolId}
          hrefOf={(row) => `/app/inventory/${row.poolId}`}
          empty={null}
        />
      </Section>
    </div>
  );
}
