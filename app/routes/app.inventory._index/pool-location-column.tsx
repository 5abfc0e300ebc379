import type { Column } from "#app/ui/kit/table.tsx";

/** A place where a group keeps stock. */
export interface PoolLocationName {
  readonly id: string;
  readonly name: string;
}

/** What a pool location is called; null: the group has no more than one, and nobody needs to know. */
export function nameOfPlace(known: readonly PoolLocationName[], id: string | null): string | null {
  if (known.length < 2) return null;
  return known.find((location) => location.id === id)?.name ?? null;
}

/** The column that says at which pool location stock is, where there are several. */
export function poolLocationColumn(
  known: readonly PoolLocationName[],
): Column<{ readonly poolLocationId: string | null }>[] {
  if (known.length < 2) return [];
  return [
    {
      key: "poolLocation",
      heading: "Pool location",
      cell: (row) => nameOfPlace(known, row.poolLocationId) ?? "–",
    },
  ];
}
