import { useState } from "react";
import { formatCount } from "../format/number.ts";
import { Button } from "./button.tsx";

/** Rows that stay where they are while their list is read again and again. */
export interface SteadyRows<Row> {
  readonly rows: readonly Row[];
  /** How many newer rows there are to show. */
  readonly fresh: number;
  readonly show: () => void;
}

/**
 * Keeps a live list from moving under its reader: rows on the screen are updated in place, rows that
 * no longer belong to the list go, and new ones wait until they are asked for. Rows are newest first
 * and their keys sort by time. Another `view` (filter, page) starts anew.
 */
export function useSteadyRows<Row>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  view: string,
): SteadyRows<Row> {
  const [held, setHeld] = useState({ view, rows });
  const adopt = () => {
    setHeld({ view, rows });
  };
  const startsAnew = held.view !== view || (held.rows.length === 0 && rows.length > 0);
  if (startsAnew) {
    adopt();
    return { rows, fresh: 0, show: adopt };
  }
  const { shown, fresh } = mergeRows(held.rows, rows, keyOf);
  return { rows: shown, fresh, show: adopt };
}

/**
 * What to show of the rows held, given the rows as they are now. Pure. Rows below the last one held
 * are put there at once, for that moves nothing; rows above it are only counted.
 */
export function mergeRows<Row>(
  held: readonly Row[],
  current: readonly Row[],
  keyOf: (row: Row) => string,
): { readonly shown: readonly Row[]; readonly fresh: number } {
  const now = new Map(current.map((row) => [keyOf(row), row]));
  const oldestNow = lastKey(current, keyOf);
  const kept = held.flatMap((row) => {
    const updated = now.get(keyOf(row));
    if (updated !== undefined) return [updated];
    // Older than all that was read now: pushed off the page by newer rows, but still there.
    return oldestNow !== null && keyOf(row) < oldestNow ? [row] : [];
  });
  const known = new Set(held.map(keyOf));
  const oldestHeld = lastKey(held, keyOf);
  const added = current.filter((row) => !known.has(keyOf(row)));
  const below = added.filter((row) => oldestHeld === null || keyOf(row) < oldestHeld);
  return { shown: [...kept, ...below], fresh: added.length - below.length };
}

function lastKey<Row>(rows: readonly Row[], keyOf: (row: Row) => string): string | null {
  const last = rows.at(-1);
  return last === undefined ? null : keyOf(last);
}

/** "14 new events – Show". Read out when the number changes. */
export function FreshRows(props: {
  readonly steady: Pick<SteadyRows<unknown>, "fresh" | "show">;
  readonly singular: string;
  readonly plural: string;
  /** So many rows are read at a time: at that number there may be more. */
  readonly pageSize: number;
}) {
  const { fresh, show } = props.steady;
  const more = fresh >= props.pageSize ? "+" : "";
  const noun = fresh === 1 ? props.singular : props.plural;
  return (
    <span role="status" className="cv-fresh">
      {fresh > 0 && (
        <Button onClick={show}>{`${formatCount(fresh)}${more} new ${noun} – Show`}</Button>
      )}
    </span>
  );
}
