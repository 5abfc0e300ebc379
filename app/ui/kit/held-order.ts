import { useState } from "react";

/**
 * Rows in the order in which they were first seen, however the list is sorted when it is read again:
 * nothing moves under its reader. New rows come last; another `view` starts anew.
 */
export function useHeldOrder<Row>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  view: string,
): readonly Row[] {
  const keys = rows.map(keyOf);
  const [held, setHeld] = useState({ view, keys });
  if (held.view !== view) {
    setHeld({ view, keys });
    return rows;
  }
  return inHeldOrder(rows, keyOf, held.keys);
}

/** The rows by their place among the keys held; those not among them come last, as they are. Pure. */
export function inHeldOrder<Row>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  held: readonly string[],
): readonly Row[] {
  const placeOf = new Map(held.map((key, index) => [key, index]));
  const place = (row: Row) => placeOf.get(keyOf(row)) ?? held.length;
  return [...rows].sort((a, b) => place(a) - place(b));
}
